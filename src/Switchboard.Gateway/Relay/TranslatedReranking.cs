using System.Text.Json;
using Microsoft.Extensions.Logging;
using Switchboard.Gateway.Pipeline;
using Switchboard.Gateway.Translation;
using Switchboard.Gateway.Translation.Reranking;

namespace Switchboard.Gateway.Relay;

/// <summary>Documents in the order of their relevance, from a provider that speaks another dialect.</summary>
internal sealed class TranslatedReranking(UpstreamConnection connection, RerankDialect dialect, TimeProvider time, ILogger logger)
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

        using var request = RerankRequestView.Read(call.EditedBody, out var error);
        if (request is null)
        {
            return GatewayOutcome.Failed(error!);
        }

        var body = TranslatedBody.Write(call, connection, (json, notes) => dialect.WriteRequest(json, request, model, notes), out var fault);
        if (fault is not null)
        {
            return GatewayOutcome.Failed(fault);
        }

        var reply = await _question.AskAsync(dialect.Path, body, call.ForwardedHeaders, cancellationToken);
        if (reply.Error is not null)
        {
            return TranslatedAnswer.Fail(call, connection.Provider, reply.Error, logger);
        }

        using var list = new RerankList(request);
        return Translate(reply.Body, model, list, out var answer) switch
        {
            ForeignPiece.Taken => await TranslatedAnswer.SendAsync(call, answer, reply.Headers, cancellationToken),
            ForeignPiece.Error => TranslatedAnswer.Fail(call, connection.Provider, connection.Errors.FromBody(reply.Body.Span), logger),
            _ => TranslatedAnswer.Fail(call, connection.Provider, UpstreamFaults.Invalid(connection.Provider, "an answer that is not of its dialect"), logger),
        };
    }

    private ForeignPiece Translate(ReadOnlyMemory<byte> body, string model, RerankList list, out ReadOnlyMemory<byte> answer)
    {
        answer = default;
        try
        {
            using var document = JsonDocument.Parse(body);
            var piece = dialect.ReadAnswer(document.RootElement, list);
            answer = piece == ForeignPiece.Taken ? list.Complete(model) : default;
            return piece;
        }
        catch (Exception exception) when (UnreadableAnswer.Is(exception))
        {
            return ForeignPiece.Malformed;
        }
    }
}
