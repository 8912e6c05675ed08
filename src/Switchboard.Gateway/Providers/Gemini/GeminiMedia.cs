using System.Text.Json;
using Microsoft.Extensions.Logging;
using Switchboard.Gateway.Pipeline;
using Switchboard.Gateway.Relay;
using Switchboard.Gateway.Requests;
using Switchboard.Gateway.Requests.Forms;
using Switchboard.Gateway.Translation;
using Switchboard.Gateway.Translation.Gemini;

namespace Switchboard.Gateway.Providers.Gemini;

/// <summary>Speech and what is heard: one question to a model each, whose answer is read whole.</summary>
/// <param name="connection">The way to the models.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Where faults are told.</param>
internal sealed class GeminiMedia(UpstreamConnection connection, TimeProvider time, ILogger logger)
{
    // Google takes requests of 20 MB, and sound grows by a third as text.
    private const int MostFormBytes = 14 * 1024 * 1024;

    private readonly UpstreamQuestion _question = new(connection, time);

    /// <summary>Whether calls of this operation are answered here.</summary>
    public static bool Offers(ApiOperation operation) =>
        operation is ApiOperation.Speech or ApiOperation.Transcriptions or ApiOperation.Translations;

    /// <summary>Answers a call.</summary>
    /// <exception cref="OperationCanceledException">The caller left; upstream has been cancelled.</exception>
    public async ValueTask<GatewayOutcome> AnswerAsync(GatewayCall call, string model, CancellationToken cancellationToken)
    {
        if (LongWork.IsForSockets)
        {
            await Task.Yield();
        }

        return call.Operation == ApiOperation.Speech
            ? await SpeakAsync(call, model, cancellationToken)
            : await HearAsync(call, model, cancellationToken);
    }

    private async ValueTask<GatewayOutcome> SpeakAsync(GatewayCall call, string model, CancellationToken cancellationToken)
    {
        using var request = JsonDocument.Parse(call.EditedBody, RequestReader.DocumentOptions);
        var body = TranslatedBody.Write(call, connection, (json, notes) => GeminiSpeech.Write(json, request.RootElement, notes), out var fault);
        if (fault is not null)
        {
            return GatewayOutcome.Failed(fault);
        }

        var isPcm = GeminiSpeech.IsPcm(request.RootElement);
        return await AskAsync(call, model, body, "no sound", answer => (GeminiSpeech.Read(answer, isPcm), null), isPcm ? "audio/pcm" : "audio/wav", cancellationToken);
    }

    private async ValueTask<GatewayOutcome> HearAsync(GatewayCall call, string model, CancellationToken cancellationToken)
    {
        var (form, refusal) = await WholeForm.ReadAsync(call.Upload!, MostFormBytes, cancellationToken);
        if (form is null)
        {
            return GatewayOutcome.Failed(refusal!);
        }

        var body = TranslatedBody.Write(call, connection, (json, notes) => GeminiHearing.Write(json, form, call.Operation == ApiOperation.Translations, notes), out var fault);
        if (fault is not null)
        {
            return GatewayOutcome.Failed(fault);
        }

        var isText = GeminiHearing.IsText(form);
        return await AskAsync(
            call,
            model.Length > 0 ? model : form.Text("model") ?? "",
            body,
            "no words",
            answer => (GeminiHearing.Read(answer, isText, out var usage), usage),
            isText ? "text/plain; charset=utf-8" : "application/json",
            cancellationToken);
    }

    private async ValueTask<GatewayOutcome> AskAsync(
        GatewayCall call,
        string model,
        ReadOnlyMemory<byte> body,
        string lack,
        Func<JsonElement, (ReadOnlyMemory<byte>? Told, TokenUsage? Usage)> read,
        string mediaType,
        CancellationToken cancellationToken)
    {
        var reply = await _question.AskAsync(GeminiDialect.PathOf(model, "generateContent"), body, call.ForwardedHeaders, cancellationToken);
        if (LongWork.IsElsewhere(reply.Body.Length))
        {
            await Task.Yield();
        }

        if (!TryParse(reply, out var answer, out var failure))
        {
            return TranslatedAnswer.Fail(call, connection.Provider, failure!, logger);
        }

        var (told, usage) = Read(read, answer);
        call.Usage = usage;
        return told is { } content
            ? await TranslatedAnswer.SendAsync(call, content, reply.Headers, cancellationToken, mediaType)
            : TranslatedAnswer.Fail(call, connection.Provider, Withheld(lack, answer), logger);
    }

    // Base64 that is none, or members of another kind: no answer.
    private static (ReadOnlyMemory<byte>? Told, TokenUsage? Usage) Read(Func<JsonElement, (ReadOnlyMemory<byte>? Told, TokenUsage? Usage)> read, JsonElement answer)
    {
        try
        {
            return read(answer);
        }
        catch (Exception exception) when (UnreadableAnswer.Is(exception))
        {
            return default;
        }
    }

    private bool TryParse(UpstreamReply reply, out JsonElement answer, out GatewayError? error)
    {
        answer = default;
        error = reply.Error;
        if (error is not null)
        {
            return false;
        }

        try
        {
            answer = JsonElement.Parse(reply.Body.Span);
        }
        catch (JsonException)
        {
            error = UpstreamFaults.Invalid(connection.Provider, "an answer that is not JSON");
            return false;
        }

        error = answer.Find("error"u8) is null ? null : connection.Errors.FromBody(reply.Body.Span);
        return error is null;
    }

    private GatewayError Withheld(string lack, JsonElement answer) => GeminiFinish.IsCut(answer)
        ? GatewayError.InvalidRequest($"The answer of the provider '{connection.Provider}' is longer than its model may give, and was cut.", null, "answer_too_long")
        : GeminiFinish.ReasonOf(answer) is { } reason
        ? GatewayError.InvalidRequest($"The provider '{connection.Provider}' gave {lack}: {connection.Errors.Clean(reason)}", null, "content_policy_violation")
        : UpstreamFaults.Invalid(connection.Provider, $"an answer with {lack} in it");
}
