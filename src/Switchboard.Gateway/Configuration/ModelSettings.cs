namespace Switchboard.Gateway.Configuration;

/// <summary>One row of the <c>models:</c> table: a name callers use, and where it is deployed.</summary>
public sealed record ModelSettings
{
    /// <summary>Where the model runs; the first is taken.</summary>
    public required IReadOnlyList<DeploymentSettings> Deployments { get; init; }

    /// <summary>What stands for what requests to this model leave out (<c>defaults</c>); it wins over the server's.</summary>
    public RequestDefaults? Defaults { get; init; }
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
}
