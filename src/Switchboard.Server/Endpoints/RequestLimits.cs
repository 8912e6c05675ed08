using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Switchboard.Gateway.Pipeline;
using Switchboard.Protocol.Errors;

namespace Switchboard.Server.Endpoints;

/// <summary>
/// How long an address may be and how many headers a request may have. The HTTP server has limits of its own behind
/// these (<see cref="KestrelLimits"/>), but answers without a body.
/// </summary>
internal static class RequestLimits
{
    /// <summary>The longest path with its query.</summary>
    public const int LongestTarget = 16 * 1024;

    /// <summary>The most headers.</summary>
    public const int MostHeaders = 100;

    /// <summary>Why a request is refused whatever it asks for; null where it is not.</summary>
    public static GatewayError? Check(HttpContext context)
    {
        if (context.Features.Get<IHttpRequestFeature>() is { RawTarget.Length: > LongestTarget })
        {
            return new(414, new ErrorBody("The request's address is longer than 16 KB.", ErrorTypes.InvalidRequest, null, "url_too_long"));
        }

        var headers = context.Request.Headers;
        if (headers.Count > MostHeaders)
        {
            return new(431, new ErrorBody("The request has more than 100 headers.", ErrorTypes.InvalidRequest, null, "headers_too_large"));
        }

        // Kestrel takes the chunks for the body and puts the length aside under this name; a proxy before it may have
        // taken the length, and then two disagree about where the next request begins.
        return headers.TransferEncoding.Count > 0 && headers.ContainsKey("X-Content-Length")
            ? new(400, new ErrorBody("The request has both Content-Length and Transfer-Encoding.", ErrorTypes.InvalidRequest, null, "bad_request"))
            : null;
    }
}
