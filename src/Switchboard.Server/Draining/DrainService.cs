using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Switchboard.Server.Draining;

/// <summary>
/// Holds the host's stopping up while requests run. It acts before the HTTP server is told to stop, so that a new
/// request is still answered (503, come again) rather than refused by a closed port.
/// </summary>
internal sealed partial class DrainService(DrainState state, GatewayRuntime runtime, TimeProvider timeProvider, ILogger<DrainService> logger)
    : IHostedLifecycleService
{
    /// <summary>How long requests may take to tell their callers that they end. Who reads too slowly for that is cut.</summary>
    public static readonly TimeSpan Farewell = TimeSpan.FromSeconds(2);

    /// <inheritdoc/>
    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        state.Begin();
        var timeout = runtime.Configuration.Server.DrainTimeout;
        try
        {
            await state.WhenIdle.WaitAsync(timeout, timeProvider, cancellationToken);
        }
        catch (Exception late) when (late is TimeoutException or OperationCanceledException)
        {
            Log.Ended(logger, state.Running, timeout);
            await EndAllAsync(cancellationToken);
        }
    }

    private async Task EndAllAsync(CancellationToken cancellationToken)
    {
        await state.EndAllAsync();
        try
        {
            await state.WhenIdle.WaitAsync(Farewell, timeProvider, cancellationToken);
        }
        catch (Exception late) when (late is TimeoutException or OperationCanceledException)
        {
            Log.Cut(logger, state.Running);
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
        [LoggerMessage(1010, LogLevel.Warning, "{Count} requests were still running after {Timeout}; they are ended.")]
        public static partial void Ended(ILogger logger, int count, TimeSpan timeout);

        [LoggerMessage(1011, LogLevel.Warning, "{Count} requests did not end when told to; their connections are cut.")]
        public static partial void Cut(ILogger logger, int count);
    }
}
