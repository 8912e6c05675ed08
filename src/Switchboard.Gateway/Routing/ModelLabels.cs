using System.Collections.Concurrent;
using System.Collections.Frozen;
using Switchboard.Gateway.Configuration;
using Switchboard.Gateway.Telemetry;

namespace Switchboard.Gateway.Routing;

/// <summary>
/// The names of models and providers that may be labels of metrics: those of the configuration, and the first so many
/// other models that are known of or that providers list. Every other name, which callers may have made up, is
/// <see cref="GenAITerms.Other"/>.
/// </summary>
internal sealed class ModelLabels
{
    private const int MostOthers = 100;

    private readonly GatewayConfiguration _configuration;
    private readonly ModelDirectory _directory;
    private readonly FrozenSet<string> _configured;
    private readonly FrozenDictionary<string, string> _providers;
    private readonly ConcurrentDictionary<string, bool> _others = new(StringComparer.Ordinal);
    private int _count;

    public ModelLabels(GatewayConfiguration configuration, ModelDirectory directory)
    {
        _configuration = configuration;
        _directory = directory;
        _providers = configuration.Providers.ToFrozenDictionary(provider => provider.Key, provider => GenAITerms.ProviderOf(provider.Value.Type), StringComparer.Ordinal);
        _configured = configuration.Models.Keys
            .Concat(configuration.Aliases.Keys)
            .Concat(configuration.Models.Values.SelectMany(row => row.Fallbacks.Concat(row.ContextWindowFallbacks).Concat(row.ContentFilterFallbacks)).SelectMany(name => new[] { name, name[(name.IndexOf('/', StringComparison.Ordinal) + 1)..] }))
            .Concat(configuration.Models.Values.SelectMany(row => row.Deployments).SelectMany(deployment => new[] { deployment.Model, $"{deployment.Provider}/{deployment.Model}" }))
            .ToFrozenSet(StringComparer.Ordinal);
    }

    /// <summary>The label of a model, as a caller or a deployment names it.</summary>
    public string Of(string model) =>
        _configured.Contains(model) || _others.ContainsKey(model) || TryAdd(model) ? model : GenAITerms.Other;

    /// <summary>What the conventions call the provider of that name.</summary>
    public string ProviderOf(string? provider) =>
        provider is null ? GenAITerms.Gateway : _providers.GetValueOrDefault(provider, GenAITerms.Other);

    private bool TryAdd(string model)
    {
        if (model.Length == 0 || Volatile.Read(ref _count) >= MostOthers || !IsKnown(model))
        {
            return false;
        }

        // Two at the same time may count one too many: the bound is what matters.
        return _others.TryAdd(model, true) ? Interlocked.Increment(ref _count) > 0 : true;
    }

    private bool IsKnown(string model)
    {
        var name = ModelNames.SplitPrefix(model, _configuration.Providers) is { } found ? found.Model : model;
        return _configuration.KnownModels.Has(name) || _directory.Lists(name);
    }
}
