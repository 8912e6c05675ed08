using System.Diagnostics;

namespace Switchboard.Benchmarks.Soak;

/// <summary>
/// A clock that runs so many times as fast as the machine's. Its timers do too where they are of a minute or more, as
/// those of a day are. Shorter ones are the patience with a disk or a provider, and neither is faster than it was.
/// </summary>
internal sealed class FastTime(int speed) : TimeProvider
{
    private static readonly TimeSpan s_machinePace = TimeSpan.FromMinutes(1);

    private readonly long _start = Stopwatch.GetTimestamp();
    private readonly DateTimeOffset _from = System.GetUtcNow();

    public override DateTimeOffset GetUtcNow() => _from + (Stopwatch.GetElapsedTime(_start) * speed);

    public override long GetTimestamp() => _start + ((Stopwatch.GetTimestamp() - _start) * speed);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        new FastTimer(System.CreateTimer(callback, state, Shorten(dueTime), Shorten(period)), this);

    private TimeSpan Shorten(TimeSpan time) =>
        time < s_machinePace ? time : TimeSpan.FromMilliseconds(Math.Max(1, time.TotalMilliseconds / speed));

    private sealed class FastTimer(ITimer timer, FastTime time) : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period) => timer.Change(time.Shorten(dueTime), time.Shorten(period));

        public void Dispose() => timer.Dispose();

        public ValueTask DisposeAsync() => timer.DisposeAsync();
    }
}
