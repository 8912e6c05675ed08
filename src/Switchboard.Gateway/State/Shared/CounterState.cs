namespace Switchboard.Gateway.State.Shared;

/// <summary>How a counter stands.</summary>
/// <param name="Limit">The limit.</param>
/// <param name="Remaining">What is left of it, after what was taken; never below 0.</param>
/// <param name="RetryIn">When what was asked for will fit; zero where it did, <see cref="Never"/> where it cannot.</param>
/// <param name="ResetsIn">When all of the limit is free again if nothing more is taken; zero where it is, or nobody can tell.</param>
/// <param name="Mark">What the store needs to settle it: the step of a window, the making of a total.</param>
public readonly record struct CounterState(long Limit, long Remaining, TimeSpan RetryIn, TimeSpan ResetsIn, long Mark = 0)
{
    /// <summary>The <see cref="RetryIn"/> of what is more than the whole limit.</summary>
    public static TimeSpan Never => TimeSpan.MaxValue;

    /// <summary>The mark of a total that the store knows nothing of.</summary>
    public const long Unknown = -1;

    /// <summary>What was asked for did not fit.</summary>
    public bool IsRefused => RetryIn > TimeSpan.Zero;

    /// <summary>The store knows nothing of the total and wants to be told.</summary>
    public bool IsUnknown => Mark == Unknown;
}
