using Microsoft.AspNetCore.Http;
using Switchboard.Gateway.Configuration;
using Switchboard.Gateway.Pipeline;
using Switchboard.Protocol.Errors;

namespace Switchboard.Server.Endpoints;

/// <summary>The refusals of a body for what its headers say, or for its size.</summary>
internal static class BodyFaults
{
    /// <summary>413.</summary>
    public static GatewayError TooLarge(ServerSettings settings) => new(413, new ErrorBody(
        $"The body is larger than the limit of {settings.MaxBodyMegabytes} MB (server.max_body_mb).",
        ErrorTypes.InvalidRequest,
        null,
        "request_too_large"));

    /// <summary>415 where the body is compressed; null where it is not.</summary>
    public static GatewayError? CheckEncoding(HttpRequest request)
    {
        var encoding = request.Headers.ContentEncoding.ToString();
        return encoding.Length == 0 || encoding.Equals("identity", StringComparison.OrdinalIgnoreCase)
            ? null
            : Unsupported($"The body must not be compressed, but Content-Encoding '{encoding}' came.");
    }

    /// <summary>415 where the media type is one that no header can carry on.</summary>
    public static GatewayError? CheckType(HttpRequest request) =>
        request.ContentType.AsSpan().ContainsAnyExceptInRange(' ', '~') ? Unsupported("Content-Type holds characters beyond ASCII.") : null;

    /// <summary>415 with the type that came.</summary>
    /// <param name="expected">What was expected, in words.</param>
    /// <param name="request">What came.</param>
    public static GatewayError UnsupportedType(string expected, HttpRequest request)
    {
        var given = string.IsNullOrEmpty(request.ContentType) ? "none" : $"'{request.ContentType}'";
        return Unsupported($"The body must be {expected}, but {given} came.");
    }

    private static GatewayError Unsupported(string message) =>
        new(415, new ErrorBody(message, ErrorTypes.InvalidRequest, null, "unsupported_media_type"));
}
