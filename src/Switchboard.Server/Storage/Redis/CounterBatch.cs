using System.Runtime.InteropServices;
using Switchboard.Gateway.State.Shared;
using Switchboard.Server.Storage.Redis.Resp;

namespace Switchboard.Server.Storage.Redis;

/// <summary>
/// What one script does: settlements, renewals, and calls that take from counters or look at them, in the order in which
/// they came. Settlements of the same counter and mark are summed, calls that take the same are one group. It is filled and
/// written under the lock of <see cref="CounterBatches"/>.
/// </summary>
/// <param name="keys">How counters are called in Redis.</param>
internal sealed class CounterBatch(RedisKeys keys)
{
    // What Redis does in a millisecond or two: as long others wait for theirs.
    private const int MostCounters = 512;
    private const int MostTakes = 4096;

    private readonly Dictionary<Counter, int> _places = [];
    private readonly List<Counter> _counters = [];
    private readonly Dictionary<(Counter Counter, long Mark), Change> _changes = [];
    private readonly HashSet<Counter> _renewals = [];
    private readonly Dictionary<CallGroup, CallGroup> _groups = [];
    private readonly List<(RedisReservation Call, CallGroup Group)> _calls = [];
    private int _takes;

    /// <summary>Whether there is nothing to do.</summary>
    public bool IsEmpty => _counters.Count == 0 && _calls.Count == 0;

    /// <summary>Whether others are to go with the next.</summary>
    public bool IsFull => _counters.Count >= MostCounters || _takes >= MostTakes;

    /// <summary>The calls that wait for it.</summary>
    public int Calls => _calls.Count;

    /// <summary>Adds a call.</summary>
    public void Ask(RedisReservation call)
    {
        var asked = new CallGroup(call.Asked, call.TakesNothing);
        if (!_groups.TryGetValue(asked, out var group))
        {
            _groups.Add(asked, group = asked);
            _takes += group.Takes.Length;
            foreach (var take in group.Takes.Span)
            {
                PlaceOf(take.Counter);
            }
        }

        _calls.Add((call, group));
    }

    /// <summary>Adds a change to what was taken.</summary>
    /// <param name="counter">The counter.</param>
    /// <param name="mark">What it was marked with when it was taken.</param>
    /// <param name="change">The change.</param>
    /// <param name="otherwise">The change if the mark holds no more.</param>
    public void Settle(Counter counter, long mark, long change, long otherwise)
    {
        ref var sum = ref CollectionsMarshal.GetValueRefOrAddDefault(_changes, (counter, mark), out var isKnown);
        sum = new(sum.Amount + change, sum.Otherwise + otherwise);
        if (!isKnown)
        {
            PlaceOf(counter);
        }
    }

    /// <summary>Adds that Redis is told how many calls of this node run.</summary>
    public void Renew(Counter counter)
    {
        if (_renewals.Add(counter))
        {
            PlaceOf(counter);
        }
    }

    /// <summary>How many calls end with it that were already counted out.</summary>
    public long Ending(Counter counter) => _changes.TryGetValue((counter, 0), out var change) ? -change.Amount : 0;

    /// <summary>Lets those go on who have waited as long as they may.</summary>
    /// <param name="isDue">Says who.</param>
    /// <returns>How many.</returns>
    public int GiveUp(Func<RedisReservation, bool> isDue)
    {
        var given = 0;
        foreach (var (call, _) in _calls)
        {
            // They are in the order in which they came.
            if (call.IsWaiting && !isDue(call))
            {
                break;
            }

            given += call.GiveUp() ? 1 : 0;
        }

        return given;
    }

    /// <summary>Writes the arguments of the script. Calls that wait no more are left out.</summary>
    /// <param name="arguments">Where to.</param>
    /// <param name="node">Who sends it.</param>
    /// <param name="life">How long its places live.</param>
    /// <param name="running">How many calls of a counter run, as Redis is to have it before this.</param>
    /// <returns>False where nothing is left to do.</returns>
    public bool Write(CommandBuffer arguments, ReadOnlySpan<byte> node, TimeSpan life, Func<Counter, long> running)
    {
        var groups = CountGroups();
        if (groups + _changes.Count + _renewals.Count == 0)
        {
            return false;
        }

        arguments.Add(_counters.Count);
        foreach (var counter in _counters)
        {
            keys.Add(arguments, counter);
        }

        arguments.Add("batch"u8).Add(node).Add((long)life.TotalMilliseconds).Add(_changes.Count).Add(_renewals.Count).Add(groups);
        foreach (var counter in _counters)
        {
            arguments.Add(KindOf(counter)).Add(WidthOf(counter));
        }

        foreach (var ((counter, mark), change) in _changes)
        {
            arguments.Add(PlaceOf(counter)).Add(mark).Add(change.Amount).Add(change.Otherwise);
        }

        foreach (var counter in _renewals)
        {
            arguments.Add(PlaceOf(counter)).Add(running(counter));
        }

        foreach (var group in _groups.Values)
        {
            if (group.Sent > 0)
            {
                Write(arguments, group);
            }
        }

        return true;
    }

    /// <summary>Reads what the script answered, and tells it to those who wait.</summary>
    /// <param name="value">The answer.</param>
    /// <param name="begin">Is told how many calls of a concurrent counter have begun, before they go on.</param>
    /// <returns>False where it is no answer to this.</returns>
    public bool TryRead(RespValue value, Action<Counter, long> begin)
    {
        var items = value.Items;
        if (value.Kind != RespKind.Items || items.Count != NumbersOfGroups())
        {
            return false;
        }

        var at = 0;
        foreach (var group in _groups.Values)
        {
            if (group.Sent > 0)
            {
                var numbers = new long[group.Numbers];
                for (var i = 0; i < numbers.Length; i++)
                {
                    numbers[i] = items[at++].Integer;
                }

                group.Answer = numbers;
            }
        }

        Complete(begin);
        return true;
    }

    /// <summary>What may stand otherwise than is known here if nobody knows whether it was carried out: what was settled, and calls at once.</summary>
    public IEnumerable<Counter> Doubtful =>
        _changes.Keys.Select(change => change.Counter).Concat(_counters.Where(counter => counter.Kind == CounterKind.Concurrent));

    private void Complete(Action<Counter, long> begin)
    {
        foreach (var (call, group) in CollectionsMarshal.AsSpan(_calls))
        {
            if (group.Answer is { } numbers && call.WasSent && call.Read(numbers, group.Read++) && call.Outcome == ReserveOutcome.Granted)
            {
                group.Begun++;
            }
        }

        foreach (var group in _groups.Values)
        {
            foreach (var take in group.Takes.Span)
            {
                if (group.Begun > 0 && take.Counter.Kind == CounterKind.Concurrent)
                {
                    begin(take.Counter, group.Begun);
                }
            }
        }

        foreach (var (call, _) in _calls)
        {
            if (call.WasSent)
            {
                call.Complete();
            }
        }
    }

    private int CountGroups()
    {
        var groups = 0;
        foreach (var (call, group) in CollectionsMarshal.AsSpan(_calls))
        {
            if (call.IsWaiting)
            {
                call.WasSent = true;
                groups += group.Sent++ == 0 ? 1 : 0;
            }
        }

        return groups;
    }

    private int NumbersOfGroups()
    {
        var numbers = 0;
        foreach (var group in _groups.Values)
        {
            numbers += group.Sent > 0 ? group.Numbers : 0;
        }

        return numbers;
    }

    private void Write(CommandBuffer arguments, CallGroup group)
    {
        arguments.Add(group.TakesNothing ? 0 : group.Sent).Add(group.Takes.Length);
        foreach (var take in group.Takes.Span)
        {
            arguments.Add(PlaceOf(take.Counter)).Add(RedisReservation.AmountOf(take, group.TakesNothing)).Add(take.Limit);
        }
    }

    // From 1, as Lua counts.
    private int PlaceOf(Counter counter)
    {
        ref var place = ref CollectionsMarshal.GetValueRefOrAddDefault(_places, counter, out var isKnown);
        if (!isKnown)
        {
            _counters.Add(counter);
            place = _counters.Count;
        }

        return place;
    }

    private static ReadOnlySpan<byte> KindOf(Counter counter) => counter.Kind switch
    {
        CounterKind.Window => "w"u8,
        CounterKind.Concurrent => "c"u8,
        _ => "t"u8,
    };

    private static long WidthOf(Counter counter) => counter.Kind switch
    {
        CounterKind.Window => counter.Step.Ticks / TimeSpan.TicksPerMicrosecond,
        CounterKind.Total when counter.Until is { } until => (until - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond,
        _ => 0,
    };

    private readonly record struct Change(long Amount, long Otherwise);
}
