using Switchboard.Gateway.State.Shared;

namespace Switchboard.Server.Storage.Redis;

/// <summary>
/// What a call took from the counters of this process while Redis was away. What it spent is told to Redis' totals if
/// they are back when the call ends; else they are asked for again when they are.
/// </summary>
internal sealed class LocalReservation : Reservation
{
    private readonly RedisCounters _counters;
    private readonly Reservation _local;

    public LocalReservation(RedisCounters counters, ReadOnlyMemory<CounterTake> takes, Reservation local)
        : base(takes, local.States.ToArray())
    {
        _counters = counters;
        _local = local;
        Outcome = local.Outcome;
    }

    /// <inheritdoc/>
    protected override void End(ReadOnlySpan<long> amounts)
    {
        _local.Settle(amounts);
        _counters.SettleLocal(Takes, amounts);
    }
}
