namespace Switchboard.Client.StructuredOutputs;

/// <summary>Names of schemas and tools as the API takes them.</summary>
internal static class WireName
{
    /// <summary>Characters at most.</summary>
    public const int MaxLength = 64;

    /// <summary>The name itself.</summary>
    /// <exception cref="ArgumentException">It is empty, too long or has other characters than letters, digits, <c>_</c> and <c>-</c>.</exception>
    public static string Check(string name, string parameter)
    {
        ArgumentNullException.ThrowIfNull(name, parameter);
        return name.Length is > 0 and <= MaxLength && name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '_' or '-')
            ? name
            : throw new ArgumentException($"'{name}' is no name that the API takes: 1 to {MaxLength} letters, digits, '_' and '-'.", parameter);
    }
}
