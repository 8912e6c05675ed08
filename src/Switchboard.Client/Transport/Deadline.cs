namespace Switchboard.Client.Transport;

/// <summary>A token that is cancelled when its caller's is, or when the time is over; and it tells which.</summary>
internal sealed class Deadline : IDisposable
{
    private readonly CancellationTokenSource _time;
    private readonly CancellationTokenRegistration _caller;

    public Deadline(TimeSpan time, TimeProvider clock, CancellationToken caller)
    {
        Time = time;
        _time = new CancellationTokenSource(time, clock);
        if (caller.CanBeCanceled)
        {
            _caller = caller.UnsafeRegister(static source => ((CancellationTokenSource)source!).Cancel(), _time);
        }
    }

    /// <summary>How long it is.</summary>
    public TimeSpan Time { get; private set; }

    public CancellationToken Token => _time.Token;

    public bool IsOver => _time.IsCancellationRequested;

    /// <summary>Begins anew with another time.</summary>
    public void Restart(TimeSpan time)
    {
        Time = time;
        if (!_time.IsCancellationRequested)
        {
            _time.CancelAfter(time);
        }
    }

    public void Cancel() => _time.Cancel();

    public void Dispose()
    {
        _caller.Dispose();
        _time.Dispose();
    }
}
