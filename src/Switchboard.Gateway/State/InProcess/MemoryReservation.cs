using Switchboard.Gateway.State.Shared;

namespace Switchboard.Gateway.State.InProcess;

/// <summary>What a call took from the counters of this process.</summary>
internal sealed class MemoryReservation : Reservation
{
    private readonly MemoryCounters _counters;

    public MemoryReservation(MemoryCounters counters, ReadOnlyMemory<CounterTake> takes, CounterState[] states, ReserveOutcome outcome)
        : base(takes, states)
    {
        _counters = counters;
        Outcome = outcome;
    }

    /// <inheritdoc/>
    protected override void End(ReadOnlySpan<long> amounts) => _counters.Settle(Takes, States, amounts);
}
