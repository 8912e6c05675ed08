using System.Collections.Frozen;

namespace Switchboard.Gateway.ModelData;

/// <summary>What is known of models by the kind of provider that sells them: the built-in facts, and an operator's own over them.</summary>
public sealed class KnownModels
{
    private const string Resource = "models.json";

    private readonly Lazy<Tables> _tables;
    private readonly KnownModels? _others;

    private KnownModels(Func<Tables> read, KnownModels? others)
    {
        _tables = new Lazy<Tables>(read);
        _others = others;
    }

    /// <summary>The facts that come with the gateway; read when they are first asked for.</summary>
    public static KnownModels BuiltIn { get; } = new(ReadBuiltIn, null);

    /// <summary>The built-in facts with those of a file over them.</summary>
    /// <param name="json">The file.</param>
    /// <param name="faults">What is wrong with it; empty when it can be used.</param>
    public static KnownModels Read(ReadOnlySpan<byte> json, out IReadOnlyList<ModelDataFault> faults)
    {
        var found = new List<ModelDataFault>();
        var tables = new Tables(ModelDataReader.Read(json, found));
        faults = found;
        return new KnownModels(() => tables, BuiltIn);
    }

    /// <summary>What is known of a model; null where nothing is.</summary>
    /// <param name="providerType">The kind of the provider, such as <c>groq</c>. Of another kind that sells the same model all but its prices is taken.</param>
    /// <param name="model">The model's id there; a day (<c>-2024-08-06</c>), a region (<c>us.</c>) or an owner (<c>openai/</c>) may be left out of the facts.</param>
    /// <param name="provider">The provider's own name, for an operator's facts of that one alone.</param>
    public ModelFacts? Find(string providerType, string model, string? provider = null)
    {
        ArgumentNullException.ThrowIfNull(providerType);
        ArgumentNullException.ThrowIfNull(model);
        return FindSold(providerType, model, provider) ?? FindElsewhere(model);
    }

    /// <summary>True where a model stands in the facts by this very id.</summary>
    public bool Has(string model) => _tables.Value.Has(model) || _others?.Has(model) is true;

    private ModelFacts? FindSold(string type, string model, string? provider)
    {
        var own = _tables.Value.Find(provider, model)?.Over(_tables.Value.Find(type, model)) ?? _tables.Value.Find(type, model);

        // What an operator says of one provider says nothing of the names that others have for models.
        var others = _others?.FindSold(type, model, null);
        return own is null ? others : own.Over(others ?? _others?.FindElsewhere(model));
    }

    // What an operator says holds where it says it.
    private ModelFacts? FindElsewhere(string model) => _others is null ? _tables.Value.FindAnywhere(model) : _others.FindElsewhere(model);

    private static Tables ReadBuiltIn()
    {
        using var stream = typeof(KnownModels).Assembly.GetManifestResourceStream(Resource)!;
        var json = new byte[stream.Length];
        stream.ReadExactly(json);
        return new Tables(ModelDataReader.Read(json, []));
    }

    private sealed class Tables
    {
        private readonly FrozenDictionary<string, FrozenDictionary<string, ModelFacts>> _byProvider;
        private readonly FrozenDictionary<string, ModelFacts> _byId;

        public Tables(Dictionary<string, Dictionary<string, ModelFacts>> providers)
        {
            _byProvider = providers.ToFrozenDictionary(
                provider => provider.Key,
                provider => provider.Value.ToFrozenDictionary(StringComparer.Ordinal),
                StringComparer.Ordinal);

            // The first of a name is its maker's: makers stand before those who host models of others.
            var byId = new Dictionary<string, ModelFacts>(StringComparer.Ordinal);
            foreach (var (id, facts) in providers.Values.SelectMany(models => models))
            {
                byId.TryAdd(id, facts with { Prices = null });
                byId.TryAdd(id[(id.LastIndexOf('/') + 1)..], facts with { Prices = null });
            }

            _byId = byId.ToFrozenDictionary(StringComparer.Ordinal);
        }

        public ModelFacts? Find(string? provider, string model) =>
            provider is not null && _byProvider.TryGetValue(provider, out var models) ? First(models, model) : null;

        public bool Has(string model) => _byId.ContainsKey(model);

        public ModelFacts? FindAnywhere(string model) => First(_byId, model);

        private static ModelFacts? First(FrozenDictionary<string, ModelFacts> models, string model)
        {
            foreach (var id in ModelIds.Of(model))
            {
                if (models.TryGetValue(id, out var facts))
                {
                    return facts;
                }
            }

            return null;
        }
    }
}
