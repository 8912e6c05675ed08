using Switchboard.Gateway.Configuration;
using Switchboard.Gateway.Providers;

namespace Switchboard.Server;

/// <summary>What the gateway offers, for people: told without asking anybody over the network.</summary>
public sealed class GatewayOverview
{
    private readonly GatewayRuntime _runtime;

    internal GatewayOverview(GatewayRuntime runtime) => _runtime = runtime;

    /// <summary>The configuration in force.</summary>
    public GatewayConfiguration Configuration => _runtime.Configuration;

    /// <summary>The models of the providers that run in this process.</summary>
    public async ValueTask<IReadOnlyList<ModelDescription>> ListLocalModelsAsync(CancellationToken cancellationToken = default)
    {
        var models = new List<ModelDescription>();
        foreach (var provider in _runtime.LocalProviders)
        {
            models.AddRange((await provider.ListModelsAsync(cancellationToken)).Models);
        }

        return models;
    }

    /// <summary>All models that answer now; asks the providers.</summary>
    public ValueTask<IReadOnlyList<ModelDescription>> ListModelsAsync(CancellationToken cancellationToken = default) =>
        _runtime.Models.ListAsync(cancellationToken);
}
