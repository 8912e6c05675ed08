namespace Switchboard.Gateway.Access;

/// <summary>Texts that administrators give: names of teams, projects and keys, and what else they write about them.</summary>
public static class AccessTexts
{
    /// <summary>What they have to be, in words.</summary>
    public const string Expected = "a string of 1 to 1000 characters, not all blank and none of them a control character";

    private const int Longest = 1000;

    /// <summary>Whether a text can be one.</summary>
    public static bool AreSound(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.Length <= Longest && !string.IsNullOrWhiteSpace(text) && !text.Any(char.IsControl);
    }
}
