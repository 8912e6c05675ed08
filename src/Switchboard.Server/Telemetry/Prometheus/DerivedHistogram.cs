namespace Switchboard.Server.Telemetry.Prometheus;

/// <summary>A histogram that is made anew for each page: another one under another name, with some of its labels.</summary>
internal sealed class DerivedHistogram(string name, string unit, string help, (string Tag, string Label)[] labels) : MetricFamily(name, MetricKind.Histogram, unit, help)
{
    private readonly Dictionary<HistogramSeries, Sum> _sums = [];
    private readonly Dictionary<string, Sum> _byLabels = new(StringComparer.Ordinal);
    private byte[][] _bounds = [];

    /// <inheritdoc/>
    public override bool IsEmpty => _byLabels.Count == 0;

    /// <summary>Adds up the series of the other.</summary>
    public void Take(HistogramFamily source)
    {
        if (_bounds.Length == 0)
        {
            _bounds = HistogramLines.Bounds(source.Bounds);
        }

        foreach (var sum in _byLabels.Values)
        {
            sum.Clear();
        }

        foreach (var series in source.Series)
        {
            SumOf(series, source.Bounds.Length + 1).Add(series);
        }
    }

    /// <inheritdoc/>
    protected override void WriteSeries(ExpositionWriter writer, ExpositionFormat format)
    {
        foreach (var sum in _byLabels.Values)
        {
            sum.Write(writer, _bounds);
        }
    }

    private Sum SumOf(HistogramSeries series, int buckets)
    {
        if (!_sums.TryGetValue(series, out var sum))
        {
            var text = DerivedFamily.LabelsOf(series, labels);
            if (!_byLabels.TryGetValue(text, out sum))
            {
                _byLabels.Add(text, sum = new Sum(Name, text, buckets));
            }

            _sums.Add(series, sum);
        }

        return sum;
    }

    private sealed class Sum(string name, string labels, int buckets)
    {
        private readonly HistogramLines _lines = new(name, labels);
        private readonly long[] _counts = new long[buckets];
        private double _total;

        public void Clear()
        {
            Array.Clear(_counts);
            _total = 0;
        }

        public void Add(HistogramSeries series)
        {
            for (var bucket = 0; bucket < _counts.Length; bucket++)
            {
                _counts[bucket] += series.Counts[bucket];
            }

            _total += series.Sum;
        }

        public void Write(ExpositionWriter writer, byte[][] bounds) => _lines.Write(writer, bounds, _counts, _total, null);
    }
}
