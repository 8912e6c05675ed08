namespace Switchboard.Server.Telemetry.Prometheus;

/// <summary>Sums that several threads add to without a lock.</summary>
internal static class AtomicDouble
{
    /// <summary>Adds.</summary>
    public static void Add(ref double sum, double value)
    {
        var seen = Volatile.Read(ref sum);
        while (true)
        {
            var before = Interlocked.CompareExchange(ref sum, seen + value, seen);

            // By bits: what is no number equals nothing.
            if (BitConverter.DoubleToInt64Bits(before) == BitConverter.DoubleToInt64Bits(seen))
            {
                return;
            }

            seen = before;
        }
    }
}
