using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Switchboard.Gateway.Configuration;
using Switchboard.Gateway.Pipeline;

namespace Switchboard.Server.Endpoints;

/// <summary>A request's body on its way through: read once, counted as it passes.</summary>
/// <param name="request">The request.</param>
/// <param name="most">The most bytes.</param>
/// <param name="tooLarge">What is told where there are more.</param>
internal sealed class CallerBody(HttpRequest request, long most, Func<GatewayError> tooLarge) : UploadBody
{
    private long _left = most;

    /// <inheritdoc/>
    public override string? ContentType => request.ContentType;

    /// <inheritdoc/>
    public override long? Length => request.ContentLength;

    /// <summary>The body of a request.</summary>
    /// <param name="context">The request.</param>
    /// <param name="settings">Who says how large it may be.</param>
    /// <param name="refusal">Why it is refused before it is read.</param>
    /// <returns>The body; null where there is none or it is refused.</returns>
    public static CallerBody? Of(HttpContext context, ServerSettings settings, out GatewayError? refusal) =>
        Of(context, settings.MaxBodyMegabytes * 1024L * 1024L, () => BodyFaults.TooLarge(settings), out refusal);

    /// <summary>The body of a request.</summary>
    /// <param name="context">The request.</param>
    /// <param name="most">The most bytes.</param>
    /// <param name="tooLarge">What is told where there are more.</param>
    /// <param name="refusal">Why it is refused before it is read.</param>
    /// <returns>The body; null where there is none or it is refused.</returns>
    public static CallerBody? Of(HttpContext context, long most, Func<GatewayError> tooLarge, out GatewayError? refusal)
    {
        refusal = null;
        if (context.Features.Get<IHttpRequestBodyDetectionFeature>() is { CanHaveBody: false })
        {
            return null;
        }

        refusal = BodyFaults.CheckEncoding(context.Request)
            ?? BodyFaults.CheckType(context.Request)
            ?? (context.Request.ContentLength > most ? tooLarge() : null);
        if (refusal is not null)
        {
            return null;
        }

        // The limit is ours, so that its answer has our shape.
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } feature)
        {
            feature.MaxRequestBodySize = null;
        }

        return new CallerBody(context.Request, most, tooLarge);
    }

    /// <inheritdoc/>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        var read = await request.Body.ReadAsync(buffer, cancellationToken);
        _left -= read;
        return _left >= 0 ? read : throw new UploadRefusedException(tooLarge());
    }
}
