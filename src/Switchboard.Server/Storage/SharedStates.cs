using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Switchboard.Gateway.Configuration;
using Switchboard.Gateway.State.InProcess;
using Switchboard.Gateway.State.Shared;
using Switchboard.Server.Health;
using Switchboard.Server.Storage.Redis;

namespace Switchboard.Server.Storage;

/// <summary>Makes the shared state that the configuration names, and sees that it is there before the first request.</summary>
internal sealed class SharedStates(ISharedState state, StartupStages stages) : IHostedService
{
    // A Redis that is away does not keep the gateway from starting.
    private static readonly TimeSpan s_longestWait = TimeSpan.FromSeconds(2);

    /// <summary>The shared state; it outlives the configuration it was made from.</summary>
    public static ISharedState Create(GatewayConfiguration configuration, TimeProvider time, ILoggerFactory loggers) =>
        configuration.Storage.Shared is { } shared && RedisUrl.TryParse(shared.Reveal(), out var url, out _)
            ? new RedisSharedState(new RedisOptions(url, configuration.Storage.SharedTimeout), configuration.Limits.WhenUnavailable, time, loggers.CreateLogger<RedisSharedState>())
            : new MemorySharedState(time);

    /// <summary>Puts what may change while it runs in force.</summary>
    public static void Apply(ISharedState state, GatewayConfiguration configuration) =>
        (state as RedisSharedState)?.Apply(configuration.Storage.SharedTimeout, configuration.Limits.WhenUnavailable);

    /// <inheritdoc/>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (state is RedisSharedState redis)
        {
            await redis.WaitForFirstTryAsync(s_longestWait);
        }

        stages.Done(StartupStages.Shared);
    }

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
