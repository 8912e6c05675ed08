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
public sealed record DeploymentSettings(string Provider, string Model);
