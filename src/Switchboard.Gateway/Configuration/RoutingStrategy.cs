namespace Switchboard.Gateway.Configuration;

/// <summary>How a model's deployments share its calls (<c>strategy</c>).</summary>
public enum RoutingStrategy
{
    /// <summary>By chance, in the proportion of their weights.</summary>
    Weighted,

    /// <summary>One after another; weights do not count.</summary>
    RoundRobin,

    /// <summary>The one that answers fewest calls now, for its weight.</summary>
    LeastBusy,

    /// <summary>The one whose first token came soonest of late, with those it answers now counted in.</summary>
    LeastLatency,

    /// <summary>The one with the lowest price for a million tokens; of equals the least busy. Unknown prices come last.</summary>
    Cheapest,
}

/// <summary>What keeps calls together at one deployment (<c>sticky</c>).</summary>
public enum StickyBy
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>Who asks: <c>safety_identifier</c> or <c>user</c> in the request.</summary>
    User,

    /// <summary>How the prompt begins: <c>prompt_cache_key</c>, or the messages up to the first of the user.</summary>
    Prefix,
}
