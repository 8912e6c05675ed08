namespace Switchboard.Gateway.Configuration;

/// <summary>
/// One row of the <c>models:</c> table: a name callers use, and where it is deployed. The name may hold one <c>*</c>;
/// where a deployment's model holds one too, it stands for the same text.
/// </summary>
public sealed record ModelSettings
{
    /// <summary>Where the model runs: 1 to 250.</summary>
    public required IReadOnlyList<DeploymentSettings> Deployments { get; init => field = ValueList<DeploymentSettings>.Of(value); }

    /// <summary>What stands for what requests to this model leave out (<c>defaults</c>); it wins over the server's.</summary>
    public RequestDefaults? Defaults { get; init; }

    /// <summary>How the deployments share the calls (<c>strategy</c>). Default by weight.</summary>
    public RoutingStrategy Strategy { get; init; }

    /// <summary>What keeps calls together at one deployment, as long as it is well and not much busier than others (<c>sticky</c>). Default nothing.</summary>
    public StickyBy Sticky { get; init; }

    /// <summary>The models tried in this order when none of the deployments answers (<c>fallbacks</c>): names of the table or <c>provider/model</c>, at most 10. Their own fallbacks do not count.</summary>
    public IReadOnlyList<string> Fallbacks { get; init => field = ValueList<string>.Of(value); } = ValueList<string>.Empty;

    /// <summary>The models tried when the prompt is too long for this one (<c>context_window_fallbacks</c>).</summary>
    public IReadOnlyList<string> ContextWindowFallbacks { get; init => field = ValueList<string>.Of(value); } = ValueList<string>.Empty;

    /// <summary>The models tried when a content policy refuses the prompt (<c>content_filter_fallbacks</c>).</summary>
    public IReadOnlyList<string> ContentFilterFallbacks { get; init => field = ValueList<string>.Of(value); } = ValueList<string>.Empty;

    /// <summary>How many of the deployments a call is sent to at most (<c>attempts</c>), 1 to 10. Default 3.</summary>
    public int Attempts { get; init; } = 3;

    /// <summary>When a call without a first byte is sent to a second deployment, too (<c>hedge_after</c>). Default never.</summary>
    public HedgeDelay? HedgeAfter { get; init; }

    /// <summary>The time to the first byte of the answer over all attempts, of which each gets its share (<c>deadline</c>), 100 ms to 1 h. Default none.</summary>
    public TimeSpan? Deadline { get; init; }

    /// <summary>How long its answers are given again (<c>cache_ttl</c>), 1 s to 30 days, or zero for never. Default as <c>cache.ttl</c> says.</summary>
    public TimeSpan? CacheLife { get; init; }
}

/// <summary>A deployment: one model at one provider.</summary>
/// <param name="Provider">A name of the <c>providers:</c> part.</param>
/// <param name="Model">The model's name there.</param>
public sealed record DeploymentSettings(string Provider, string Model)
{
    /// <summary>How many requests it answers at once (<c>max_concurrency</c>), 1 to 1,000,000. Default as many as come.</summary>
    public int? MaxConcurrency { get; init; }

    /// <summary>How many more may wait where <see cref="MaxConcurrency"/> is set (<c>max_queue</c>), 0 to 1,000,000. Default 100.</summary>
    public int MaxQueue { get; init; } = 100;

    /// <summary>Its share of the calls beside the others' (<c>weight</c>), 1 to 1,000,000. Default 1.</summary>
    public int Weight { get; init; } = 1;

    /// <summary>When it is asked (<c>priority</c>), 0 to 100: only where none of a lower number can be. Default 0.</summary>
    public int Priority { get; init; }

    /// <summary>The most requests in any minute (<c>rpm</c>), 1 to 1,000,000,000. Default as many as come.</summary>
    public int? RequestsPerMinute { get; init; }

    /// <summary>The most tokens in any minute, of prompts and answers (<c>tpm</c>), 1 to 1,000,000,000. Default as many as come.</summary>
    public int? TokensPerMinute { get; init; }

    /// <summary>Words that callers can ask for (<c>tags</c>).</summary>
    public IReadOnlyList<string> Tags { get; init => field = ValueList<string>.Of(value); } = ValueList<string>.Empty;

    /// <summary>USD for a million tokens of prompts (<c>input_price</c>), 0 to 1,000,000. Default the list price.</summary>
    public decimal? InputPrice { get; init; }

    /// <summary>USD for a million tokens of answers (<c>output_price</c>), 0 to 1,000,000. Default the list price.</summary>
    public decimal? OutputPrice { get; init; }
}
