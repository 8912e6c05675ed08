namespace Switchboard.Benchmarks.Relay;

/// <summary>The rounds of one server under one load.</summary>
internal sealed class Series
{
    private readonly List<double> _rates = [];
    private readonly List<double> _latencies = [];
    private TimeSpan _cpu;

    /// <summary>Requests a second: the median of the rounds.</summary>
    public double Rate => Quantile(_rates, 0.5);

    /// <summary>CPU milliseconds of the server's process for 1,000 requests.</summary>
    public double CpuPerThousand => _cpu.TotalMilliseconds / _latencies.Count * 1000;

    public void Add(LoadResult round, TimeSpan cpu)
    {
        _rates.Add(round.RequestsPerSecond);
        _latencies.AddRange(round.Latencies);
        _cpu += cpu;
    }

    public double Latency(double quantile) => Quantile(_latencies, quantile);

    /// <summary>How the rates relate to those of the same rounds of another: the quartiles.</summary>
    public (double Lower, double Median, double Upper) RatioTo(Series baseline)
    {
        var ratios = _rates.Zip(baseline._rates, (own, other) => own / other).ToList();
        return (Quantile(ratios, 0.25), Quantile(ratios, 0.5), Quantile(ratios, 0.75));
    }

    private static double Quantile(IEnumerable<double> values, double quantile)
    {
        var sorted = values.Order().ToArray();
        return sorted[(int)Math.Round(quantile * (sorted.Length - 1))];
    }
}
