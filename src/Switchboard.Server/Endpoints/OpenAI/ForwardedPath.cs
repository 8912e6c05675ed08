using System.Text;
using Microsoft.AspNetCore.Http;

namespace Switchboard.Server.Endpoints.OpenAI;

/// <summary>The address that a call has at its provider, made of the one it has here.</summary>
internal static class ForwardedPath
{
    private const string EncodedSlash = "%2F";

    /// <summary>The path with the caller's query, of which only the gateway's own parameter is taken out.</summary>
    public static string WithQuery(string path, HttpRequest request) =>
        request.QueryString is { HasValue: true, Value: { Length: > 1 } query } ? Join(path, query.AsSpan(1), RequestedProvider.Parameter, null) : path;

    /// <summary>The same, with another value for one of the parameters.</summary>
    public static string WithQuery(string path, string query, string parameter, string value) => Join(path, query.AsSpan(1), parameter, value);

    /// <summary>True when the path as it was sent has a segment <c>.</c> or <c>..</c>: the server has followed it, and meant may have been something else.</summary>
    public static bool HasDots(string target)
    {
        var path = target.AsSpan();
        var end = path.IndexOf('?');
        path = end < 0 ? path : path[..end];
        if (!path.ContainsAny('.', '%'))
        {
            return false;
        }

        foreach (var range in path.Split('/'))
        {
            var segment = path[range];
            if (segment.Length is > 0 and <= 6 && Uri.UnescapeDataString(segment.ToString()) is "." or "..")
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>True for an id that is one segment of a path and nothing else, whoever decodes it.</summary>
    public static bool IsSegment(string id) =>
        id is not ("" or "." or "..")
        && !id.AsSpan().ContainsAny('/', '\\')
        && !id.Contains(EncodedSlash, StringComparison.OrdinalIgnoreCase)
        && !id.Any(char.IsControl);

    // Without a value the parameter is left out. Names are compared as the server compares them.
    private static string Join(string path, ReadOnlySpan<char> query, string parameter, string? value)
    {
        var joined = new StringBuilder(path, path.Length + query.Length + 1);
        var mark = '?';
        foreach (var range in query.Split('&'))
        {
            var pair = query[range];
            var isOurs = NameOf(pair).Equals(parameter, StringComparison.OrdinalIgnoreCase);
            if (!pair.IsEmpty && !(isOurs && value is null))
            {
                _ = isOurs ? joined.Append(mark).Append(parameter).Append('=').Append(Uri.EscapeDataString(value!)) : joined.Append(mark).Append(pair);
                mark = '&';
            }
        }

        return joined.ToString();
    }

    private static string NameOf(ReadOnlySpan<char> pair)
    {
        var equals = pair.IndexOf('=');
        return Uri.UnescapeDataString((equals < 0 ? pair : pair[..equals]).ToString().Replace('+', ' '));
    }
}
