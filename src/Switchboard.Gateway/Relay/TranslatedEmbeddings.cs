using System.Buffers;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Switchboard.Gateway.Pipeline;
using Switchboard.Gateway.Translation;
using Switchboard.Gateway.Translation.Embeddings;

namespace Switchboard.Gateway.Relay;

/// <summary>
/// Embeddings of a provider that speaks another dialect. Where a request may have fewer texts than the call has, several
/// are sent, a few at once; a fault of one is the fault of all.
/// </summary>
internal sealed class TranslatedEmbeddings(UpstreamConnection connection, TimeProvider time, ILogger logger)
{
    private const int MostTexts = 2048;

    private readonly UpstreamQuestion _question = new(connection, time);

    /// <summary>Answers a call.</summary>
    /// <exception cref="OperationCanceledException">The caller left; upstream has been cancelled.</exception>
    public async ValueTask<GatewayOutcome> AnswerAsync(GatewayCall call, string model, EmbeddingDialect dialect, CancellationToken cancellationToken)
    {
        if (LongWork.IsElsewhere(call.Body.Length))
        {
            await Task.Yield();
        }

        var bodies = TryWrite(call, model, dialect, out var isBase64, out var count, out var error);
        if (error is not null)
        {
            return GatewayOutcome.Failed(error);
        }

        var replies = await _question.AskAllAsync(dialect.PathOf(model), bodies, call.ForwardedHeaders, cancellationToken);
        if (Array.Find(replies, reply => reply.Error is not null) is { } failed)
        {
            NoteUsage(call, dialect, replies);
            return TranslatedAnswer.Fail(call, connection.Provider, failed.Error!, logger);
        }

        if (LongWork.IsForSockets)
        {
            await Task.Yield();
        }

        using var list = new EmbeddingList(isBase64);
        if (Read(replies, dialect, list) is { } fault)
        {
            NoteUsage(call, dialect, replies);
            return TranslatedAnswer.Fail(call, connection.Provider, fault, logger);
        }

        if (list.Count != count)
        {
            NoteUsage(call, dialect, replies);
            return TranslatedAnswer.Fail(call, connection.Provider, UpstreamFaults.Invalid(connection.Provider, "another number of vectors than there are texts"), logger);
        }

        AddTokens(replies, list);
        call.Usage = list.Tokens is { } tokens ? new TokenUsage(tokens, 0) : null;
        return await TranslatedAnswer.SendAsync(call, list.Complete(model), replies[0].Headers, cancellationToken);
    }

    private List<ReadOnlyMemory<byte>> TryWrite(GatewayCall call, string model, EmbeddingDialect dialect, out bool isBase64, out int count, out GatewayError? error)
    {
        try
        {
            return Write(call, model, dialect, out isBase64, out count, out error);
        }
        catch (InvalidOperationException)
        {
            (isBase64, count, error) = (false, 0, TranslatedBody.Untranslatable());
            return [];
        }
    }

    private List<ReadOnlyMemory<byte>> Write(GatewayCall call, string model, EmbeddingDialect dialect, out bool isBase64, out int count, out GatewayError? error)
    {
        (isBase64, count) = (false, 0);
        using var request = EmbeddingRequestView.Read(call.EditedBody, out error);
        if (request is null)
        {
            return [];
        }

        (isBase64, count) = (request.AsBase64, request.Texts.Count);
        if (count > MostTexts)
        {
            error = GatewayError.InvalidRequest($"'input' may have at most {MostTexts} texts.", "input", "invalid_value");
            return [];
        }

        var notes = new RequestNotes(call, connection.Provider, connection.Settings);
        dialect.Check(request, notes);
        var bodies = new List<ReadOnlyMemory<byte>>();
        for (var from = 0; from < count && notes.Fault is null; from += dialect.MostTexts)
        {
            var body = new ArrayBufferWriter<byte>(1024);
            using var json = new Utf8JsonWriter(body, TranslatedChat.WriterOptions);
            dialect.WriteRequest(json, request, [.. request.Texts.Skip(from).Take(dialect.MostTexts)], model);
            json.Flush();
            bodies.Add(body.WrittenMemory);
        }

        error = notes.Fault;
        return bodies;
    }

    private GatewayError? Read(UpstreamReply[] replies, EmbeddingDialect dialect, EmbeddingList list)
    {
        foreach (var reply in replies)
        {
            switch (Read(reply, dialect, list))
            {
                case ForeignPiece.Error:
                    return connection.Errors.FromBody(reply.Body.Span);
                case ForeignPiece.Malformed:
                    return UpstreamFaults.Invalid(connection.Provider, "an answer that is not of its dialect");
            }
        }

        return null;
    }

    // What was answered beside a fault is paid for.
    private static void NoteUsage(GatewayCall call, EmbeddingDialect dialect, UpstreamReply[] replies)
    {
        using var list = new EmbeddingList(asBase64: false);
        var answered = Array.FindAll(replies, reply => !reply.Body.IsEmpty && Read(reply, dialect, list) != ForeignPiece.Error);
        AddTokens(answered, list);
        call.Usage = list.Tokens is { } tokens ? new TokenUsage(tokens, 0) : null;
    }

    // What the answers themselves tell wins over what stands beside them.
    private static void AddTokens(UpstreamReply[] replies, EmbeddingList list)
    {
        if (list.Tokens is null)
        {
            Array.ForEach(replies, reply => list.AddTokens(reply.InputTokens));
        }
    }

    private static ForeignPiece Read(UpstreamReply reply, EmbeddingDialect dialect, EmbeddingList list)
    {
        try
        {
            using var document = JsonDocument.Parse(reply.Body);
            return dialect.ReadAnswer(document.RootElement, list);
        }
        catch (Exception exception) when (UnreadableAnswer.Is(exception))
        {
            return ForeignPiece.Malformed;
        }
    }
}
