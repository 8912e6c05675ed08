using System.Text.RegularExpressions;
using Switchboard.Gateway.Configuration;

namespace Switchboard.Gateway.Relay;

/// <summary>Takes secrets out of a provider's words: the keys we send it, and whatever looks like one.</summary>
internal sealed partial class ErrorRedaction(params IEnumerable<Secret?> keys)
{
    private const int LongestText = 2000;
    private const string Stars = "***";

    // A one-letter "key" of a test server would blank out every word.
    private const int ShortestKey = 4;

    private readonly string[] _keys = [.. keys.OfType<Secret>().Select(key => key.Reveal()).Where(key => key.Length >= ShortestKey)];

    /// <summary>The text fit for a caller; null where there is none.</summary>
    public string? Clean(string? text)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            return null;
        }

        var clean = _keys.Aggregate(text, (cleaner, key) => cleaner.Replace(key, Stars, StringComparison.Ordinal));
        clean = KeyLike().Replace(clean, Stars);
        return clean.Length <= LongestText ? clean : string.Concat(clean.AsSpan(0, LongestText), "…");
    }

    // OpenAI's own message quotes a key with its middle starred: those characters belong to it.
    [GeneratedRegex(@"\b(sk|rk|pk|gsk|xai)-[A-Za-z0-9_\-*]{6,}|(?<=\bBearer\s+)\S+", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex KeyLike();
}
