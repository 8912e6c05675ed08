namespace Switchboard.Gateway.Routing;

/// <summary>How a provider and its deployments stand now, as calls have found them.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">Its kind.</param>
/// <param name="State">What is to be said of it first.</param>
/// <param name="Deployments">How many deployments of the table and of what was asked lately are its own.</param>
/// <param name="OpenBreakers">How many of them are left alone because they failed.</param>
/// <param name="Cooling">How many of them asked to be left alone for a while.</param>
/// <param name="InFlight">How many calls they answer now.</param>
public sealed record ProviderStanding(string Name, string Type, ProviderState State, int Deployments, int OpenBreakers, int Cooling, int InFlight);

/// <summary>What is to be said of a provider first.</summary>
public enum ProviderState
{
    /// <summary>Nothing is known against it.</summary>
    Ok,

    /// <summary>Some of its deployments are left alone.</summary>
    Degraded,

    /// <summary>It did not answer when it was asked, or all of its deployments are left alone.</summary>
    Down,

    /// <summary>It has no key: the secret that its settings name cannot be had.</summary>
    NoKey,
}
