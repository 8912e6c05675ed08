using Switchboard.Gateway.Routing.State;

namespace Switchboard.Gateway.Routing.Choice;

/// <summary>What a choice reads of every deployment of a row: side by side, so that a hundred of them lie in a few lines of the cache.</summary>
internal readonly struct Candidate(Deployment deployment)
{
    /// <summary>The deployment.</summary>
    public readonly Deployment Deployment = deployment;

    /// <summary>What is known of it now.</summary>
    public readonly DeploymentState State = deployment.State;

    /// <summary>What one call is of its weight.</summary>
    public readonly double Share = 1.0 / deployment.Weight;

    /// <summary>What its provider offers, a bit each.</summary>
    public readonly uint Operations = deployment.Operations;

    /// <summary>It is asked only where none of a lower number can be.</summary>
    public readonly byte Priority = (byte)deployment.Settings.Priority;

    /// <summary>True where it has limits that must be asked.</summary>
    public readonly bool HasLimits = deployment.IsLimited || deployment.Gate is not null || deployment.ProviderGate is not null;

    /// <summary>The calls that it answers now, for its weight.</summary>
    public double Load => State.InFlight * Share;
}
