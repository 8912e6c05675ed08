using Switchboard.Gateway.Access;
using Switchboard.Gateway.Configuration;
using Switchboard.Gateway.Providers;
using Switchboard.Server.Configuration.Reloading;

namespace Switchboard.Server;

/// <summary>What the gateway offers, for people: told without asking anybody over the network.</summary>
public sealed class GatewayOverview
{
    private readonly GatewayRuntime _runtime;
    private readonly ConfigurationWatch _watch;
    private readonly Gatekeeper _keeper;

    internal GatewayOverview(GatewayRuntime runtime, Gatekeeper keeper, ConfigurationWatch watch)
    {
        _runtime = runtime;
        _keeper = keeper;
        _watch = watch;
    }

    /// <summary>True where nobody is asked for a key.</summary>
    public bool IsOpen => _keeper.IsOpen;

    /// <summary>The configuration in force.</summary>
    public GatewayConfiguration Configuration => _runtime.Configuration;

    /// <summary>The models of the providers that run in this process.</summary>
    public async ValueTask<IReadOnlyList<ModelDescription>> ListLocalModelsAsync(CancellationToken cancellationToken = default)
    {
        using var lease = _runtime.Enter();
        var models = new List<ModelDescription>();
        foreach (var provider in lease.Gateway.LocalProviders)
        {
            models.AddRange((await provider.ListModelsAsync(cancellationToken)).Models);
        }

        return models;
    }

    /// <summary>All models that answer now; asks the providers.</summary>
    public async ValueTask<IReadOnlyList<ModelDescription>> ListModelsAsync(CancellationToken cancellationToken = default)
    {
        using var lease = _runtime.Enter();
        return await lease.Gateway.Models.ListAsync(cancellationToken);
    }

    /// <summary>Has the configuration's files read again now, though they may seem unchanged. Does nothing where the configuration was made in code.</summary>
    public void Reload() => _watch.Reload();
}
