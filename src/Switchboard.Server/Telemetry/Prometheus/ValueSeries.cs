namespace Switchboard.Server.Telemetry.Prometheus;

/// <summary>One number. Whole numbers and others are added up apart, so that neither rounds the other.</summary>
internal sealed class ValueSeries(string name, string labels, KeyValuePair<string, object?>[] tags) : MetricSeries(labels, tags)
{
    private readonly byte[] _line = LineOf(name, labels);
    private long _whole;
    private double _fraction;

    /// <summary>The page that it was last told for; observed numbers that are told no more are gone.</summary>
    public int ToldFor { get; set; }

    /// <summary>The whole part.</summary>
    public long Whole => Volatile.Read(ref _whole);

    /// <summary>The rest.</summary>
    public double Fraction => Volatile.Read(ref _fraction);

    /// <summary>Adds to it.</summary>
    public void Add(long value) => Interlocked.Add(ref _whole, value);

    /// <summary>Adds to it.</summary>
    public void Add(double value) => AtomicDouble.Add(ref _fraction, value);

    /// <summary>Puts another in its place.</summary>
    public void Set(long value)
    {
        Volatile.Write(ref _whole, value);
        Volatile.Write(ref _fraction, 0);
    }

    /// <summary>Puts another in its place.</summary>
    public void Set(double value)
    {
        Volatile.Write(ref _whole, 0);
        Volatile.Write(ref _fraction, value);
    }

    /// <summary>Writes it.</summary>
    public void Write(ExpositionWriter writer)
    {
        var fraction = Fraction;
        if (fraction == 0)
        {
            writer.Line(_line, default, Whole);
        }
        else
        {
            writer.Line(_line, Whole + fraction);
        }
    }
}
