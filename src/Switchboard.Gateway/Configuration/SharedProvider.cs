using Microsoft.Extensions.Logging;
using Switchboard.Gateway.Access;
using Switchboard.Gateway.Providers;
using Switchboard.Gateway.Responses;
using Switchboard.Gateway.Routing;

namespace Switchboard.Gateway.Configuration;

/// <summary>
/// A provider with what it was last heard to offer. Snapshots that follow one another share it as long as its settings
/// stay: its connections and the models it has loaded outlive a change of something else. The last to let go closes it.
/// </summary>
internal sealed class SharedProvider
{
    private readonly ResolvedSettings _settings;
    private readonly TimeSpan _heartbeat;
    private int _holders = 1;

    private SharedProvider(IProvider provider, ResolvedSettings settings, ProviderServices services)
    {
        Provider = provider;
        Listing = new ListingCache(provider, services.TimeProvider, services.LoggerFactory.CreateLogger<ListingCache>());
        _settings = settings;
        _heartbeat = services.Heartbeat;
    }

    /// <summary>The provider.</summary>
    public IProvider Provider { get; }

    /// <summary>What it offers.</summary>
    public ListingCache Listing { get; }

    /// <summary>The secrets that it needs and cannot have; none where it can be asked.</summary>
    public IReadOnlyList<MissingSecret> Missing => _settings.Missing;

    /// <summary>The secrets that it has.</summary>
    public IEnumerable<string> Secrets => _settings.Settings.SecretsBySetting.Where(one => !one.Secret.IsKept).Select(one => one.Secret.Reveal());

    /// <summary>Makes a provider, held by who asks.</summary>
    public static SharedProvider Create(string name, ResolvedSettings settings, ProviderRegistry registry, ProviderServices services)
    {
        var own = settings.Missing.Count == 0 ? settings.Settings : settings.Unasked;
        var made = registry.Create(name, own, services);
        var provider = settings.Missing.Count == 0 ? made : new KeylessProvider(made, settings.Missing);
        return new(ResponsesOverChat.Around(provider, own, services), settings, services);
    }

    /// <summary>Holds it as well, if it is what these settings would make and is not closed.</summary>
    public bool TryHold(ResolvedSettings settings, ProviderServices services)
    {
        // A budget is nobody's business there: connections and models outlive a change of it.
        if (settings with { Settings = settings.Settings with { Budget = _settings.Settings.Budget } } != _settings || services.Heartbeat != _heartbeat)
        {
            return false;
        }

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
    public async ValueTask ReleaseAsync()
    {
        if (Interlocked.Decrement(ref _holders) > 0)
        {
            return;
        }

        await Listing.DisposeAsync();
        switch (Provider)
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
