using System.Text;

namespace Switchboard.Server.Telemetry.Prometheus;

/// <summary>Numbers that are made anew for each page from what is counted already.</summary>
internal sealed class DerivedFamily(string name, MetricKind kind, string? unit, string help) : MetricFamily(name, kind, unit, help)
{
    private readonly Dictionary<string, ValueSeries> _byLabels = new(StringComparer.Ordinal);
    private readonly List<ValueSeries> _series = [];

    /// <inheritdoc/>
    public override bool IsEmpty => _series.Count == 0;

    /// <summary>Begins a page: everything is 0.</summary>
    public void Clear() => _series.ForEach(series => series.Set(0));

    /// <summary>The series of these labels.</summary>
    public ValueSeries Of(string labels)
    {
        if (!_byLabels.TryGetValue(labels, out var series))
        {
            _byLabels.Add(labels, series = new ValueSeries(SampleNameOf(Name, Kind), labels, []));
            _series.Add(series);
        }

        return series;
    }

    /// <inheritdoc/>
    protected override void WriteSeries(ExpositionWriter writer, ExpositionFormat format)
    {
        foreach (var series in _series)
        {
            series.Write(writer);
        }
    }

    /// <summary>The text of some tags of a series under other names.</summary>
    public static string LabelsOf(MetricSeries series, ReadOnlySpan<(string Tag, string Label)> labels)
    {
        if (series.IsOverflow)
        {
            return MetricLabels.Overflow;
        }

        var text = new StringBuilder();
        foreach (var (tag, label) in labels)
        {
            MetricLabels.Append(text, label, series[tag] is { } value ? MetricLabels.TextOf(value) : "other");
        }

        return text.ToString();
    }
}
