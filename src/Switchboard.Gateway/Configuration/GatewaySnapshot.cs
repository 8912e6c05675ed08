using System.Collections.Frozen;
using Switchboard.Gateway.Providers;
using Switchboard.Gateway.Routing;

namespace Switchboard.Gateway.Configuration;

/// <summary>
/// A configuration made ready for use: its providers exist, its table is closed. Immutable, used by all calls at
/// once, and replaced as a whole by the next.
/// </summary>
public sealed class GatewaySnapshot : IAsyncDisposable
{
    private GatewaySnapshot(GatewayConfiguration configuration, FrozenDictionary<string, IProvider> providers, ProviderServices services)
    {
        Configuration = configuration;
        Providers = providers;
        Directory = new ModelDirectory(providers.Values, services);
        Models = configuration.Models.ToFrozenDictionary(StringComparer.Ordinal);
        BuiltAt = services.TimeProvider.GetUtcNow();
        Table = new ModelTable(this, services);
    }

    /// <summary>What it was built from.</summary>
    public GatewayConfiguration Configuration { get; }

    /// <summary>The providers by name.</summary>
    public IReadOnlyDictionary<string, IProvider> Providers { get; }

    /// <summary>The table of models by name.</summary>
    public IReadOnlyDictionary<string, ModelSettings> Models { get; }

    /// <summary>When it was built.</summary>
    public DateTimeOffset BuiltAt { get; }

    /// <summary>What the providers offer.</summary>
    internal ModelDirectory Directory { get; }

    /// <summary>Where the names of models lead.</summary>
    internal ModelTable Table { get; }

    /// <summary>Builds a snapshot from a configuration that <see cref="ConfigurationRules"/> found without fault.</summary>
    public static GatewaySnapshot Create(GatewayConfiguration configuration, ProviderRegistry registry, ProviderServices services)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        ArgumentNullException.ThrowIfNull(registry);
        ArgumentNullException.ThrowIfNull(services);
        services = services with { Heartbeat = configuration.Server.Heartbeat };
        var providers = configuration.Providers.ToFrozenDictionary(
            provider => provider.Key,
            provider => registry.Create(provider.Key, provider.Value, services),
            StringComparer.Ordinal);
        return new GatewaySnapshot(configuration, providers, services);
    }

    /// <summary>True for the provider that runs in this process; it never stands in silently for another.</summary>
    public bool IsLocal(string provider) => Configuration.Providers[provider].Type == "local";

    /// <summary>Closes the providers. No call may run on the snapshot any more.</summary>
    public async ValueTask DisposeAsync()
    {
        await Directory.DisposeAsync();
        foreach (var provider in Providers.Values)
        {
            switch (provider)
            {
                case IAsyncDisposable disposable:
                    await disposable.DisposeAsync();
                    break;
                case IDisposable disposable:
                    disposable.Dispose();
                    break;
            }
        }
    }
}
