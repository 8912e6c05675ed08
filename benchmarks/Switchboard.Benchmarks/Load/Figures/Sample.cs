namespace Switchboard.Benchmarks.Load.Figures;

/// <summary>Values in order.</summary>
internal sealed class Sample
{
    private readonly double[] _sorted;

    private Sample(double[] sorted) => _sorted = sorted;

    public double Median => Quantile(0.5);

    public static Sample Of(IEnumerable<double> values) => new([.. values.Order()]);

    public double Quantile(double quantile) => _sorted[(int)Math.Round(quantile * (_sorted.Length - 1))];
}
