using Microsoft.Extensions.Logging;
using Switchboard.Gateway.Configuration;
using Switchboard.Gateway.Pipeline;
using Switchboard.Gateway.Providers;
using Switchboard.Gateway.Requests;
using Switchboard.Gateway.Routing;
using Switchboard.Gateway.State;
using Switchboard.Server.Draining;

namespace Switchboard.Server;

/// <summary>The gateway as the endpoints use it: one snapshot of the configuration with its pipeline and its models.</summary>
internal sealed class GatewayRuntime : IAsyncDisposable
{
    private readonly GatewaySnapshot _snapshot;

    public GatewayRuntime(GatewayConfiguration configuration, ProviderRegistry registry, DrainState drain, TimeProvider timeProvider, ILoggerFactory loggerFactory)
    {
        var services = new ProviderServices(timeProvider, loggerFactory)
        {
            Responses = new MemoryResponseStore(configuration.Responses, timeProvider),
        };
        _snapshot = GatewaySnapshot.Create(configuration, registry, services);
        Pipeline = new GatewayPipeline(_snapshot, services, drain.Deadline);
        Models = new ModelCatalog(_snapshot);
        Requests = RequestPolicy.Of(configuration);
    }

    /// <summary>How requests are read.</summary>
    public RequestPolicy Requests { get; }

    /// <summary>What it was made from.</summary>
    public GatewayConfiguration Configuration => _snapshot.Configuration;

    /// <summary>Runs calls.</summary>
    public GatewayPipeline Pipeline { get; }

    /// <summary>Knows what answers now.</summary>
    public ModelCatalog Models { get; }

    /// <summary>The providers that run in this process.</summary>
    public IEnumerable<IProvider> LocalProviders => _snapshot.Providers.Values.Where(provider => _snapshot.IsLocal(provider.Name));

    /// <summary>Closes the providers.</summary>
    public ValueTask DisposeAsync() => _snapshot.DisposeAsync();
}
