namespace Switchboard.Server.Telemetry.Prometheus;

/// <summary>Counters and gauges whose measurements are added up.</summary>
internal sealed class ValueFamily(string name, MetricKind kind, string? unit, string help, int most) : InstrumentFamily(name, kind, unit, help)
{
    private readonly SeriesTable<ValueSeries> _series = new(most, (labels, tags) => new ValueSeries(SampleNameOf(name, kind), labels, tags));

    /// <inheritdoc/>
    public override bool IsEmpty => _series.All.IsEmpty;

    /// <inheritdoc/>
    public override long Overflowed => _series.Overflowed;

    /// <summary>Its series.</summary>
    public ReadOnlySpan<ValueSeries> Series => _series.All;

    /// <inheritdoc/>
    public override void Record(long value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (value >= 0 || Kind == MetricKind.Gauge)
        {
            _series.Of(tags).Add(value);
        }
    }

    /// <inheritdoc/>
    public override void Record(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (value >= 0 || (Kind == MetricKind.Gauge && !double.IsNaN(value)))
        {
            _series.Of(tags).Add(value);
        }
    }

    /// <inheritdoc/>
    protected override void WriteSeries(ExpositionWriter writer, ExpositionFormat format)
    {
        foreach (var series in _series.All)
        {
            series.Write(writer);
        }
    }
}
