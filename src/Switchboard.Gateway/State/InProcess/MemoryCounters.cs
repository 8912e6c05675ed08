using System.Diagnostics.CodeAnalysis;
using Switchboard.Gateway.State.Shared;

namespace Switchboard.Gateway.State.InProcess;

/// <summary>
/// The counters of this process. One lock: what is done under it for a call takes less time than to take several locks
/// in order, and all or nothing is then exact.
/// </summary>
internal sealed class MemoryCounters(TimeProvider time, int maxCounters) : ISharedCounters
{
    private readonly Lock _gate = new();
    private readonly Dictionary<Counter, MemoryCounter> _counters = [];
    private readonly long _origin = time.GetTimestamp();
    private MemoryCounter? _oldest;
    private MemoryCounter? _newest;
    private MemoryCounter? _hand;
    private long _makings;
    private int _added;

    /// <summary>How many counters are known.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _counters.Count;
            }
        }
    }

    /// <inheritdoc/>
    public ValueTask<Reservation> ReserveAsync(ReadOnlyMemory<CounterTake> takes)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(takes.Length, CounterTake.Most);
        var states = new CounterState[takes.Length];
        return new(new MemoryReservation(this, takes, states, Reserve(takes.Span, states)));
    }

    /// <inheritdoc/>
    public ValueTask<CounterState[]> PeekAsync(ReadOnlyMemory<CounterTake> takes)
    {
        var states = new CounterState[takes.Length];
        lock (_gate)
        {
            var now = Now;
            for (var i = 0; i < states.Length; i++)
            {
                var take = takes.Span[i];
                states[i] = _counters.TryGetValue(take.Counter, out var counter) ? counter.Look(0, take.Limit, now) : Fresh(take);
            }
        }

        return new(states);
    }

    /// <inheritdoc/>
    public ValueTask SeedAsync(Counter counter, long value)
    {
        ArgumentNullException.ThrowIfNull(counter);
        lock (_gate)
        {
            if (_counters.TryGetValue(counter, out var known))
            {
                (known as TotalCounter)?.Raise(value);
            }
            else
            {
                var endsAt = counter.Until is { } until ? Now + (until - time.GetUtcNow()).Ticks : long.MaxValue;
                Add(new TotalCounter(counter, value, ++_makings, endsAt));
                Tidy(Now);
            }
        }

        return default;
    }

    /// <inheritdoc/>
    public ValueTask ForgetAsync(Counter counter)
    {
        ArgumentNullException.ThrowIfNull(counter);
        lock (_gate)
        {
            if (_counters.TryGetValue(counter, out var known))
            {
                Remove(known);
            }
        }

        return default;
    }

    /// <summary>Sets right what was taken. A total that was forgotten meanwhile stays so; what was used beyond an estimate counts in any case.</summary>
    public void Settle(ReadOnlySpan<CounterTake> takes, ReadOnlySpan<CounterState> states, ReadOnlySpan<long> amounts)
    {
        lock (_gate)
        {
            var now = Now;
            for (var i = 0; i < takes.Length; i++)
            {
                var take = takes[i];
                var isNeeded = take.Counter.Kind == CounterKind.Window && amounts[i] > take.Amount;
                if (_counters.TryGetValue(take.Counter, out var counter) || (isNeeded && TryFind(take.Counter, out counter)))
                {
                    counter.Settle(take.Amount, amounts[i], states[i].Mark, now);
                }
            }

            Tidy(now);
        }
    }

    private long Now => time.GetElapsedTime(_origin).Ticks;

    private ReserveOutcome Reserve(ReadOnlySpan<CounterTake> takes, Span<CounterState> states)
    {
        lock (_gate)
        {
            var now = Now;
            var outcome = ReserveOutcome.Granted;
            for (var i = 0; i < takes.Length; i++)
            {
                var take = takes[i];
                states[i] = TryFind(take.Counter, out var counter) ? counter.Look(AmountOf(take), take.Limit, now) : TotalCounter.Unknown(take.Limit);
                outcome = states[i].IsRefused ? ReserveOutcome.Refused
                    : states[i].IsUnknown && outcome == ReserveOutcome.Granted ? ReserveOutcome.Unseeded
                    : outcome;
            }

            for (var i = 0; i < takes.Length && outcome == ReserveOutcome.Granted; i++)
            {
                states[i] = _counters[takes[i].Counter].Take(takes[i].Amount, states[i], now);
            }

            Tidy(now);
            return outcome;
        }
    }

    private static long AmountOf(in CounterTake take) => take.Counter.Kind == CounterKind.Concurrent ? 1 : take.Amount;

    private static CounterState Fresh(in CounterTake take) =>
        take.Counter.Kind == CounterKind.Total ? TotalCounter.Unknown(take.Limit) : new(take.Limit, take.Limit, TimeSpan.Zero, TimeSpan.Zero);

    // False for a total that nobody has told of yet.
    private bool TryFind(Counter name, [NotNullWhen(true)] out MemoryCounter? counter)
    {
        if (_counters.TryGetValue(name, out counter))
        {
            if (counter != _newest)
            {
                Unlink(counter);
                Link(counter);
            }

            return true;
        }

        counter = name.Kind switch
        {
            CounterKind.Window => new WindowCounter(name),
            CounterKind.Concurrent => new ConcurrentCounter(name),
            _ => null,
        };
        if (counter is not null)
        {
            Add(counter);
        }

        return counter is not null;
    }

    private void Add(MemoryCounter counter)
    {
        _counters.Add(counter.Counter, counter);
        Link(counter);
        _added++;
    }

    // Each new one pays for a look at two old ones, so what nobody needs any more does not heap up.
    private void Tidy(long now)
    {
        for (; _added > 0; _added--)
        {
            Sweep(now);
            Sweep(now);

            // Twice, for one that is passed over is to be made up for.
            for (var tries = 0; tries < 2 && _counters.Count > maxCounters; tries++)
            {
                GiveUpOldest(now);
            }
        }
    }

    private void Sweep(long now)
    {
        var looked = _hand ?? _oldest;
        _hand = looked?.Newer;
        if (looked is not null && looked.IsIdle(now))
        {
            Remove(looked);
        }
    }

    private void GiveUpOldest(long now)
    {
        var oldest = _oldest!;
        if (oldest is ConcurrentCounter && !oldest.IsIdle(now))
        {
            // Its calls could never be given back.
            Unlink(oldest);
            Link(oldest);
        }
        else
        {
            Remove(oldest);
        }
    }

    private void Remove(MemoryCounter counter)
    {
        Unlink(counter);
        _counters.Remove(counter.Counter);
    }

    private void Link(MemoryCounter counter)
    {
        counter.Older = _newest;
        _ = _newest is null ? _oldest = counter : _newest.Newer = counter;
        _newest = counter;
    }

    private void Unlink(MemoryCounter counter)
    {
        _hand = _hand == counter ? counter.Newer : _hand;
        _ = counter.Older is null ? _oldest = counter.Newer : counter.Older.Newer = counter.Newer;
        _ = counter.Newer is null ? _newest = counter.Older : counter.Newer.Older = counter.Older;
        (counter.Older, counter.Newer) = (null, null);
    }
}
