using Switchboard.Gateway.Access;
using Switchboard.Gateway.Configuration;
using Switchboard.Gateway.Pipeline;
using Switchboard.Gateway.Providers;
using Switchboard.Gateway.Requests;
using Switchboard.Gateway.Routing;
using Switchboard.Server.Endpoints;
using Switchboard.Server.Endpoints.OpenAI;

namespace Switchboard.Server;

/// <summary>
/// One snapshot of the configuration with its pipeline and its models. Requests hold it while they run, the runtime
/// while it is the current one; it closes when the last has let go.
/// </summary>
internal sealed class GatewayGeneration(GatewaySnapshot snapshot, GatewayPipeline pipeline) : IAsyncDisposable
{
    private int _holders = 1;

    /// <summary>The snapshot.</summary>
    public GatewaySnapshot Snapshot => snapshot;

    /// <summary>What it was made from.</summary>
    public GatewayConfiguration Configuration => snapshot.Configuration;

    /// <summary>Runs calls.</summary>
    public GatewayPipeline Pipeline => pipeline;

    /// <summary>Knows what answers now.</summary>
    public ModelCatalog Models { get; } = new(snapshot);

    /// <summary>How requests are read.</summary>
    public RequestPolicy Requests { get; } = RequestPolicy.Of(snapshot.Configuration);

    /// <summary>Whether any provider takes the headers that steer an engine.</summary>
    public bool PassesEngineHeaders { get; } = EngineHeaders.AreWantedBy(snapshot.Configuration);

    /// <summary>Whose word counts for where a request comes from.</summary>
    public TrustedProxies Proxies { get; } = new(snapshot.Configuration.Server.TrustedProxies);

    /// <summary>The providers that run in this process.</summary>
    public IEnumerable<IProvider> LocalProviders => snapshot.Providers.Values.Where(provider => snapshot.IsLocal(provider.Name));

    /// <summary>Whether files and batches of a caller who does not say so are a provider's; else they are the gateway's.</summary>
    public bool FilesAreAtProvider(Caller caller) => snapshot.FilesAreAtProvider(caller);

    /// <summary>Holds it; false when it is closed or about to be.</summary>
    public bool TryHold()
    {
        for (var holders = Volatile.Read(ref _holders); holders > 0;)
        {
            var seen = Interlocked.CompareExchange(ref _holders, holders + 1, holders);
            if (seen == holders)
            {
                return true;
            }

            holders = seen;
        }

        return false;
    }

    /// <summary>Lets go of it.</summary>
    /// <returns>True for the last, who has to see to its closing.</returns>
    public bool Release() => Interlocked.Decrement(ref _holders) == 0;

    /// <summary>Closes the providers that no other generation shares.</summary>
    public ValueTask DisposeAsync() => snapshot.DisposeAsync();
}
