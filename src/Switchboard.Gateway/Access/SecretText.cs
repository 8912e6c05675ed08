using System.Buffers;
using System.Text;
using Switchboard.Gateway.Configuration;

namespace Switchboard.Gateway.Access;

/// <summary>
/// Hides in texts of callers what opens a gateway beside its keys: master keys, and tokens of identity providers. A
/// master key has no form that tells it; those of this process are remembered, also when another has taken its place.
/// </summary>
internal static class SecretText
{
    private const string Hidden = "***";

    // A header of a token is JSON, and begins so: {"
    private const string Beginning = "eyJ";

    // No token has a shorter part, but for the signature, of which there may be none.
    private const int ShortestPart = 10;

    private static readonly SearchValues<char> s_base64Url = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");

    private static readonly Lock s_gate = new();
    private static volatile string[] s_masters = [];

    /// <summary>Hides a master key from now on.</summary>
    /// <returns>The key.</returns>
    public static string? Remember(Secret? master)
    {
        var key = master?.Reveal();
        lock (s_gate)
        {
            if (!string.IsNullOrEmpty(key) && !s_masters.Contains(key))
            {
                s_masters = [.. s_masters, key];
            }
        }

        return key;
    }

    /// <summary>The text without them; the same where there is none.</summary>
    public static string Hide(string text)
    {
        foreach (var master in s_masters)
        {
            text = text.Contains(master, StringComparison.Ordinal) ? text.Replace(master, Hidden, StringComparison.Ordinal) : text;
        }

        return text.Contains(Beginning, StringComparison.Ordinal) ? HideTokens(text) : text;
    }

    private static string HideTokens(string text)
    {
        StringBuilder? hidden = null;
        var taken = 0;
        for (var at = 0; text.IndexOf(Beginning, at, StringComparison.Ordinal) is var start and >= 0;)
        {
            // What begins within a part that no point ends is no token either: nothing is looked at twice.
            var end = EndOfPart(text, start);
            at = end;
            if (EndOfToken(text, start, end) is { } last)
            {
                hidden = (hidden ?? new StringBuilder()).Append(text, taken, start - taken).Append(Hidden);
                at = taken = last;
            }
        }

        return hidden?.Append(text, taken, text.Length - taken).ToString() ?? text;
    }

    // Three parts, parted by points.
    private static int? EndOfToken(string text, int start, int end)
    {
        if (end - start < ShortestPart || !IsPoint(text, end))
        {
            return null;
        }

        var second = EndOfPart(text, end + 1);
        return second - end > ShortestPart && IsPoint(text, second) ? EndOfPart(text, second + 1) : null;
    }

    private static bool IsPoint(string text, int at) => at < text.Length && text[at] == '.';

    private static int EndOfPart(string text, int start) =>
        text.AsSpan(start).IndexOfAnyExcept(s_base64Url) is var length and >= 0 ? start + length : text.Length;
}
