using Microsoft.Extensions.Hosting;
using Switchboard.Gateway.Batches;

namespace Switchboard.Server.Batches;

/// <summary>Has the worker run as long as the gateway does.</summary>
internal sealed class BatchService(BatchWorker worker) : BackgroundService
{
    /// <inheritdoc/>
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => worker.RunAsync(stoppingToken);
}
