namespace Switchboard.Server.Telemetry.Prometheus;

/// <summary>Histograms.</summary>
internal sealed class HistogramFamily(string name, string? unit, string help, int most, double[] bounds, TimeProvider time) : InstrumentFamily(name, MetricKind.Histogram, unit, help)
{
    private readonly SeriesTable<HistogramSeries> _series = new(most, (labels, tags) => new HistogramSeries(name, labels, tags, bounds, time));
    private readonly byte[][] _bounds = HistogramLines.Bounds(bounds);

    /// <inheritdoc/>
    public override bool IsEmpty => _series.All.IsEmpty;

    /// <inheritdoc/>
    public override long Overflowed => _series.Overflowed;

    /// <summary>The bounds of the buckets.</summary>
    public double[] Bounds => bounds;

    /// <summary>Its series.</summary>
    public ReadOnlySpan<HistogramSeries> Series => _series.All;

    /// <inheritdoc/>
    public override void Record(long value, ReadOnlySpan<KeyValuePair<string, object?>> tags) => _series.Of(tags).Record(value);

    /// <inheritdoc/>
    public override void Record(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (!double.IsNaN(value))
        {
            _series.Of(tags).Record(value);
        }
    }

    /// <inheritdoc/>
    protected override void WriteSeries(ExpositionWriter writer, ExpositionFormat format)
    {
        foreach (var series in _series.All)
        {
            series.Write(writer, _bounds, format.IsOpenMetrics);
        }
    }
}
