using Switchboard.Gateway.State.Shared;
using Switchboard.Server.Storage.Redis.Resp;

namespace Switchboard.Server.Storage.Redis;

/// <summary>What a call took from counters at Redis.</summary>
internal sealed class RedisReservation : Reservation
{
    private const int Parts = 4;

    private readonly RedisCounters _counters;
    private readonly CounterState[] _states;

    private RedisReservation(RedisCounters counters, ReadOnlyMemory<CounterTake> takes, CounterState[] states, string lease)
        : base(takes, states)
    {
        _counters = counters;
        _states = states;
        Lease = lease;
    }

    /// <summary>What its places in concurrent counters are held by; empty where it has none.</summary>
    public string Lease { get; }

    /// <summary>One that is about to be asked for.</summary>
    public static RedisReservation Of(RedisCounters counters, ReadOnlyMemory<CounterTake> takes)
    {
        var lease = "";
        foreach (var take in takes.Span)
        {
            lease = lease.Length == 0 && take.Counter.Kind == CounterKind.Concurrent ? counters.Leases.NewId() : lease;
        }

        return new(counters, takes, new CounterState[takes.Length], lease);
    }

    /// <summary>Reads what the script answered.</summary>
    public RedisReservation Read(RespValue value)
    {
        Outcome = TryRead(value, Takes, _states, out var outcome) ? outcome : throw new InvalidOperationException("The script of the counters answered something else.");
        if (Outcome == ReserveOutcome.Granted && Lease.Length > 0)
        {
            _counters.Leases.Begin(this);
        }

        return this;
    }

    /// <summary>The answer came when nobody waited for it any more: all is given back.</summary>
    public void ComeTooLate(RespValue value)
    {
        if (TryRead(value, Takes, _states, out var outcome) && outcome == ReserveOutcome.Granted)
        {
            Outcome = outcome;
            GiveBack();
        }
    }

    /// <summary>Reads what the script answered: what became of it, and how each counter stands.</summary>
    public static bool TryRead(RespValue value, ReadOnlySpan<CounterTake> takes, Span<CounterState> states, out ReserveOutcome outcome)
    {
        outcome = default;
        var items = value.Items;
        if (items.Count != 1 + (takes.Length * Parts))
        {
            return false;
        }

        outcome = (ReserveOutcome)items[0].Integer;
        for (var i = 0; i < states.Length; i++)
        {
            var at = 1 + (i * Parts);
            var retry = items[at + 1].Integer;
            states[i] = new(
                takes[i].Limit,
                items[at].Integer,
                retry < 0 ? CounterState.Never : TimeSpan.FromMicroseconds(retry),
                TimeSpan.FromMicroseconds(items[at + 2].Integer),
                items[at + 3].Integer);
        }

        return true;
    }

    /// <inheritdoc/>
    protected override void End(ReadOnlySpan<long> amounts) => _counters.Settle(Takes, States, amounts, Lease);
}
