using Switchboard.Gateway.State.Shared;

namespace Switchboard.Server.Storage.Redis;

/// <summary>
/// What a call took from the counters of this process while Redis was away. What it spent is told to Redis' totals if
/// they are back when the call ends; else they are asked for again when they are.
/// </summary>
internal sealed class LocalReservation : Reservation
{
    // No total was ever made with it: all that was used is added.
    private const long TakenElsewhere = -2;

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
        if (!_counters.IsAvailable)
        {
            _counters.NoteUnsure(Takes);
            return;
        }

        for (var i = 0; i < Takes.Length; i++)
        {
            if (Takes[i].Counter.Kind == CounterKind.Total)
            {
                _counters.Settle(Takes.Slice(i, 1), [new CounterState(0, 0, default, default, TakenElsewhere)], amounts.Slice(i, 1), "");
            }
        }
    }
}
