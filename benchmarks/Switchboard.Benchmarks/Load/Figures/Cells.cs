using Switchboard.Benchmarks.Load.Generator;

namespace Switchboard.Benchmarks.Load.Figures;

/// <summary>Columns that several tables have.</summary>
internal static class Cells
{
    public static string[] RateHeads(string unit) => [$"direct, {unit}/s", "pass-through", "Switchboard", "ratio (quartiles)"];

    public static string[] CpuHeads(string unit) => [$"CPU µs {unit}", "CPU ratio (quartiles)"];

    public static double Rate(Round round) => round.UnitsPerSecond;

    public static double Cpu(Round round) => round.CpuMicrosecondsPerUnit;

    public static string[] Rates(Comparison rounds) =>
    [
        Text($"{Comparison.Median(rounds.Direct, Rate):N0}"),
        Text($"{Comparison.Median(rounds.PassThrough, Rate):N0}"),
        Text($"{Comparison.Median(rounds.Gateway, Rate):N0}"),
        Ratio(rounds.Ratio(Rate)),
    ];

    public static string[] Cpus(Comparison rounds) =>
    [
        Text($"{Comparison.Median(rounds.PassThrough, Cpu):0.0} → {Comparison.Median(rounds.Gateway, Cpu):0.0}"),
        Ratio(rounds.Ratio(Cpu)),
    ];

    /// <summary>Latency above direct, of the pass-through and of Switchboard.</summary>
    public static string Added(Comparison rounds, double quantile) =>
        Text($"{AddedBy(rounds, rounds.PassThrough, quantile):0} → {AddedBy(rounds, rounds.Gateway, quantile):0}");

    public static double AddedBy(Comparison rounds, IReadOnlyList<Round> proxy, double quantile) =>
        rounds.Added(proxy, round => round.Latencies.Quantile(quantile));

    /// <summary>A median with its quartiles.</summary>
    public static string Ratio(Sample ratio) => Text($"**{ratio.Median:0.00}** ({ratio.Quantile(0.25):0.00} to {ratio.Quantile(0.75):0.00})");

    public static string Text(FormattableString text) => FormattableString.Invariant(text);
}
