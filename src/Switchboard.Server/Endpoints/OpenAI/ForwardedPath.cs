using Microsoft.AspNetCore.Http;
using Switchboard.Gateway.Requests;

namespace Switchboard.Server.Endpoints.OpenAI;

/// <summary>The address that a call has at its provider, made of the one it has here.</summary>
internal static class ForwardedPath
{
    private const string EncodedSlash = "%2F";

    /// <summary>The path with the caller's query, of which only the gateway's own parameter is taken out.</summary>
    public static string WithQuery(string path, HttpRequest request) =>
        request.QueryString is { HasValue: true, Value: { Length: > 1 } query } ? QueryText.Without(path + query, RequestedProvider.Parameter) : path;

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
}
