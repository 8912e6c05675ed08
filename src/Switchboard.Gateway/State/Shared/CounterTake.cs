namespace Switchboard.Gateway.State.Shared;

/// <summary>What a call takes from a counter.</summary>
/// <param name="Counter">The counter.</param>
/// <param name="Amount">How much, from 0; a concurrent counter always gives one place.</param>
/// <param name="Limit">The limit that holds for this call, from 0. Redis counts exactly up to 2^53, which is nine million dollars in nano-dollars.</param>
public readonly record struct CounterTake(Counter Counter, long Amount, long Limit)
{
    /// <summary>The most counters of one reservation.</summary>
    public const int Most = 64;
}
