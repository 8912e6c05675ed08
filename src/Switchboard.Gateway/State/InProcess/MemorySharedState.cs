using Switchboard.Gateway.State.Shared;

namespace Switchboard.Gateway.State.InProcess;

/// <summary>The shared state of one process: exact, bounded, and never away.</summary>
public sealed class MemorySharedState : ISharedState
{
    /// <summary>An empty state.</summary>
    /// <param name="time">The clock.</param>
    /// <param name="maxCacheBytes">The most memory that cached bytes take. Default 64 MB.</param>
    /// <param name="maxCounters">The most counters that are known; beyond it those used longest ago are forgotten. Default 100,000, some 60 MB.</param>
    public MemorySharedState(TimeProvider time, long maxCacheBytes = 64L * 1024 * 1024, int maxCounters = 100_000)
    {
        Counters = new MemoryCounters(time, maxCounters);
        Cache = new MemoryCache(time, maxCacheBytes);
        Locks = new MemoryLocks(time);
    }

    /// <inheritdoc/>
    public ISharedCounters Counters { get; }

    /// <inheritdoc/>
    public ISharedCache Cache { get; }

    /// <inheritdoc/>
    public ISharedLocks Locks { get; }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => default;
}
