using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Switchboard.Engine;

namespace Switchboard.Gateway.Providers.Local.Answers;

/// <summary>Several generations as one: each step as it comes, its choice counted on from prompt to prompt.</summary>
internal static class MergedGenerations
{
    /// <summary>Reads them all.</summary>
    /// <param name="generations">One a prompt.</param>
    /// <param name="choices">How many choices each has.</param>
    /// <param name="cancellationToken">Ends them all.</param>
    public static IAsyncEnumerable<GenerationUpdate> ReadAllAsync(IReadOnlyList<Generation> generations, int choices, CancellationToken cancellationToken) =>
        generations.Count == 1 ? generations[0].ReadAllAsync(cancellationToken) : MergeAsync(generations, choices, cancellationToken);

    private static async IAsyncEnumerable<GenerationUpdate> MergeAsync(IReadOnlyList<Generation> generations, int choices, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var merged = Channel.CreateUnbounded<GenerationUpdate>(new UnboundedChannelOptions { SingleReader = true });
        var pumping = PumpAllAsync(generations, choices, merged.Writer, stop.Token);
        try
        {
            await foreach (var update in merged.Reader.ReadAllAsync(stop.Token))
            {
                yield return update;
            }
        }
        finally
        {
            await stop.CancelAsync();
            await pumping;
        }
    }

    // Its failure goes to the reader, through the channel.
    private static async Task PumpAllAsync(IReadOnlyList<Generation> generations, int choices, ChannelWriter<GenerationUpdate> output, CancellationToken cancellationToken)
    {
        try
        {
            await Task.WhenAll(generations.Select((generation, i) => PumpAsync(generation, i * choices, output, cancellationToken)));
            output.Complete();
        }
        catch (Exception fault)
        {
            output.Complete(fault);
        }
    }

    private static async Task PumpAsync(Generation generation, int firstChoice, ChannelWriter<GenerationUpdate> output, CancellationToken cancellationToken)
    {
        await foreach (var update in generation.ReadAllAsync(cancellationToken))
        {
            await output.WriteAsync(update with { Choice = update.Choice + firstChoice }, cancellationToken);
        }
    }
}
