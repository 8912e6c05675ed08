using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Switchboard.SpecGen.Passes;

/// <summary>Names of the wire as words, and as C# names.</summary>
internal static partial class Words
{
    /// <summary><c>max_output_tokens</c> and <c>MCPTool</c> to <c>MaxOutputTokens</c> and <c>McpTool</c>.</summary>
    public static string Pascal(string name)
    {
        var result = new StringBuilder();
        foreach (Match word in Word().Matches(name))
        {
            result.Append(char.ToUpperInvariant(word.Value[0])).Append(word.Value[1..].ToLowerInvariant());
        }

        return result.ToString();
    }

    /// <summary>The words of a name in lower case, parted by spaces.</summary>
    public static string Plain(string name) =>
        string.Join(' ', Word().Matches(name).Select(word => word.Value.ToLowerInvariant()));

    public static string Singular(string name) => name switch
    {
        _ when name.EndsWith("ies", StringComparison.Ordinal) => name[..^3] + "y",
        _ when name.EndsWith("nses", StringComparison.Ordinal) => name[..^1],
        _ when name.EndsWith("ses", StringComparison.Ordinal) || name.EndsWith("xes", StringComparison.Ordinal) || name.EndsWith("ches", StringComparison.Ordinal) => name[..^2],
        _ when name.EndsWith("ss", StringComparison.Ordinal) || name.EndsWith("us", StringComparison.Ordinal) => name,
        _ when name.EndsWith('s') => name[..^1],
        _ => name,
    };

    /// <summary>The C# name of a value of a set of strings; one that starts with a digit gets the set's last word before it.</summary>
    public static string Value(string value, string setName)
    {
        var name = Pascal(value.Replace("+", " plus ", StringComparison.Ordinal).Replace("#", " sharp ", StringComparison.Ordinal));
        return name.Length == 0 ? "Empty" : char.IsAsciiDigit(name[0]) ? Word().Matches(setName)[^1].Value + name : name;
    }

    public static string Invariant(double value) => value.ToString("R", CultureInfo.InvariantCulture);

    // An acronym before a capitalised word, a capitalised or small word with its digits, the rest of the capitals, bare digits.
    [GeneratedRegex("[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+[0-9]*|[A-Z]+[0-9]*|[0-9]+[a-z]*")]
    private static partial Regex Word();
}
