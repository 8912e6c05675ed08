namespace Switchboard.Server.Telemetry.Prometheus;

/// <summary>Counters and gauges that tell what they stand at: asked for each page, and gauges that are set between them.</summary>
/// <param name="name">Its name.</param>
/// <param name="kind">What its numbers are.</param>
/// <param name="unit">Their unit.</param>
/// <param name="help">A sentence for people.</param>
/// <param name="most">The most series.</param>
/// <param name="isAsked">True where it tells all it has for each page: what it tells no more is gone.</param>
internal sealed class ObservedFamily(string name, MetricKind kind, string? unit, string help, int most, bool isAsked) : InstrumentFamily(name, kind, unit, help)
{
    private readonly SeriesTable<ValueSeries> _series = new(most, (labels, tags) => new ValueSeries(SampleNameOf(name, kind), labels, tags));
    private int _page;

    /// <inheritdoc/>
    public override bool IsEmpty => _series.All.IsEmpty;

    /// <inheritdoc/>
    public override long Overflowed => _series.Overflowed;

    /// <inheritdoc/>
    public override void BeginPage(int page) => _page = page;

    /// <inheritdoc/>
    public override void EndPage()
    {
        if (isAsked)
        {
            _series.Keep(series => series.ToldFor == _page);
        }
    }

    /// <inheritdoc/>
    public override void Record(long value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var series = _series.Of(tags);
        series.Set(value);
        series.ToldFor = _page;
    }

    /// <inheritdoc/>
    public override void Record(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var series = _series.Of(tags);
        series.Set(value);
        series.ToldFor = _page;
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
