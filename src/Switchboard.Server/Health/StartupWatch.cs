using Microsoft.Extensions.Hosting;

namespace Switchboard.Server.Health;

/// <summary>Notes the first and the last stage of the start.</summary>
internal sealed class StartupWatch(StartupStages stages, GatewayRuntime runtime) : IHostedLifecycleService
{
    /// <inheritdoc/>
    public Task StartingAsync(CancellationToken cancellationToken)
    {
        // It is made with its providers, or there would be no runtime.
        _ = runtime.Configuration;
        stages.Done(StartupStages.Configuration);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task StartedAsync(CancellationToken cancellationToken)
    {
        stages.Done(StartupStages.Listening);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
