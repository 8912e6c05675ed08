namespace Switchboard.Server.Telemetry.Prometheus;

/// <summary>The series of an instrument, or of several of one name.</summary>
internal abstract class InstrumentFamily(string name, MetricKind kind, string? unit, string help) : MetricFamily(name, kind, unit, help)
{
    /// <summary>Measurements that came to the series of what is too much.</summary>
    public abstract long Overflowed { get; }

    /// <summary>Takes a measurement.</summary>
    public abstract void Record(long value, ReadOnlySpan<KeyValuePair<string, object?>> tags);

    /// <summary>Takes a measurement.</summary>
    public abstract void Record(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags);

    /// <summary>What is observed is about to be told for a page.</summary>
    public virtual void BeginPage(int page)
    {
    }

    /// <summary>It was told.</summary>
    public virtual void EndPage()
    {
    }
}
