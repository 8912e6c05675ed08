using System.IO.Pipelines;
using Switchboard.Gateway.Configuration;

namespace Switchboard.Gateway.Relay;

/// <summary>What a relay's clock says is to be done.</summary>
internal enum RelayDue
{
    /// <summary>Nothing yet.</summary>
    Nothing,

    /// <summary>Send the status though nothing has come.</summary>
    Commit,

    /// <summary>Send a comment, lest the caller's connection is taken for dead.</summary>
    Heartbeat,

    /// <summary>Give up: no head in time.</summary>
    HeadTimeout,

    /// <summary>Give up: silence in the middle of the stream.</summary>
    IdleTimeout,

    /// <summary>Give up: the answer takes too long as a whole.</summary>
    TotalTimeout,
}

/// <summary>
/// The times of one stream on one timer. Bytes passing only note the time; the timer is set when something was due
/// and wakes the pipe's reader, at the latest when the next thing is due.
/// </summary>
internal sealed class RelayClock : IDisposable
{
    private readonly TimeProvider _time;
    private readonly ProviderSettings _limits;
    private readonly TimeSpan _heartbeat;
    private readonly ITimer _timer;
    private readonly long _startedAt;
    private long _receivedAt;
    private long _sentAt;
    private bool _hasHead;
    private bool _isCommitted;

    /// <summary>Starts the clock.</summary>
    /// <param name="time">The time.</param>
    /// <param name="limits">The provider's limits.</param>
    /// <param name="heartbeat">The silence after which a committed stream gets a comment; zero for never.</param>
    /// <param name="reader">What is woken.</param>
    public RelayClock(TimeProvider time, ProviderSettings limits, TimeSpan heartbeat, PipeReader reader)
    {
        _time = time;
        _limits = limits;
        _heartbeat = heartbeat > TimeSpan.Zero ? heartbeat : TimeSpan.MaxValue;
        _startedAt = _receivedAt = _sentAt = time.GetTimestamp();
        _timer = time.CreateTimer(static reader => ((PipeReader)reader!).CancelPendingRead(), reader, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        Rearm();
    }

    /// <summary>How long the relay has run.</summary>
    public TimeSpan Elapsed => _time.GetElapsedTime(_startedAt);

    /// <summary>When it began.</summary>
    public long StartedAt => _startedAt;

    /// <summary>Notes that the answer's head has come.</summary>
    public void HeadArrived(long at)
    {
        if (!_hasHead)
        {
            _hasHead = true;
            _receivedAt = at;
            Rearm();
        }
    }

    /// <summary>Notes that the status was sent.</summary>
    public void Committed()
    {
        _isCommitted = true;
        _sentAt = _time.GetTimestamp();
        Rearm();
    }

    /// <summary>Notes that bytes came, and that those to pass on have left.</summary>
    public void Passed(bool sent)
    {
        _receivedAt = _time.GetTimestamp();
        _sentAt = sent ? _receivedAt : _sentAt;
    }

    /// <summary>The time, for <see cref="Flushed"/>.</summary>
    public long Now => _time.GetTimestamp();

    /// <summary>Notes that what was written has left. The time that took was the caller's, and no silence of upstream's.</summary>
    public void Flushed(long startedAt)
    {
        _sentAt = _time.GetTimestamp();
        _receivedAt += _sentAt - startedAt;
    }

    /// <summary>Notes that a comment was sent.</summary>
    public void Beat()
    {
        _sentAt = _time.GetTimestamp();
        Rearm();
    }

    /// <summary>What is due now; sets the timer for what comes next.</summary>
    public RelayDue Check()
    {
        var due = _limits.TotalTimeout is { } total && Left(_startedAt, total) <= TimeSpan.Zero ? RelayDue.TotalTimeout
            : !_hasHead && Left(_startedAt, _limits.Timeout) <= TimeSpan.Zero ? RelayDue.HeadTimeout
            : _hasHead && Left(_receivedAt, _limits.IdleTimeout) <= TimeSpan.Zero ? RelayDue.IdleTimeout
            : !_isCommitted && Left(_startedAt, _limits.CommitAfter) <= TimeSpan.Zero ? RelayDue.Commit
            : _isCommitted && Left(_sentAt, _heartbeat) <= TimeSpan.Zero ? RelayDue.Heartbeat
            : RelayDue.Nothing;
        if (due == RelayDue.Nothing)
        {
            Rearm();
        }

        return due;
    }

    /// <inheritdoc/>
    public void Dispose() => _timer.Dispose();

    private void Rearm()
    {
        var toGiveUp = _hasHead ? Left(_receivedAt, _limits.IdleTimeout) : Left(_startedAt, _limits.Timeout);
        var toSend = _isCommitted ? Left(_sentAt, _heartbeat) : Left(_startedAt, _limits.CommitAfter);
        var next = toGiveUp < toSend ? toGiveUp : toSend;
        if (_limits.TotalTimeout is { } total && Left(_startedAt, total) is var toEnd && toEnd < next)
        {
            next = toEnd;
        }

        // Timers count whole milliseconds and cut the rest off: rounded up, lest it wakes just before the time.
        var wait = next > TimeSpan.Zero ? TimeSpan.FromMilliseconds(Math.Ceiling(next.TotalMilliseconds)) : TimeSpan.Zero;
        _timer.Change(wait, Timeout.InfiniteTimeSpan);
    }

    private TimeSpan Left(long since, TimeSpan limit) => limit == TimeSpan.MaxValue ? limit : limit - _time.GetElapsedTime(since);
}
