using Switchboard.Gateway.State.Shared;

namespace Switchboard.Gateway.State.InProcess;

/// <summary>What was spent in a period.</summary>
/// <param name="counter">The counter.</param>
/// <param name="value">What it begins with.</param>
/// <param name="making">Tells this beginning from others: what was taken before it is not in it.</param>
/// <param name="endsAt">When the period ends.</param>
internal sealed class TotalCounter(Counter counter, long value, long making, long endsAt) : MemoryCounter(counter)
{
    private long _value = value;

    /// <summary>A total that nothing is known of.</summary>
    public static CounterState Unknown(long limit) => new(limit, limit, TimeSpan.Zero, TimeSpan.Zero, CounterState.Unknown);

    /// <summary>At least so much was spent.</summary>
    public void Raise(long least) => _value = Math.Max(_value, least);

    /// <inheritdoc/>
    public override CounterState Look(long amount, long limit, long now)
    {
        var rest = new TimeSpan(Math.Max(0, endsAt - now));
        var until = endsAt == long.MaxValue ? CounterState.Never : rest > TimeSpan.Zero ? rest : TimeSpan.FromTicks(1);
        var resets = endsAt == long.MaxValue ? TimeSpan.Zero : rest;
        return new(limit, Math.Max(0, limit - _value), _value < limit ? TimeSpan.Zero : until, resets, making);
    }

    /// <inheritdoc/>
    public override CounterState Take(long amount, CounterState found, long now)
    {
        _value += amount;
        return found with { Remaining = Math.Max(0, found.Limit - _value) };
    }

    /// <inheritdoc/>
    public override void Settle(long taken, long used, long mark, long now) =>
        _value = Math.Max(0, _value + (mark == making ? used - taken : used));

    /// <inheritdoc/>
    public override bool IsIdle(long now) => now > endsAt;
}
