using System.Buffers;
using System.IO.Pipelines;
using System.Text.Json;
using Switchboard.Gateway.Access;
using Switchboard.Gateway.Configuration;
using Switchboard.Gateway.Pipeline;
using Switchboard.Gateway.Requests;
using Switchboard.Gateway.Surfaces;

namespace Switchboard.Gateway.Caching.Semantic;

/// <summary>
/// Finds answers to questions that mean the same: the last message of the user is made a vector by a model, which the
/// gateway asks as a caller would, and the rest of the request has to be the same.
/// </summary>
internal sealed class SemanticSearch(SemanticCacheSettings settings, AnswerStore store)
{
    // Models look at the beginning of a long text alone: two of the same beginning would mean the same.
    private const int LongestText = 4000;

    // An answer may be gone that a question is remembered of.
    private const int Tries = 8;

    /// <summary>Looks for an answer.</summary>
    /// <param name="visit">Whose question it is.</param>
    /// <param name="cancellationToken">Fires when nobody waits for it.</param>
    /// <returns>The question with its vector, to be remembered with the answer; null where it has none. And the answer, with how near its question is.</returns>
    public async ValueTask<(RememberedQuestion? Question, CachedAnswer? Answer, double Similarity)> FindAsync(CacheVisit visit, CancellationToken cancellationToken)
    {
        if (visit.Question is not { Partition: { } rest, Text: { Length: <= LongestText } text } || await AskAsync(visit, text, cancellationToken) is not { } vector)
        {
            return default;
        }

        // Vectors of two models have nothing in common.
        var question = new RememberedQuestion($"{settings.Model}\n{rest}", vector, visit.Question.Key);
        for (var i = 0; i < Tries && store.Questions.Find(question.Partition, vector, settings.Threshold, out var similarity) is { } nearest; i++)
        {
            if (store.Find(nearest.Key) is { } answer)
            {
                return visit.IsWanted(answer, store.Time.GetUtcNow()) ? (question, answer, similarity) : (question, null, 0);
            }

            store.Questions.Remove(nearest);
        }

        return (question, null, 0);
    }

    /// <summary>Remembers a question whose answer is kept now.</summary>
    public void Remember(RememberedQuestion question) => store.Questions.Add(question, settings.MaxEntries);

    // Whose question it is does not matter: it is the gateway that asks, and the caller that pays.
    private async ValueTask<float[]?> AskAsync(CacheVisit visit, string text, CancellationToken cancellationToken)
    {
        var sink = new WholeSink();
        var reading = RequestReader.Read(Body(text), ApiOperation.Embeddings, RequestPolicy.Lenient);
        if (!reading.IsTaken)
        {
            return null;
        }

        var call = new GatewayCall
        {
            Operation = ApiOperation.Embeddings,
            Path = OperationProfile.Of(ApiOperation.Embeddings).Path,
            Body = reading.Body,
            Facts = reading.Facts,
            RequestId = $"{visit.Call.RequestId}-embedding",
            Caller = Caller.Anonymous,
            Sink = sink,
        };
        using var deadline = new CancellationTokenSource(settings.Timeout, store.Time);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, deadline.Token);
        try
        {
            var outcome = await visit.Next(call, ending.Token);
            visit.Call.NoteSpent(call);
            return outcome.IsError || sink.IsCut ? null : QuestionVector.Read(sink.Written.Span);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }

    private ReadOnlyMemory<byte> Body(string text)
    {
        var buffer = new ArrayBufferWriter<byte>(text.Length + 128);
        using var json = new Utf8JsonWriter(buffer);
        json.WriteStartObject();
        json.WriteString("model"u8, settings.Model);
        json.WriteString("input"u8, text);
        json.WriteString("encoding_format"u8, "float"u8);
        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenMemory;
    }

    /// <summary>Keeps an answer that the gateway itself reads.</summary>
    private sealed class WholeSink : IAnswerSink
    {
        private readonly BodyBuffer _body = new();

        public bool IsCommitted { get; private set; }

        public bool IsCut { get; private set; }

        public ReadOnlyMemory<byte> Written => _body.Written;

        public PipeWriter Commit(AnswerHead head)
        {
            IsCommitted = true;
            return _body;
        }

        public void Abort() => IsCut = true;
    }
}
