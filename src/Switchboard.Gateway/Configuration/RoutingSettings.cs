namespace Switchboard.Gateway.Configuration;

/// <summary>The <c>routing:</c> part: what holds for the deployments of all models.</summary>
public sealed record RoutingSettings
{
    /// <summary>The most further attempts, as a share of a model's calls of the last 10 s (<c>retry_budget</c>), 0 to 1. Ten are always free. Default 0.2.</summary>
    public double RetryBudget { get; init; } = 0.2;

    /// <summary>The most hedged calls, as a share of a model's calls of the last 10 s (<c>hedge_budget</c>), 0 to 1. Two are always free. Default 0.1.</summary>
    public double HedgeBudget { get; init; } = 0.1;

    /// <summary>How often providers are asked whether they are there (<c>health_interval</c>), 1 s to 1 h; zero for never. Default never.</summary>
    public TimeSpan HealthInterval { get; init; }

    /// <summary>When a deployment that fails is left alone (<c>breaker</c>).</summary>
    public BreakerSettings Breaker { get; init; } = new();
}

/// <summary>When a deployment that fails is left alone, and for how long.</summary>
public sealed record BreakerSettings
{
    /// <summary>The share of failures at which it opens (<c>failure_share</c>), 0.01 to 1. Default 0.5.</summary>
    public double FailureShare { get; init; } = 0.5;

    /// <summary>How many calls there must have been (<c>least_calls</c>), 1 to 1,000,000. Default 5.</summary>
    public int LeastCalls { get; init; } = 5;

    /// <summary>Over which time calls and failures are counted (<c>window</c>), 1 s to 1 h. Default 30 s.</summary>
    public TimeSpan Window { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long it stays open before a call is tried (<c>open_for</c>), 100 ms to 1 h. Default 5 s.</summary>
    public TimeSpan OpenFor { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How many calls are tried at once then, and must succeed before it closes (<c>probes</c>), 1 to 100. Default 1.</summary>
    public int Probes { get; init; } = 1;
}
