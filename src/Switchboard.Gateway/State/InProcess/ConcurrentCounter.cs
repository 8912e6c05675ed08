using Switchboard.Gateway.State.Shared;

namespace Switchboard.Gateway.State.InProcess;

/// <summary>How many calls run. Their leases need no life here: they end with the process that counts them.</summary>
internal sealed class ConcurrentCounter(Counter counter) : MemoryCounter(counter)
{
    /// <summary>What a refused call is told: nobody knows when another ends.</summary>
    public static readonly TimeSpan RetryIn = TimeSpan.FromSeconds(1);

    private long _running;

    /// <inheritdoc/>
    public override CounterState Look(long amount, long limit, long now) =>
        new(limit, Math.Max(0, limit - _running), _running + amount <= limit ? TimeSpan.Zero : RetryIn, TimeSpan.Zero);

    /// <inheritdoc/>
    public override CounterState Take(long amount, CounterState found, long now)
    {
        _running++;
        return found with { Remaining = found.Remaining - 1 };
    }

    /// <inheritdoc/>
    public override void Settle(long taken, long used, long mark, long now) => _running = Math.Max(0, _running - 1);

    /// <inheritdoc/>
    public override bool IsIdle(long now) => _running == 0;
}
