namespace Switchboard.Gateway.Configuration;

/// <summary>When a call that has no first byte yet is sent to a second deployment, too (<c>hedge_after</c>).</summary>
/// <param name="Time">The wait; null for <c>auto</c>: the time within which 95 of 100 calls to the first deployment had theirs.</param>
public readonly record struct HedgeDelay(TimeSpan? Time)
{
    /// <summary>What the deployment's own times say; until 20 of them are known there is no hedging.</summary>
    public static HedgeDelay Auto => default;
}
