using Microsoft.AspNetCore.Http;
using Switchboard.Gateway.Pipeline;
using Switchboard.Protocol.Errors;

namespace Switchboard.Server.Endpoints;

/// <summary>The answers where there is nothing: an unknown path, or a known one with another method.</summary>
internal static class UnknownRoute
{
    /// <summary>404.</summary>
    public static ValueTask<GatewayError?> NotFoundAsync(HttpContext context, CancellationToken cancellationToken) =>
        new(new GatewayError(404, new ErrorBody(
            $"Unknown request URL: {context.Request.Method} {context.Request.PathBase}{context.Request.Path}. GET / lists what there is.",
            ErrorTypes.InvalidRequest,
            null,
            "unknown_url")));

    /// <summary>405 with <c>Allow</c>.</summary>
    public static ApiHandler NotAllowed(string allow) => (context, _) =>
        new(new GatewayError(405, new ErrorBody(
            $"{context.Request.Method} is not allowed on {context.Request.PathBase}{context.Request.Path}; use {allow}.",
            ErrorTypes.InvalidRequest,
            null,
            "method_not_allowed"))
        {
            Headers = [new("Allow", allow)],
        });
}
