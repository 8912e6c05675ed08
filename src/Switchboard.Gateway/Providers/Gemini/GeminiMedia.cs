using System.Buffers;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Switchboard.Gateway.Pipeline;
using Switchboard.Gateway.Relay;
using Switchboard.Gateway.Requests;
using Switchboard.Gateway.Requests.Forms;
using Switchboard.Gateway.Translation;
using Switchboard.Gateway.Translation.Gemini;

namespace Switchboard.Gateway.Providers.Gemini;

/// <summary>Pictures, speech and what is heard: one question to a model each, whose answer is read whole.</summary>
/// <param name="connection">The way to the models.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Where faults are told.</param>
internal sealed class GeminiMedia(UpstreamConnection connection, TimeProvider time, ILogger logger)
{
    // Google takes requests of 20 MB, and sound grows by a third as text.
    private const int MostFormBytes = 14 * 1024 * 1024;

    private static readonly JsonDocumentOptions s_options = new() { MaxDepth = RequestReader.MaxDepth };

    private readonly UpstreamQuestion _question = new(connection, time);

    /// <summary>Whether calls of this operation are answered here.</summary>
    public static bool Offers(ApiOperation operation) =>
        operation is ApiOperation.ImageGenerations or ApiOperation.Speech or ApiOperation.Transcriptions or ApiOperation.Translations;

    /// <summary>Answers a call.</summary>
    /// <exception cref="OperationCanceledException">The caller left; upstream has been cancelled.</exception>
    public async ValueTask<GatewayOutcome> AnswerAsync(GatewayCall call, string model, CancellationToken cancellationToken)
    {
        if (LongWork.IsForSockets)
        {
            await Task.Yield();
        }

        return call.Operation switch
        {
            ApiOperation.ImageGenerations => await DrawAsync(call, model, cancellationToken),
            ApiOperation.Speech => await SpeakAsync(call, model, cancellationToken),
            _ => await HearAsync(call, model, cancellationToken),
        };
    }

    private async ValueTask<GatewayOutcome> DrawAsync(GatewayCall call, string model, CancellationToken cancellationToken)
    {
        using var request = JsonDocument.Parse(call.EditedBody, s_options);
        var body = Write(call, (json, notes) => GeminiPictures.Write(json, request.RootElement, model, notes), out var fault);
        if (fault is not null)
        {
            return GatewayOutcome.Failed(fault);
        }

        var path = GeminiPictures.PathOf(model);
        var questions = Enumerable.Range(0, GeminiPictures.RequestsOf(request.RootElement, model)).Select(_ => _question.AskAsync(path, body, call.ForwardedHeaders, cancellationToken).AsTask());
        var replies = await Task.WhenAll(questions);
        if (LongWork.IsForSockets)
        {
            await Task.Yield();
        }

        var answers = new List<JsonElement>();
        foreach (var reply in replies)
        {
            if (!TryParse(reply, out var answer, out var failure))
            {
                return TranslatedAnswer.Fail(call, connection.Provider, failure!, logger);
            }

            answers.Add(answer);
        }

        var pictures = GeminiPictures.Read(answers, time, out var usage);
        call.Usage = usage;
        return pictures is { } told
            ? await TranslatedAnswer.SendAsync(call, told, [], cancellationToken)
            : TranslatedAnswer.Fail(call, connection.Provider, Withheld("no picture", GeminiPictures.ReasonOf(answers[0])), logger);
    }

    private async ValueTask<GatewayOutcome> SpeakAsync(GatewayCall call, string model, CancellationToken cancellationToken)
    {
        using var request = JsonDocument.Parse(call.EditedBody, s_options);
        var body = Write(call, (json, notes) => GeminiSpeech.Write(json, request.RootElement, notes), out var fault);
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

        var body = Write(call, (json, notes) => GeminiHearing.Write(json, form, call.Operation == ApiOperation.Translations, notes), out var fault);
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
            : TranslatedAnswer.Fail(call, connection.Provider, Withheld(lack, GeminiPictures.ReasonOf(answer)), logger);
    }

    // Base64 that is none, or members of another kind: no answer.
    private static (ReadOnlyMemory<byte>? Told, TokenUsage? Usage) Read(Func<JsonElement, (ReadOnlyMemory<byte>? Told, TokenUsage? Usage)> read, JsonElement answer)
    {
        try
        {
            return read(answer);
        }
        catch (Exception exception) when (exception is InvalidOperationException or FormatException or KeyNotFoundException)
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

    private ReadOnlyMemory<byte> Write(GatewayCall call, Action<Utf8JsonWriter, RequestNotes> write, out GatewayError? fault)
    {
        var notes = new RequestNotes(call, connection.Provider, connection.Settings);
        var body = new ArrayBufferWriter<byte>(1024);
        try
        {
            using var json = new Utf8JsonWriter(body, TranslatedChat.WriterOptions);
            write(json, notes);
            json.Flush();
            fault = notes.Fault;
        }
        catch (InvalidOperationException)
        {
            fault = GatewayError.InvalidRequest("The request holds a value that cannot be translated for the provider of this model.", null, "invalid_value");
        }

        return body.WrittenMemory;
    }

    private GatewayError Withheld(string lack, string? reason) => reason switch
    {
        null or "STOP" => UpstreamFaults.Invalid(connection.Provider, $"an answer with {lack} in it"),
        "MAX_TOKENS" => GatewayError.InvalidRequest($"The answer of the provider '{connection.Provider}' is longer than its model may give, and was cut.", null, "answer_too_long"),
        _ => GatewayError.InvalidRequest($"The provider '{connection.Provider}' gave {lack}: {reason}", null, "content_policy_violation"),
    };
}
