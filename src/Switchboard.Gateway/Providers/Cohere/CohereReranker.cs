using System.Buffers;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Switchboard.Gateway.Pipeline;
using Switchboard.Gateway.Relay;
using Switchboard.Gateway.Translation;
using Switchboard.Gateway.Translation.Cohere;

namespace Switchboard.Gateway.Providers.Cohere;

/// <summary>Answers calls that ask for documents in the order of their relevance.</summary>
internal sealed class CohereReranker(UpstreamConnection connection, TimeProvider time, ILogger logger)
{
    private readonly UpstreamQuestion _question = new(connection, time);

    /// <summary>Answers a call.</summary>
    /// <exception cref="OperationCanceledException">The caller left; upstream has been cancelled.</exception>
    public async ValueTask<GatewayOutcome> AnswerAsync(GatewayCall call, string model, CancellationToken cancellationToken)
    {
        if (LongWork.IsElsewhere(call.Body.Length))
        {
            await Task.Yield();
        }

        using var request = JsonDocument.Parse(call.EditedBody);
        var notes = new RequestNotes(call, connection.Provider, connection.Settings);
        var body = new ArrayBufferWriter<byte>(call.Body.Length + 256);
        using (var json = new Utf8JsonWriter(body, TranslatedChat.WriterOptions))
        {
            CohereRerank.Write(json, request.RootElement, model, notes);
        }

        if (notes.Fault is not null)
        {
            return GatewayOutcome.Failed(notes.Fault);
        }

        var reply = await _question.AskAsync("v2/rerank", body.WrittenMemory, call.ForwardedHeaders, cancellationToken);
        if (reply.Error is not null)
        {
            return TranslatedAnswer.Fail(call, connection.Provider, reply.Error, logger);
        }

        var answer = new ArrayBufferWriter<byte>(reply.Body.Length + 256);
        return Translate(request.RootElement, reply.Body, model, answer) switch
        {
            ForeignPiece.Taken => await TranslatedAnswer.SendAsync(call, answer.WrittenMemory, reply.Headers, cancellationToken),
            ForeignPiece.Error => TranslatedAnswer.Fail(call, connection.Provider, connection.Errors.FromBody(reply.Body.Span), logger),
            _ => TranslatedAnswer.Fail(call, connection.Provider, UpstreamFaults.Invalid(connection.Provider, "an answer that is not of its dialect"), logger),
        };
    }

    private static ForeignPiece Translate(JsonElement request, ReadOnlyMemory<byte> body, string model, ArrayBufferWriter<byte> answer)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            using var json = new Utf8JsonWriter(answer, TranslatedChat.WriterOptions);
            return CohereRerank.WriteAnswer(json, request, document.RootElement, model);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return ForeignPiece.Malformed;
        }
    }
}
