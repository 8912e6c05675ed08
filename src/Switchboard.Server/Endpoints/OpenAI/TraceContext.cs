using System.Buffers;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Switchboard.Server.Endpoints.OpenAI;

/// <summary>
/// <c>traceparent</c> and <c>tracestate</c> of W3C Trace Context. They are carried on as they came; what is not well
/// formed is dropped, as the standard asks, so that it breaks nobody's trace further on.
/// </summary>
internal static class TraceContext
{
    private const int LengthOfVersion0 = 55;
    private const int MostStateMembers = 32;
    private const int LongestState = 512;

    private static readonly SearchValues<char> s_hex = SearchValues.Create("0123456789abcdef");
    private static readonly SearchValues<char> s_keyCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789_-*/@");

    /// <summary>Adds those that the request has and that are sound.</summary>
    public static void AddTo(List<KeyValuePair<string, string>> headers, IHeaderDictionary request)
    {
        if (request.TraceParent is not [{ } parent] || !IsParent(parent))
        {
            return;
        }

        headers.Add(new("traceparent", parent));
        if (JoinState(request.TraceState) is { } state)
        {
            headers.Add(new("tracestate", state));
        }
    }

    /// <summary>True for a well-formed <c>traceparent</c>: version, trace, parent, flags. Later versions may have more behind them.</summary>
    public static bool IsParent(ReadOnlySpan<char> text)
    {
        if (text.Length < LengthOfVersion0 || text[2] != '-' || text[35] != '-' || text[52] != '-')
        {
            return false;
        }

        var version = text[..2];
        var trace = text[3..35];
        var parent = text[36..52];
        return IsHex(version) && IsHex(trace) && IsHex(parent) && IsHex(text[53..55])
            && version is not "ff"
            && trace.ContainsAnyExcept('0')
            && parent.ContainsAnyExcept('0')
            && (text.Length == LengthOfVersion0 || (version is not "00" && text[LengthOfVersion0] == '-' && !text.ContainsAnyExceptInRange('!', '~')));
    }

    /// <summary>True for a well-formed <c>tracestate</c>: a list of at most 32 different keys with values.</summary>
    public static bool IsState(ReadOnlySpan<char> text)
    {
        if (text.Length is 0 or > LongestState)
        {
            return false;
        }

        var keys = new HashSet<string>(StringComparer.Ordinal);
        var members = 0;
        foreach (var range in text.Split(','))
        {
            var member = text[range].Trim(" \t");
            if (member.IsEmpty)
            {
                continue;
            }

            var equals = member.IndexOf('=');
            if (++members > MostStateMembers || equals <= 0 || !IsKey(member[..equals]) || !IsValue(member[(equals + 1)..]) || !keys.Add(member[..equals].ToString()))
            {
                return false;
            }
        }

        return members > 0;
    }

    // Several headers are one list.
    private static string? JoinState(StringValues values)
    {
        var state = values.Count == 0 ? "" : values.Count == 1 ? values.ToString() : string.Join(',', values.AsEnumerable());
        return IsState(state) ? state : null;
    }

    private static bool IsHex(ReadOnlySpan<char> text) => !text.ContainsAnyExcept(s_hex);

    private static bool IsKey(ReadOnlySpan<char> key) =>
        key.Length <= 256 && (char.IsAsciiLetterLower(key[0]) || char.IsAsciiDigit(key[0])) && !key.ContainsAnyExcept(s_keyCharacters);

    private static bool IsValue(ReadOnlySpan<char> value) =>
        value.Length is > 0 and <= 256 && !value.ContainsAnyExceptInRange(' ', '~') && !value.Contains('=') && value[^1] != ' ';
}
