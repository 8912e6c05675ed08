using Switchboard.Gateway.Access;
using Switchboard.Gateway.Pipeline;
using Switchboard.Gateway.Requests;

namespace Switchboard.Gateway.Batches;

/// <summary>Runs the requests of batches: whoever has the pipeline of the day.</summary>
public interface IBatchCalls
{
    /// <summary>The longest line in bytes.</summary>
    int LongestLine { get; }

    /// <summary>No further request begins: the gateway stops.</summary>
    bool IsStopping { get; }

    /// <summary>Runs a request with the pipeline in force now, as one among the gateway's calls.</summary>
    /// <param name="run">Runs it.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>What came of it; null where the gateway stops.</returns>
    ValueTask<BatchAnswer?> RunAsync(Func<GatewayPipeline, RequestPolicy, CancellationToken, ValueTask<BatchAnswer>> run, CancellationToken cancellationToken);

    /// <summary>Who a batch's owner is now.</summary>
    /// <returns>Why they may not ask any more; null where they may.</returns>
    GatewayError? Recall(Batch batch, out Caller caller);
}
