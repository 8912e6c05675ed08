using Switchboard.Benchmarks.Load.Generator;

namespace Switchboard.Benchmarks.Load.Figures;

/// <summary>The rounds of one load, taken in turn: the nth of each stand beside one another.</summary>
internal sealed record Comparison(IReadOnlyList<Round> Direct, IReadOnlyList<Round> PassThrough, IReadOnlyList<Round> Gateway)
{
    public static double Median(IReadOnlyList<Round> rounds, Func<Round, double> figure) => Sample.Of(rounds.Select(figure)).Median;

    /// <summary>Switchboard's figure in shares of the pass-through's, round by round.</summary>
    public Sample Ratio(Func<Round, double> figure) =>
        Sample.Of(Gateway.Zip(PassThrough, (own, other) => figure(own) / figure(other)));

    /// <summary>What a proxy's figure is above that of going direct: the median of the rounds' differences.</summary>
    public double Added(IReadOnlyList<Round> proxy, Func<Round, double> figure) =>
        Sample.Of(proxy.Zip(Direct, (via, direct) => figure(via) - figure(direct))).Median;
}
