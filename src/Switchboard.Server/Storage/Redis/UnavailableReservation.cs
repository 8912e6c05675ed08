using Switchboard.Gateway.State.Shared;

namespace Switchboard.Server.Storage.Redis;

/// <summary>A call that is refused because its limits cannot be asked for.</summary>
internal sealed class UnavailableReservation : Reservation
{
    public UnavailableReservation(ReadOnlyMemory<CounterTake> takes)
        : base(takes, []) => Outcome = ReserveOutcome.Unavailable;

    /// <inheritdoc/>
    public override TimeSpan RetryIn => RedisCounters.RetryIn;

    /// <inheritdoc/>
    protected override void End(ReadOnlySpan<long> amounts)
    {
        // Nothing was taken.
    }
}
