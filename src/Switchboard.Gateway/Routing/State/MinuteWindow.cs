namespace Switchboard.Gateway.Routing.State;

/// <summary>
/// How much there was in the last minute, to the second: 60 buckets of a second and their sum. What was reserved can be
/// set right later, in the second it was reserved in.
/// </summary>
internal sealed class MinuteWindow
{
    private const int Seconds = 60;

    private readonly Lock _gate = new();
    private long[]? _buckets;
    private long _sum;
    private long _second;

    /// <summary>Whether so much more fits. Takes nothing.</summary>
    public bool HasRoom(long amount, long limit, long now)
    {
        // Time only takes away: what fits beside a sum of before fits now, whatever second it is.
        if (Volatile.Read(ref _sum) + amount <= limit)
        {
            return true;
        }

        // Nor does what is full in the second that another has moved to need a lock.
        if (Volatile.Read(ref _second) == SecondOf(now))
        {
            return Fits(Volatile.Read(ref _sum), amount, limit);
        }

        lock (_gate)
        {
            Move(now);
            return Fits(_sum, amount, limit);
        }
    }

    /// <summary>Takes so much, if it fits.</summary>
    public bool TryTake(long amount, long limit, long now)
    {
        lock (_gate)
        {
            Move(now);
            if (!Fits(_sum, amount, limit))
            {
                return false;
            }

            _buckets ??= new long[Seconds];
            _buckets[_second % Seconds] += amount;
            _sum += amount;
            return true;
        }
    }

    /// <summary>Sets right what was taken at a time; what has left the window meanwhile stays as it is.</summary>
    public void Settle(long difference, long takenAt, long now)
    {
        lock (_gate)
        {
            Move(now);
            var second = SecondOf(takenAt);
            if (second > _second - Seconds && _buckets is not null)
            {
                _buckets[second % Seconds] += difference;
                _sum += difference;
            }
        }
    }

    /// <summary>How long until so much fits.</summary>
    public TimeSpan UntilRoom(long amount, long limit, long now)
    {
        lock (_gate)
        {
            Move(now);
            var left = _sum;
            var age = Seconds;
            while (age > 0 && _buckets is not null && !Fits(left, amount, limit))
            {
                age--;
                left -= _buckets[(_second - age) % Seconds];
            }

            // A second leaves the window a minute after it began; _second is that much ahead.
            return age == Seconds ? TimeSpan.Zero : TimeSpan.FromTicks(((_second - age) * TimeSpan.TicksPerSecond) - now);
        }
    }

    // A request that is larger than the limit would never fit: it is let through alone.
    private static bool Fits(long sum, long amount, long limit) => sum + amount <= limit || sum <= 0;

    // From 60 on, so that no bucket has a number below 0.
    private static long SecondOf(long now) => (now / TimeSpan.TicksPerSecond) + Seconds;

    private void Move(long now)
    {
        var second = SecondOf(now);
        for (var passed = _buckets is null ? 0 : Math.Min(second - _second, Seconds); passed > 0; passed--)
        {
            ref var bucket = ref _buckets![(second - passed + 1) % Seconds];
            _sum -= bucket;
            bucket = 0;
        }

        // Clocks of several threads may come in another order.
        Volatile.Write(ref _second, Math.Max(second, _second));
    }
}
