using System.Net;
using Switchboard.Gateway.Access;
using Switchboard.Gateway.Batches;
using Switchboard.Gateway.Pipeline;
using Switchboard.Gateway.Requests;
using Switchboard.Server.Draining;

namespace Switchboard.Server.Batches;

/// <summary>
/// Runs the requests of batches with the configuration in force, as owners that are known now. Each counts among the
/// running requests, so that a stop waits for it as for any other.
/// </summary>
internal sealed class PipelineCalls(GatewayRuntime runtime, Gatekeeper keeper, DrainState drain) : IBatchCalls
{
    /// <inheritdoc/>
    public int LongestLine => (runtime.Configuration.Server.MaxBodyMegabytes * 1024 * 1024) + 1024;

    /// <inheritdoc/>
    public bool IsStopping => drain.IsDraining;

    /// <inheritdoc/>
    public async ValueTask<BatchAnswer?> RunAsync(Func<GatewayPipeline, RequestPolicy, CancellationToken, ValueTask<BatchAnswer>> run, CancellationToken cancellationToken)
    {
        if (!drain.TryEnter())
        {
            return null;
        }

        try
        {
            using var lease = runtime.Enter();
            using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, drain.Deadline);
            var answer = await run(lease.Gateway.Pipeline, lease.Gateway.Requests, ending.Token);
            return drain.Deadline.IsCancellationRequested && !answer.IsGood ? null : answer;
        }
        finally
        {
            drain.Leave();
        }
    }

    /// <inheritdoc/>
    public GatewayError? Recall(Batch batch, out Caller caller) =>
        keeper.Recall(batch.Key, batch.Tenant == batch.Key ? null : batch.Tenant, IPAddress.TryParse(batch.Address, out var address) ? address : null, out caller);
}
