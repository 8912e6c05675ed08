namespace Switchboard.Gateway.ModelData;

/// <summary>What is known of a model; null where it is not.</summary>
public sealed record ModelFacts
{
    /// <summary>The most tokens of prompt and answer together (<c>context_window</c>).</summary>
    public int? ContextWindow { get; init; }

    /// <summary>The most tokens of an answer (<c>max_output_tokens</c>).</summary>
    public int? MaxOutputTokens { get; init; }

    /// <summary>What it can do (<c>capabilities</c>). What is not among it is not known to be offered.</summary>
    public ModelCapabilities? Capabilities { get; init; }

    /// <summary>What it costs (<c>prices</c>).</summary>
    public ModelPrices? Prices { get; init; }

    /// <summary>These, and where they are silent the others.</summary>
    public ModelFacts Over(ModelFacts? others) => others is null ? this : new ModelFacts
    {
        ContextWindow = ContextWindow ?? others.ContextWindow,
        MaxOutputTokens = MaxOutputTokens ?? others.MaxOutputTokens,
        Capabilities = Capabilities ?? others.Capabilities,
        Prices = Prices?.Over(others.Prices) ?? others.Prices,
    };
}
