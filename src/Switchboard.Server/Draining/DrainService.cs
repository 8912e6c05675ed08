using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Switchboard.Gateway.Configuration;

namespace Switchboard.Server.Draining;

/// <summary>
/// Holds the host's stopping up while requests run. It acts before the HTTP server is told to stop, so that a new
/// request is still answered (503, come again) rather than refused by a closed port.
/// </summary>
internal sealed partial class DrainService(DrainState state, GatewayConfiguration configuration, TimeProvider timeProvider, ILogger<DrainService> logger)
    : IHostedLifecycleService
{
    /// <inheritdoc/>
    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        state.Begin();
        var timeout = configuration.Server.DrainTimeout;
        try
        {
            await state.WhenIdle.WaitAsync(timeout, timeProvider, cancellationToken);
        }
        catch (Exception late) when (late is TimeoutException or OperationCanceledException)
        {
            Log.Cut(logger, state.Running, timeout);
        }
    }

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private static partial class Log
    {
        [LoggerMessage(1100, LogLevel.Warning, "{Count} requests were still running after {Timeout}; they are cut.")]
        public static partial void Cut(ILogger logger, int count, TimeSpan timeout);
    }
}
