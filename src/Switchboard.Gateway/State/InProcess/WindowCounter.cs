using Switchboard.Gateway.State.Shared;

namespace Switchboard.Gateway.State.InProcess;

/// <summary>
/// A window that slides in 60 steps. What was taken in a step counts until the whole step is outside: the step under way
/// and 60 before it. <c>Server/Storage/Redis/Scripts/counters.lua</c> does the same.
/// </summary>
internal sealed class WindowCounter(Counter counter) : MemoryCounter(counter)
{
    private const int Slots = Counter.Steps + 1;

    private readonly long[] _slots = new long[Slots];
    private readonly long _width = counter.Step.Ticks;
    private long _step;
    private long _sum;

    /// <inheritdoc/>
    public override CounterState Look(long amount, long limit, long now)
    {
        Move(now);
        var retry = amount <= limit - _sum ? TimeSpan.Zero : amount > limit ? CounterState.Never : UntilRoom(amount, limit, now);
        return new(limit, Math.Max(0, limit - _sum), retry, _sum == 0 ? TimeSpan.Zero : LeavesIn(_step, now), _step);
    }

    /// <inheritdoc/>
    public override CounterState Take(long amount, CounterState found, long now)
    {
        Add(_step, amount);
        return found with { Remaining = found.Remaining - amount, ResetsIn = _sum == 0 ? TimeSpan.Zero : LeavesIn(_step, now) };
    }

    /// <inheritdoc/>
    public override void Settle(long taken, long used, long mark, long now)
    {
        Move(now);
        if (mark > _step - Slots)
        {
            Add(mark, used - taken);
        }
        else if (used > taken)
        {
            // Its step has left: what was used beyond the estimate counts now.
            Add(_step, used - taken);
        }
    }

    /// <inheritdoc/>
    public override bool IsIdle(long now)
    {
        Move(now);
        return _sum == 0;
    }

    private void Add(long step, long amount)
    {
        ref var slot = ref _slots[step % Slots];
        var after = Math.Max(0, slot + amount);
        _sum += after - slot;
        slot = after;
    }

    private void Move(long now)
    {
        // From Slots on, so that no slot has a number below 0.
        var step = (now / _width) + Slots;
        if (step == _step)
        {
            return;
        }

        if (step - _step >= Slots || _sum == 0)
        {
            _slots.AsSpan().Clear();
            _sum = 0;
        }
        else
        {
            for (var next = _step + 1; next <= step; next++)
            {
                ref var slot = ref _slots[next % Slots];
                _sum -= slot;
                slot = 0;
            }
        }

        _step = step;
    }

    private TimeSpan UntilRoom(long amount, long limit, long now)
    {
        var left = _sum;
        for (var step = _step - Counter.Steps; step < _step; step++)
        {
            left -= _slots[step % Slots];
            if (amount <= limit - left)
            {
                return LeavesIn(step, now);
            }
        }

        return LeavesIn(_step, now);
    }

    // When the step is wholly outside.
    private TimeSpan LeavesIn(long step, long now) => new((step * _width) - now);
}
