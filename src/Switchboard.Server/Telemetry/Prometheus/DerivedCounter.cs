namespace Switchboard.Server.Telemetry.Prometheus;

/// <summary>A counter that is made anew for each page: another family under another name, with some of its labels.</summary>
internal sealed class DerivedCounter(string name, string help, (string Tag, string Label)[] labels)
{
    private readonly DerivedFamily _family = new(name, MetricKind.Counter, null, help);

    // Looked up once for each series.
    private readonly Dictionary<MetricSeries, ValueSeries> _targets = [];

    /// <summary>Adds up the series of a counter.</summary>
    public void Take(ValueFamily source)
    {
        _family.Clear();
        foreach (var series in source.Series)
        {
            var target = TargetOf(series);
            target.Add(series.Whole);
            target.Add(series.Fraction);
        }
    }

    /// <summary>Adds up the counts of a histogram.</summary>
    public void Take(HistogramFamily source)
    {
        _family.Clear();
        foreach (var series in source.Series)
        {
            TargetOf(series).Add(series.Count);
        }
    }

    /// <summary>Writes it.</summary>
    public void Write(ExpositionWriter writer, ExpositionFormat format) => _family.Write(writer, format);

    private ValueSeries TargetOf(MetricSeries series)
    {
        if (!_targets.TryGetValue(series, out var target))
        {
            _targets.Add(series, target = _family.Of(DerivedFamily.LabelsOf(series, labels)));
        }

        return target;
    }
}
