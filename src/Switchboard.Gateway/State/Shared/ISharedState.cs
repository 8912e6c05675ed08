namespace Switchboard.Gateway.State.Shared;

/// <summary>
/// What is counted, cached and locked for a while, and never has to survive: in this process by default, in Redis where
/// several gateways share it. It outlives configurations and serves all calls at once.
/// </summary>
public interface ISharedState : IAsyncDisposable
{
    /// <summary>Limits and budgets.</summary>
    ISharedCounters Counters { get; }

    /// <summary>Bytes that may be gone at any time.</summary>
    ISharedCache Cache { get; }

    /// <summary>Who does a thing that all want done once.</summary>
    ISharedLocks Locks { get; }
}
