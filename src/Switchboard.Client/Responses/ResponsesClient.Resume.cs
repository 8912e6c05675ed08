using System.Runtime.CompilerServices;
using Switchboard.Client.Helpers;
using Switchboard.Client.Transport;
using Switchboard.Protocol.Operations;
using Switchboard.Protocol.Responses;

namespace Switchboard.Client.Responses;

public sealed partial class ResponsesClient
{
    /// <summary>Has a response made in the background and streams it. When the connection breaks, the stream goes on over another one where it broke off, each event given once.</summary>
    /// <remarks>A connection that breaks before the response has an id is not made good: the response could be made twice. Nor is one whose events have no numbers: they could be given twice.</remarks>
    /// <param name="request">The request; it is sent with <c>background</c>.</param>
    /// <param name="maxReconnects">How many times in a row a new connection is tried without a new event.</param>
    /// <param name="options">What the calls do otherwise than the client.</param>
    /// <param name="cancellationToken">Ends the stream; the response goes on.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="maxReconnects"/> is negative.</exception>
    public IAsyncEnumerable<ResponseStreamEvent> StreamAndResumeAsync(ResponseRequest request, int maxReconnects = 5, CallOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentOutOfRangeException.ThrowIfNegative(maxReconnects);
        var reader = new SequencePayload();
        var background = request with { Background = true };
        var first = _transport.Stream(new ApiRequest(OpenAIOperations.CreateResponse, "/responses", options) { Body = JsonBody.Of(background), Model = request.Model }, reader, cancellationToken);
        return ResumeAsync(first, reader, responseId: null, startingAfter: null, maxReconnects, Polling.ForLooks(options), cancellationToken);
    }

    /// <summary>Streams a response that is being made in the background, from where a stream of it broke off. When the connection breaks, the stream goes on over another one, each event given once.</summary>
    /// <param name="responseId">Id of the response.</param>
    /// <param name="startingAfter">The number of the last event that is known (<c>sequence_number</c>); null for all events.</param>
    /// <param name="maxReconnects">How many times in a row a new connection is tried without a new event.</param>
    /// <param name="options">What the calls do otherwise than the client.</param>
    /// <param name="cancellationToken">Ends the stream; the response goes on.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="maxReconnects"/> is negative.</exception>
    public IAsyncEnumerable<ResponseStreamEvent> ResumeAsync(string responseId, long? startingAfter = null, int maxReconnects = 5, CallOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(responseId);
        ArgumentOutOfRangeException.ThrowIfNegative(maxReconnects);
        var reader = new SequencePayload();
        return ResumeAsync(Reconnect(responseId, startingAfter, reader, options, cancellationToken), reader, responseId, startingAfter, maxReconnects, options, cancellationToken);
    }

    private ApiStream<ResponseStreamEvent> Reconnect(string id, long? after, SequencePayload reader, CallOptions? options, CancellationToken cancellationToken)
    {
        var query = new FlaggedQuery("stream", new ResponseRetrieveQuery { StartingAfter = after });
        return _transport.Stream(new ApiRequest(OpenAIOperations.GetResponse, ApiPath.Of($"/responses/{id:responseId}"), options) { Query = QueryString.Of(query) }, reader, cancellationToken);
    }

    private async IAsyncEnumerable<ResponseStreamEvent> ResumeAsync(
        ApiStream<ResponseStreamEvent> stream,
        SequencePayload reader,
        string? responseId,
        long? startingAfter,
        int maxReconnects,
        CallOptions? options,
        CancellationToken cancellationToken,
        [EnumeratorCancellation] CancellationToken enumeration = default)
    {
        var retries = new RetryPolicy(_transport.Options.MaxRetryAfter, _transport.Options.TimeProvider);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, enumeration);
        var isWhole = false;
        var canResume = responseId is not null;
        for (var failures = 0; ;)
        {
            var events = stream.GetAsyncEnumerator(both.Token);
            await using var _ = events.ConfigureAwait(false);
            while (true)
            {
                var (moved, fault) = await MoveAsync(events).ConfigureAwait(false);
                if (!moved && (fault is null || isWhole))
                {
                    yield break;
                }

                if (fault is not null)
                {
                    var wait = canResume && failures < maxReconnects ? retries.DelayAfter(fault, failures + 1) : null;
                    failures++;
                    await Task.Delay(wait ?? throw fault, _transport.Options.TimeProvider, both.Token).ConfigureAwait(false);
                    break;
                }

                // A server that starts again from before what was asked for is not heard twice.
                if (reader.Number <= startingAfter)
                {
                    continue;
                }

                // After an event without a number nobody can say from where to go on.
                responseId ??= IdOf(events.Current);
                canResume = responseId is not null && reader.Number is not null;
                startingAfter = reader.Number ?? startingAfter;
                failures = reader.Number is null ? failures : 0;
                isWhole = StreamEnd.IsLast(events.Current);
                yield return events.Current;
            }

            stream = Reconnect(responseId!, startingAfter, reader, options, cancellationToken);
        }
    }

    private static async ValueTask<(bool Moved, ApiException? Fault)> MoveAsync(IAsyncEnumerator<ResponseStreamEvent> events)
    {
        try
        {
            return (await events.MoveNextAsync().ConfigureAwait(false), null);
        }
        catch (ApiConnectionException fault)
        {
            return (false, fault);
        }
    }

    private static string? IdOf(ResponseStreamEvent item) => item switch
    {
        ResponseCreatedEvent { Response.Id: { Length: > 0 } id } => id,
        ResponseQueuedEvent { Response.Id: { Length: > 0 } id } => id,
        ResponseInProgressEvent { Response.Id: { Length: > 0 } id } => id,
        _ => null,
    };
}
