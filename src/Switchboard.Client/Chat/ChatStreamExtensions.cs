using System.Runtime.CompilerServices;
using Switchboard.Protocol.Chat;

namespace Switchboard.Client.Chat;

/// <summary>Streams of chat completions as events, or as the whole completion.</summary>
public static class ChatStreamExtensions
{
    /// <summary>Turns chunks into events: pieces of text and of tool calls, what is whole, the tokens used, and at last the completion.</summary>
    /// <param name="chunks">The stream of a chat completion.</param>
    /// <param name="accumulator">Gathers the completion; give your own to see its snapshots, also when the stream breaks off.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="InvalidOperationException">The stream ended before each choice had a finish reason.</exception>
    public static async IAsyncEnumerable<ChatStreamEvent> AccumulateAsync(
        this IAsyncEnumerable<ChatCompletionChunk> chunks,
        ChatCompletionAccumulator? accumulator = null,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(chunks);
        accumulator ??= new ChatCompletionAccumulator();
        var events = new List<ChatStreamEvent>();
        await foreach (var chunk in chunks.WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            accumulator.Add(chunk, events);
            foreach (var happened in events)
            {
                yield return happened;
            }

            events.Clear();
        }

        yield return new ChatCompletionDone(accumulator.GetFinal());
    }

    /// <summary>Reads a stream to its end and gives the whole completion.</summary>
    /// <param name="chunks">The stream of a chat completion.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="InvalidOperationException">The stream ended before each choice had a finish reason.</exception>
    public static async Task<ChatCompletion> GetFinalAsync(this IAsyncEnumerable<ChatCompletionChunk> chunks, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(chunks);
        var accumulator = new ChatCompletionAccumulator();
        await foreach (var chunk in chunks.WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            accumulator.Add(chunk);
        }

        return accumulator.GetFinal();
    }
}
