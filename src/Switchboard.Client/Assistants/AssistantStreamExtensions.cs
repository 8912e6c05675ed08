using System.Runtime.CompilerServices;
using Switchboard.Protocol.Assistants;

namespace Switchboard.Client.Assistants;

/// <summary>Streams of runs gathered while they are read.</summary>
public static class AssistantStreamExtensions
{
    /// <summary>Passes each event on after the accumulator has taken it.</summary>
    /// <param name="events">The stream of a run.</param>
    /// <param name="accumulator">Gathers the run, its steps and its messages, and the text that the event at hand added to.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <remarks>A stream that breaks off ends here as others do; <see cref="AssistantAccumulator.IsComplete"/> tells, and <see cref="AssistantAccumulator.GetFinal"/> throws then.</remarks>
    public static async IAsyncEnumerable<AssistantStreamEvent> AccumulateAsync(
        this IAsyncEnumerable<AssistantStreamEvent> events,
        AssistantAccumulator accumulator,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(events);
        ArgumentNullException.ThrowIfNull(accumulator);
        await foreach (var streamEvent in events.WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            accumulator.Add(streamEvent);
            yield return streamEvent;
        }
    }
}
