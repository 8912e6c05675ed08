using Microsoft.AspNetCore.Http;

namespace Switchboard.Server.Endpoints;

/// <summary>The id of a request: the caller's own where it is sound, else a new one; every answer carries it.</summary>
internal static class RequestIds
{
    public const string Header = "x-request-id";

    private const int MaxLength = 128;

    /// <summary>Settles the request's id and puts it on the answer.</summary>
    public static string Settle(HttpContext context, TimeProvider timeProvider)
    {
        var id = context.Request.Headers[Header] is [{ } given] && IsSound(given)
            ? given
            : Guid.CreateVersion7(timeProvider.GetUtcNow()).ToString();
        context.TraceIdentifier = id;
        context.Response.Headers[Header] = id;
        return id;
    }

    private static bool IsSound(string id) =>
        id.Length is > 0 and <= MaxLength && !id.AsSpan().ContainsAnyExceptInRange('!', '~');
}
