using Switchboard.Gateway.State.Shared;

namespace Switchboard.Gateway.State.InProcess;

/// <summary>One counter's state. Used under the lock of <see cref="MemoryCounters"/>; times are ticks of its clock.</summary>
internal abstract class MemoryCounter(Counter counter)
{
    /// <summary>Whose state it is.</summary>
    public Counter Counter => counter;

    /// <summary>The one used before it.</summary>
    public MemoryCounter? Older { get; set; }

    /// <summary>The one used after it.</summary>
    public MemoryCounter? Newer { get; set; }

    /// <summary>How it stands, and whether so much fits.</summary>
    public abstract CounterState Look(long amount, long limit, long now);

    /// <summary>Takes what <see cref="Look"/> has found to fit.</summary>
    public abstract CounterState Take(long amount, CounterState found, long now);

    /// <summary>Sets right what was taken.</summary>
    public abstract void Settle(long taken, long used, long mark, long now);

    /// <summary>Nothing is lost when it is forgotten.</summary>
    public abstract bool IsIdle(long now);
}
