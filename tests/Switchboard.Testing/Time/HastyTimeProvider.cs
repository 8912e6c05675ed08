namespace Switchboard.Testing.Time;

/// <summary>The system's clock, save that short waits are over at once, and are noted: for code that waits between attempts.</summary>
/// <param name="longestWait">Timers up to this time fire at once; longer ones, such as deadlines, run as ever.</param>
public sealed class HastyTimeProvider(TimeSpan longestWait) : TimeProvider
{
    private readonly Lock _lock = new();
    private readonly List<TimeSpan> _waits = [];

    /// <summary>The waits so far, in their order.</summary>
    public IReadOnlyList<TimeSpan> Waits
    {
        get
        {
            lock (_lock)
            {
                return [.. _waits];
            }
        }
    }

    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var isWait = dueTime >= TimeSpan.Zero && dueTime <= longestWait;
        if (isWait)
        {
            lock (_lock)
            {
                _waits.Add(dueTime);
            }
        }

        return base.CreateTimer(callback, state, isWait ? TimeSpan.Zero : dueTime, period);
    }
}
