using System.Text.Json;
using Switchboard.Gateway.Configuration;
using Switchboard.Gateway.Guardrails.Texts;
using Switchboard.Gateway.Pipeline;
using Switchboard.Gateway.Requests;

namespace Switchboard.Gateway.Guardrails;

/// <summary>Checks the request of a call: as its caller sent it, and what the gateway makes of it later.</summary>
internal sealed class RequestCheck(GuardedCall guarded) : IRequestCheck
{
    /// <summary>Checks the caller's own.</summary>
    /// <returns>Why it is refused; null where it is not.</returns>
    public ValueTask<GatewayError?> CheckAsync(CancellationToken cancellationToken) => CheckAsync(guarded.Call, null, cancellationToken);

    /// <inheritdoc/>
    public async ValueTask<GatewayError?> CheckAsync(GatewayCall made, string? place, CancellationToken cancellationToken)
    {
        if (LongWork.IsElsewhere(made.Body.Length))
        {
            await Task.Yield();
        }

        try
        {
            return await CheckTextsAsync(made, place, cancellationToken);
        }
        catch (InvalidOperationException)
        {
            // A name that escapes half a character.
            return RequestFaults.BrokenName();
        }
    }

    private async ValueTask<GatewayError?> CheckTextsAsync(GatewayCall call, string? place, CancellationToken cancellationToken)
    {
        if (RequestTexts.OfUpload(call) is { } passed)
        {
            return await CheckUploadAsync(call, passed, cancellationToken);
        }

        // The caller's own first: places are named as the caller knows them.
        var own = RequestTexts.Of(call.Origin) is { } foreign ? new GuardedDocument(call.Origin!.Body, foreign) : null;
        if (own is not null && await CheckAsync(own, place, cancellationToken) is { } refused)
        {
            return refused;
        }

        if (own?.Mask() is { } maskedOwn)
        {
            call.ChangeOrigin(maskedOwn);
        }

        if (call.Body.IsEmpty || RequestTexts.Of(call.Operation) is not { } map)
        {
            return null;
        }

        var document = new GuardedDocument(call.Body, map);
        if (await CheckAsync(document, place, cancellationToken) is { } error)
        {
            return error;
        }

        if (document.Mask() is { } masked)
        {
            call.ChangeBody(masked);
            if (own is not null && !own.Explains(document))
            {
                // A text lies in the caller's own where nobody looked for one: it must not go out as it came.
                call.HoldOrigin();
            }
        }

        return null;
    }

    private async ValueTask<GatewayError?> CheckUploadAsync(GatewayCall call, TextMap map, CancellationToken cancellationToken)
    {
        var (body, refused) = await HeldUpload.ReadAsync(call.Upload, cancellationToken);
        if (refused is not null || body.IsEmpty)
        {
            return refused;
        }

        try
        {
            var document = new GuardedDocument(body, map);
            var error = await CheckAsync(document, null, cancellationToken);
            call.ChangeUpload(new HeldUpload(document.Mask()?.Json ?? body, call.Upload!.ContentType));
            return error;
        }
        catch (JsonException exception)
        {
            return RequestFaults.NotJson(exception);
        }
    }

    private async ValueTask<GatewayError?> CheckAsync(GuardedDocument document, string? place, CancellationToken cancellationToken) =>
        await guarded.CheckAsync(document.Texts, GuardrailSide.Input, cancellationToken) is { } refusal
            ? GuardrailErrors.Refused(refusal, GuardrailSide.Input, place ?? (refusal.Text is { } text ? document.PlaceOf(text) : null))
            : null;
}
