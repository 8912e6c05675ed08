using System.Runtime.CompilerServices;
using Switchboard.Protocol.Responses;

namespace Switchboard.Client.Responses;

/// <summary>Streams of responses gathered while they are read, or as the whole response.</summary>
public static class ResponseStreamExtensions
{
    /// <summary>Passes each event on after the accumulator has taken it; events that it has had already are left out.</summary>
    /// <param name="events">The stream of a response, from its beginning or resumed.</param>
    /// <param name="accumulator">Gathers the response: its snapshots, the text and JSON that the event at hand added to, and the final response.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <remarks>A stream that breaks off ends here as others do; <see cref="ResponseAccumulator.IsComplete"/> tells, and <see cref="ResponseAccumulator.GetFinal"/> throws then.</remarks>
    public static async IAsyncEnumerable<ResponseStreamEvent> AccumulateAsync(
        this IAsyncEnumerable<ResponseStreamEvent> events,
        ResponseAccumulator accumulator,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(events);
        ArgumentNullException.ThrowIfNull(accumulator);
        await foreach (var streamEvent in events.WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            if (accumulator.Add(streamEvent))
            {
                yield return streamEvent;
            }
        }
    }

    /// <summary>Reads a stream to its end and gives the whole response: completed, incomplete or failed.</summary>
    /// <param name="events">The stream of a response.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="InvalidOperationException">The stream ended before the response did.</exception>
    public static async Task<Response> GetFinalAsync(this IAsyncEnumerable<ResponseStreamEvent> events, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(events);
        var accumulator = new ResponseAccumulator();
        await foreach (var streamEvent in events.WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            accumulator.Add(streamEvent);
        }

        return accumulator.GetFinal();
    }
}
