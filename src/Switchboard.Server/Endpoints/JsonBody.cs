using Microsoft.AspNetCore.Http;
using Switchboard.Gateway.Configuration;
using Switchboard.Gateway.Pipeline;
using Switchboard.Protocol.Errors;

namespace Switchboard.Server.Endpoints;

/// <summary>Bodies that are one JSON: read whole, once their head says that they can be.</summary>
internal static class JsonBody
{
    private const int SmallLimit = 1024 * 1024;

    /// <summary>Reads the body of a call, as long as the settings allow.</summary>
    /// <returns>The body, for the reader to return; or why it is not read.</returns>
    public static ValueTask<(RequestBody? Body, GatewayError? Error)> ReadAsync(HttpContext context, ServerSettings settings, CancellationToken cancellationToken) =>
        ReadAsync(context, settings.MaxBodyMegabytes * 1024 * 1024, () => BodyFaults.TooLarge(settings), isOptional: false, cancellationToken);

    /// <summary>Reads a body of the gateway's own API: a megabyte is many times what all members may have.</summary>
    /// <param name="context">The request.</param>
    /// <param name="isOptional">It may be left out, and its type with it.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <returns>The body, for the reader to return; or why it is not read.</returns>
    public static ValueTask<(RequestBody? Body, GatewayError? Error)> ReadSmallAsync(HttpContext context, bool isOptional, CancellationToken cancellationToken) =>
        ReadAsync(context, SmallLimit, () => new GatewayError(413, new ErrorBody("The body is larger than 1 MB.", ErrorTypes.InvalidRequest, null, "request_too_large")), isOptional, cancellationToken);

    private static async ValueTask<(RequestBody? Body, GatewayError? Error)> ReadAsync(HttpContext context, int limit, Func<GatewayError> tooLarge, bool isOptional, CancellationToken cancellationToken)
    {
        var request = context.Request;
        var isJson = JsonContentType.Matches(request.ContentType);
        if (!isJson && !isOptional)
        {
            return (null, NotJson(request));
        }

        if (BodyFaults.CheckEncoding(request) is { } refusal)
        {
            return (null, refusal);
        }

        if (await RequestBody.ReadAsync(context, limit, cancellationToken) is not { } body)
        {
            return (null, tooLarge());
        }

        if (!isJson && !body.Memory.IsEmpty)
        {
            body.Return();
            return (null, NotJson(request));
        }

        if (LongWork.IsElsewhere(body.Memory.Length))
        {
            await Task.Yield();
        }

        return (body, null);
    }

    private static GatewayError NotJson(HttpRequest request) => BodyFaults.UnsupportedType("JSON with Content-Type application/json", request);
}
