using System.Collections.Frozen;
using Switchboard.Gateway.Admission;
using Switchboard.Gateway.Configuration;
using Switchboard.Gateway.Providers;
using Switchboard.Gateway.Routing.State;

namespace Switchboard.Gateway.Routing;

/// <summary>
/// The rows of the table made ready: every deployment with its state and its limits, every fallback with the row that it
/// leads to. Each provider has a row of its own for the models that no other row names.
/// </summary>
internal sealed class ModelRows
{
    private readonly GatewayConfiguration _configuration;
    private readonly IReadOnlyDictionary<string, IProvider> _providers;
    private readonly ProviderServices _services;
    private readonly RouteGates _gates;
    private readonly Dictionary<string, int> _tags;
    private readonly FrozenDictionary<string, ModelRoute> _rows;
    private readonly FrozenDictionary<string, ModelRoute> _ofProviders;
    private readonly (string Pattern, ModelRoute Row)[] _patterns;
    private readonly HashSet<DeploymentState> _states = [];

    // Those of models that fallbacks name and no row has. One each: a walk knows by the row where it was.
    private readonly Dictionary<string, ModelRoute> _ofFallbacks = new(StringComparer.Ordinal);

    public ModelRows(GatewayConfiguration configuration, IReadOnlyDictionary<string, IProvider> providers, AdmissionLimits limits, ProviderServices services)
    {
        _configuration = configuration;
        _providers = providers;
        _services = services;
        _gates = new RouteGates(configuration, limits, services.TimeProvider);
        _tags = configuration.Models.Values
            .SelectMany(model => model.Deployments)
            .SelectMany(deployment => deployment.Tags)
            .Distinct(StringComparer.Ordinal)
            .Order(StringComparer.Ordinal)
            .Select((tag, bit) => (tag, bit))
            .ToDictionary(StringComparer.Ordinal);
        _ofProviders = providers.Keys.ToFrozenDictionary(provider => provider, provider => RowOf(provider, "*"), StringComparer.Ordinal);
        _rows = configuration.Models.ToFrozenDictionary(model => model.Key, model => RowOf(model.Key, model.Value), StringComparer.Ordinal);
        _patterns =
        [
            .. _rows.Where(row => row.Key.Contains('*', StringComparison.Ordinal))
                .OrderByDescending(row => row.Key.IndexOf('*', StringComparison.Ordinal))
                .ThenByDescending(row => row.Key.Length)
                .Select(row => (row.Key, row.Value)),
        ];
        foreach (var row in _rows.Values)
        {
            row.Fallbacks = Resolve(row.Settings.Fallbacks);
            row.ContextWindowFallbacks = Resolve(row.Settings.ContextWindowFallbacks);
            row.ContentFilterFallbacks = Resolve(row.Settings.ContentFilterFallbacks);
        }
    }

    /// <summary>The states of all its deployments.</summary>
    public IReadOnlySet<DeploymentState> States => _states;

    /// <summary>The tags that there are, in order.</summary>
    public IEnumerable<string> Tags => _tags.Keys.Order(StringComparer.Ordinal);

    /// <summary>Where a name leads, aliases resolved: its row; else of the rows with a <c>*</c> and the prefixes of providers that match, the one that says most of the name.</summary>
    public Destination? Find(string name)
    {
        name = _configuration.Aliases.GetValueOrDefault(name, name);
        if (_rows.TryGetValue(name, out var row))
        {
            return new(row, "");
        }

        var prefix = ModelNames.SplitPrefix(name, _providers);
        foreach (var (pattern, candidate) in _patterns)
        {
            if (pattern.IndexOf('*', StringComparison.Ordinal) < prefix?.Provider.Length + 1)
            {
                break;
            }

            if (ModelNames.Match(pattern, name) is { } match)
            {
                return new(candidate, match);
            }
        }

        return prefix is { } found ? OfProvider(found.Provider, found.Model) : null;
    }

    /// <summary>What a name stands for.</summary>
    public string Resolve(string name) => _configuration.Aliases.GetValueOrDefault(name, name);

    /// <summary>A model of a provider, by its name there.</summary>
    public Destination OfProvider(string provider, string model) => new(_ofProviders[provider], model);

    /// <summary>The bits of some tags.</summary>
    /// <param name="tags">The tags.</param>
    /// <param name="unknown">The first that no deployment has; null where there is none.</param>
    public ulong BitsOf(IReadOnlyList<string> tags, out string? unknown)
    {
        var bits = 0UL;
        foreach (var tag in tags)
        {
            if (!_tags.TryGetValue(tag, out var bit))
            {
                unknown = tag;
                return 0;
            }

            bits |= 1UL << bit;
        }

        unknown = null;
        return bits;
    }

    private ModelRoute RowOf(string name, ModelSettings settings) =>
        new(name, settings, [.. settings.Deployments.Select(deployment => Make(deployment))], _services.Deployments.OfRow(name));

    // A model that a fallback names is a deployment like those of rows: it may be a label.
    private ModelRoute RowOf(string provider, string model)
    {
        var settings = new ModelSettings { Deployments = [new DeploymentSettings(provider, model)] };
        return RowOf($"{provider}/{model}", settings);
    }

    private Deployment Make(DeploymentSettings settings)
    {
        var state = _services.Deployments.Of(settings.Provider, settings.Model);
        _states.Add(state);
        return new(_providers[settings.Provider], settings, state)
        {
            Gate = _gates.Of(settings),
            ProviderGate = _gates.Of(settings.Provider),
            Tags = BitsOf(settings.Tags, out _),
            Price = PriceOf(settings),
        };
    }

    private double PriceOf(DeploymentSettings settings)
    {
        var known = _configuration.KnownModels.Find(_configuration.Providers[settings.Provider].Seller, settings.Model, settings.Provider)?.Prices;
        var input = settings.InputPrice ?? known?.Input;
        var output = settings.OutputPrice ?? known?.Output;
        return input is null && output is null ? double.PositiveInfinity : (double)(((3 * (input ?? 0)) + (output ?? 0)) / 4);
    }

    private Destination[] Resolve(IReadOnlyList<string> names) => [.. names.Select(ResolveFallback)];

    private Destination ResolveFallback(string name)
    {
        var found = Find(name) ?? throw new InvalidOperationException($"The rules let '{name}' through, which leads nowhere.");
        var provider = found.Row.First.Settings.Provider;
        if (found.Row != _ofProviders[provider])
        {
            return found;
        }

        var id = $"{provider}/{found.Match}";
        var row = _ofFallbacks.GetValueOrDefault(id) ?? RowOf(provider, found.Match);
        _ofFallbacks[id] = row;
        return new(row, "");
    }
}
