using System.Collections.Frozen;
using Microsoft.Extensions.Logging;
using Switchboard.Gateway.Access;
using Switchboard.Gateway.Admission;
using Switchboard.Gateway.ModelData;
using Switchboard.Gateway.Providers;
using Switchboard.Gateway.Routing;
using Switchboard.Gateway.Routing.Health;
using Switchboard.Gateway.Routing.State;

namespace Switchboard.Gateway.Configuration;

/// <summary>
/// A configuration made ready for use: its providers exist, its table is closed. Immutable, used by all calls at
/// once, and replaced as a whole by the next.
/// </summary>
public sealed class GatewaySnapshot : IAsyncDisposable
{
    private readonly FrozenDictionary<string, SharedProvider> _shared;
    private readonly HealthChecks? _checks;
    private readonly DeploymentStates _deployments;
    private int _isDisposed;

    private GatewaySnapshot(GatewayConfiguration configuration, FrozenDictionary<string, SharedProvider> shared, AdmissionLimits limits, ProviderServices services)
    {
        Configuration = configuration;
        _shared = shared;
        Limits = limits;
        limits.Hold();
        Providers = shared.ToFrozenDictionary(provider => provider.Key, provider => provider.Value.Provider, StringComparer.Ordinal);
        Directory = new ModelDirectory(shared.Values.Select(provider => provider.Listing));
        Models = configuration.Models.ToFrozenDictionary(StringComparer.Ordinal);
        Labels = new ModelLabels(configuration, Directory);
        BuiltAt = services.TimeProvider.GetUtcNow();
        _deployments = services.Deployments;
        Table = new ModelTable(this, services);
        if (configuration.Routing.HealthInterval is { Ticks: > 0 } interval)
        {
            // What runs in this process is there as long as we are.
            var others = Providers.Where(provider => !IsLocal(provider.Key)).Select(provider => provider.Value);
            _checks = new HealthChecks(others, interval, services.Deployments, services.LoggerFactory.CreateLogger<HealthChecks>());
        }
    }

    /// <summary>What it was built from.</summary>
    public GatewayConfiguration Configuration { get; }

    /// <summary>The providers by name.</summary>
    public IReadOnlyDictionary<string, IProvider> Providers { get; }

    /// <summary>The table of models by name.</summary>
    public IReadOnlyDictionary<string, ModelSettings> Models { get; }

    /// <summary>When it was built.</summary>
    public DateTimeOffset BuiltAt { get; }

    /// <summary>The secrets that settings stand for and that cannot be had.</summary>
    public IEnumerable<MissingSecret> MissingSecrets => _shared.Values.SelectMany(provider => provider.Missing);

    /// <summary>What the providers sign in with.</summary>
    internal IEnumerable<string> ProviderSecrets => _shared.Values.SelectMany(provider => provider.Secrets);

    /// <summary>The limits of calls, counted on from the snapshot before.</summary>
    internal AdmissionLimits Limits { get; }

    /// <summary>What the providers offer.</summary>
    internal ModelDirectory Directory { get; }

    /// <summary>Which names may be labels of metrics.</summary>
    internal ModelLabels Labels { get; }

    /// <summary>Where the names of models lead.</summary>
    internal ModelTable Table { get; }

    /// <summary>Builds a snapshot from a configuration that <see cref="ConfigurationRules"/> found without fault.</summary>
    /// <param name="configuration">The configuration.</param>
    /// <param name="registry">The kinds of provider.</param>
    /// <param name="services">What providers may use.</param>
    /// <param name="before">The snapshot that this one follows and that is not closed yet; providers whose settings stayed are shared with it.</param>
    /// <param name="secrets">The secrets that settings may stand for.</param>
    public static GatewaySnapshot Create(GatewayConfiguration configuration, ProviderRegistry registry, ProviderServices services, GatewaySnapshot? before = null, KeptSecrets? secrets = null)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        ArgumentNullException.ThrowIfNull(registry);
        ArgumentNullException.ThrowIfNull(services);
        services = services with { Heartbeat = configuration.Server.Heartbeat };
        secrets ??= new KeptSecrets();
        var providers = new Dictionary<string, SharedProvider>(StringComparer.Ordinal);
        try
        {
            foreach (var (name, settings) in configuration.Providers)
            {
                var resolved = secrets.Resolve(name, settings);
                providers.Add(name, before?._shared.GetValueOrDefault(name) is { } kept && kept.TryHold(resolved, services)
                    ? kept
                    : SharedProvider.Create(name, resolved, registry, services));
            }

            var snapshot = new GatewaySnapshot(configuration, providers.ToFrozenDictionary(StringComparer.Ordinal), before?.Limits ?? new AdmissionLimits(services.TimeProvider), services);

            // It may be held long by requests that run, and knows addresses that are not in force any more.
            before?._checks?.Stop(snapshot._checks);
            services.Deployments.KeepOnly(snapshot.Table.States);
            return snapshot;
        }
        catch
        {
            foreach (var provider in providers.Values)
            {
                _ = provider.ReleaseAsync().AsTask();
            }

            throw;
        }
    }

    /// <summary>True for the provider that runs in this process; it never stands in silently for another.</summary>
    public bool IsLocal(string provider) => Configuration.Providers[provider].Type == "local";

    /// <summary>How the providers stand now, in the order of their names.</summary>
    public IReadOnlyList<ProviderStanding> ReadStandings() => [.. _shared.OrderBy(provider => provider.Key, StringComparer.Ordinal).Select(provider => StandingOf(provider.Key, provider.Value.Missing.Count > 0))];

    /// <summary>Whether files and batches of a caller who does not say so are a provider's; else they are the gateway's.</summary>
    public bool FilesAreAtProvider(Caller caller) => Configuration.Files.Store switch
    {
        FileKeeper.Gateway => false,
        FileKeeper.Provider => true,
        _ => Table.FilesAreAtProvider(caller),
    };

    /// <summary>What is known of a provider's model; null where nothing is.</summary>
    /// <param name="provider">The provider's name.</param>
    /// <param name="model">The model's id there.</param>
    public ModelFacts? FactsOf(string provider, string model) => Configuration.Providers.TryGetValue(provider, out var settings)
        ? Configuration.KnownModels.Find(settings.Seller, model, provider)
        : null;

    private ProviderStanding StandingOf(string name, bool hasNoKey)
    {
        var now = _deployments.Now;
        DeploymentState[] all = [.. _deployments.AllOf(name)];

        // The one that stands for every model that the table does not name counts where it is the only one.
        all = all.Length > 1 ? [.. all.Where(one => one.Name != $"{name}/*")] : all;
        var open = all.Count(one => one.Breaker.IsOpen);
        var cooling = all.Count(one => one.CoolingUntil > now);
        var away = all.Count(one => one.Breaker.IsOpen || one.CoolingUntil > now);
        var state = hasNoKey ? ProviderState.NoKey
            : _deployments.OfProvider(name).IsDown || (away > 0 && away == all.Length) ? ProviderState.Down
            : away > 0 ? ProviderState.Degraded
            : ProviderState.Ok;
        return new(name, Configuration.Providers[name].Type, state, all.Length, open, cooling, all.Sum(one => one.InFlight));
    }

    /// <summary>Closes the providers that no other snapshot shares. No call may run on this one any more.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) != 0)
        {
            return;
        }

        Limits.Release();
        if (_checks is not null)
        {
            await _checks.DisposeAsync();
        }

        foreach (var provider in _shared.Values)
        {
            await provider.ReleaseAsync();
        }
    }
}
