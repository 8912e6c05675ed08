using System.Diagnostics;

namespace Switchboard.Server.Telemetry.Prometheus;

/// <summary>How many measurements were how large, and their sum.</summary>
internal sealed class HistogramSeries(string name, string labels, KeyValuePair<string, object?>[] tags, double[] bounds, TimeProvider time) : MetricSeries(labels, tags)
{
    // A newer one now and then is all that is wanted, and costs an object.
    private static readonly TimeSpan s_exemplarAge = TimeSpan.FromSeconds(1);

    private readonly HistogramLines _lines = new(name, labels);
    private readonly long[] _counts = new long[bounds.Length + 1];
    private Exemplar?[]? _exemplars;
    private double _sum;

    /// <summary>The sum of all measurements.</summary>
    public double Sum => Volatile.Read(ref _sum);

    /// <summary>How many there are in each bucket, without those below it, as it changes.</summary>
    public ReadOnlySpan<long> Counts => _counts;

    /// <summary>How many there are in all.</summary>
    public long Count
    {
        get
        {
            var count = 0L;
            foreach (var inBucket in _counts)
            {
                count += inBucket;
            }

            return count;
        }
    }

    /// <summary>Takes a measurement.</summary>
    public void Record(double value)
    {
        var bucket = BucketOf(value);
        Interlocked.Increment(ref _counts[bucket]);
        AtomicDouble.Add(ref _sum, value);
        if (Activity.Current is { Recorded: true } activity)
        {
            Keep(activity, bucket, value);
        }
    }

    /// <summary>Writes it.</summary>
    public void Write(ExpositionWriter writer, byte[][] writtenBounds, bool withExemplars) =>
        _lines.Write(writer, writtenBounds, _counts, Sum, withExemplars ? Volatile.Read(ref _exemplars) : null);

    private int BucketOf(double value)
    {
        var bucket = 0;
        while (bucket < bounds.Length && value > bounds[bucket])
        {
            bucket++;
        }

        return bucket;
    }

    private void Keep(Activity activity, int bucket, double value)
    {
        var now = time.GetUtcNow();
        var exemplars = Volatile.Read(ref _exemplars);
        if (exemplars is null)
        {
            var made = new Exemplar?[_counts.Length];
            exemplars = Interlocked.CompareExchange(ref _exemplars, made, null) ?? made;
        }

        if (Volatile.Read(ref exemplars[bucket]) is not { } last || now - last.At >= s_exemplarAge)
        {
            Volatile.Write(ref exemplars[bucket], new Exemplar(activity.TraceId.ToHexString(), activity.SpanId.ToHexString(), value, now));
        }
    }
}
