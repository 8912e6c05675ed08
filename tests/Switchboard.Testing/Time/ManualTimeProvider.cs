namespace Switchboard.Testing.Time;

/// <summary>A clock that only moves when a test says so; timers fire during <see cref="Advance"/>, in the order of their times.</summary>
public sealed class ManualTimeProvider : TimeProvider
{
    private readonly Lock _lock = new();
    private readonly List<ManualTimer> _active = [];
    private readonly List<(int Count, TaskCompletionSource Reached)> _waiting = [];
    private DateTimeOffset _now;
    private long _sequence;

    /// <summary>A clock that stands at the given time.</summary>
    public ManualTimeProvider(DateTimeOffset? start = null) =>
        Start = _now = start ?? new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>The time at which the clock was made.</summary>
    public DateTimeOffset Start { get; }

    /// <inheritdoc/>
    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    /// <inheritdoc/>
    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <summary>How many timers are waiting for their time.</summary>
    public int ActiveTimers
    {
        get
        {
            lock (_lock)
            {
                return _active.Count;
            }
        }
    }

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow()
    {
        lock (_lock)
        {
            return _now;
        }
    }

    /// <inheritdoc/>
    public override long GetTimestamp() => GetUtcNow().UtcTicks;

    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        ArgumentNullException.ThrowIfNull(callback);
        var timer = new ManualTimer(this, () => callback(state));
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Moves the clock and fires what falls due on the way; each timer sees the time it was due at.</summary>
    public void Advance(TimeSpan by)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(by, TimeSpan.Zero);
        var end = GetUtcNow() + by;
        while (TakeDue(end) is { } due)
        {
            due.Fire();
        }

        lock (_lock)
        {
            _now = _now > end ? _now : end;
        }
    }

    /// <summary>Waits until so many timers are set: the code under test has reached its delay.</summary>
    public Task WaitForTimersAsync(int count, CancellationToken cancellationToken)
    {
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_lock)
        {
            _waiting.Add((count, reached));
            TellWaiting();
        }

        return reached.Task.WithinAsync($"{count} timers", cancellationToken);
    }

    internal void Schedule(ManualTimer timer, TimeSpan dueTime, TimeSpan period)
    {
        lock (_lock)
        {
            _active.Remove(timer);
            timer.Period = period > TimeSpan.Zero ? period : Timeout.InfiniteTimeSpan;
            if (dueTime >= TimeSpan.Zero)
            {
                Add(timer, _now + dueTime);
            }
        }

        // As with the system's timers, zero means now and not "at the next Advance".
        if (dueTime == TimeSpan.Zero)
        {
            Advance(TimeSpan.Zero);
        }
    }

    internal void Remove(ManualTimer timer)
    {
        lock (_lock)
        {
            _active.Remove(timer);
        }
    }

    private ManualTimer? TakeDue(DateTimeOffset end)
    {
        lock (_lock)
        {
            var due = _active.Where(t => t.Due <= end).MinBy(t => (t.Due, t.Sequence));
            if (due is null)
            {
                return null;
            }

            _active.Remove(due);
            _now = _now > due.Due ? _now : due.Due;
            if (due.Period != Timeout.InfiniteTimeSpan)
            {
                Add(due, due.Due + due.Period);
            }

            return due;
        }
    }

    private void Add(ManualTimer timer, DateTimeOffset due)
    {
        timer.Due = due;
        timer.Sequence = _sequence++;
        _active.Add(timer);
        TellWaiting();
    }

    private void TellWaiting()
    {
        foreach (var (_, reached) in _waiting.Where(w => w.Count <= _active.Count))
        {
            reached.TrySetResult();
        }

        _waiting.RemoveAll(w => w.Reached.Task.IsCompleted);
    }
}
