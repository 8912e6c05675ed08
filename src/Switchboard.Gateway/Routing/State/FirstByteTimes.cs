namespace Switchboard.Gateway.Routing.State;

/// <summary>How long the first byte of a deployment's answers took of late: a moving average, and what 95 of 100 kept.</summary>
internal sealed class FirstByteTimes
{
    private const int Kept = 128;
    private const int LeastKnown = 20;

    // A time of so long ago counts for a third beside one of now.
    private static readonly double s_memory = TimeSpan.FromSeconds(10).Ticks;
    private static readonly double s_perMinute = 1.0 / TimeSpan.FromMinutes(1).Ticks;

    private readonly Lock _gate = new();
    private long[]? _last;
    private long _count;
    private double _average;
    private long _averageAt;
    private long _slow;

    /// <summary>What 95 of the last 100 or so kept, in ticks; 0 while too few are known.</summary>
    public long Slow => Volatile.Read(ref _slow);

    /// <summary>The average in ticks, less the longer nobody has asked: so that one that was slow is tried again. 0 where nothing is known.</summary>
    public double Average(long now)
    {
        var age = now - Volatile.Read(ref _averageAt);
        return Volatile.Read(ref _average) / (1 + (Math.Max(age, 0) * s_perMinute));
    }

    /// <summary>Adds a time.</summary>
    public void Add(long ticks, long now)
    {
        lock (_gate)
        {
            var weight = _count == 0 ? 1 : 1 - Math.Exp(-Math.Max(now - _averageAt, 0) / s_memory);
            Volatile.Write(ref _average, _average + (Math.Max(weight, _count < LeastKnown ? 1.0 / (_count + 1) : 0) * (ticks - _average)));
            Volatile.Write(ref _averageAt, now);
            _last ??= new long[Kept];
            _last[_count % Kept] = ticks;
            _count++;
            if (_count >= LeastKnown && (_count % 16 == 0 || _count == LeastKnown))
            {
                Sort();
            }
        }
    }

    private void Sort()
    {
        Span<long> sorted = stackalloc long[Kept];
        sorted = sorted[..(int)Math.Min(_count, Kept)];
        _last.AsSpan(0, sorted.Length).CopyTo(sorted);
        sorted.Sort();
        Volatile.Write(ref _slow, sorted[sorted.Length * 95 / 100]);
    }
}
