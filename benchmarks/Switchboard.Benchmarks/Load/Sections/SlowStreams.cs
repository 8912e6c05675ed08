using Switchboard.Benchmarks.Load.Figures;
using Switchboard.Benchmarks.Load.Generator;
using Switchboard.Benchmarks.Load.Servers;
using Switchboard.Benchmarks.Load.Upstream;

namespace Switchboard.Benchmarks.Load.Sections;

/// <summary>Many streams at a model's pace. The processes have carried nothing else, so their memory is these streams'.</summary>
internal static class SlowStreams
{
    private const int Streams = 1000;

    public static void Run(Contenders contenders, LoadOptions options, Report report)
    {
        var starts = Enumerable.Range(0, Streams).Select(i => Script.SlowPace * ((double)i / Streams)).ToArray();
        contenders.WarmUp(load => load.Run(starts), Traffic.SlowStreams, Streams);
        // A round is as long as its streams, six times the default.
        var rounds = contenders.Compare(Traffic.SlowStreams, Streams, (options.Rounds + 2) / 3, load => load.Run(starts));

        Report.Table(
            Cells.Text($"{Streams:N0} streams at once, {Payloads.SlowEvents.Length} events each, one every {Script.SlowPace.TotalMilliseconds} ms"),
            "figure", "pass-through", "Switchboard", "ratio (quartiles)");
        Row("delay added to an event, p50, µs", Delay(rounds.PassThrough, 0.5), Delay(rounds.Gateway, 0.5), rounds.Ratio(round => round.Delays.Median), "0");
        Row("delay added to an event, p99, µs", Delay(rounds.PassThrough, 0.99), Delay(rounds.Gateway, 0.99), rounds.Ratio(round => round.Delays.Quantile(0.99)), "0");
        Row("CPU µs an event", Comparison.Median(rounds.PassThrough, Cells.Cpu), Comparison.Median(rounds.Gateway, Cells.Cpu), rounds.Ratio(Cells.Cpu), "0.0");
        var memory = Comparison.Median(rounds.Gateway, Memory);
        Row("resident memory at its peak, MB", Comparison.Median(rounds.PassThrough, Memory), memory, rounds.Ratio(Memory), "0");

        report.Add(Bar.AtMost("1,000 slow streams: delay added to an event, p99, of the pass-through's", 1, Delay(rounds.Gateway, 0.99) / Delay(rounds.PassThrough, 0.99)));
        report.Add(Bar.AtMost("1,000 slow streams: CPU, of the pass-through's", 1, rounds.Ratio(Cells.Cpu).Median));
        report.Add(Bar.AtMost("1,000 slow streams: resident memory", 150, memory, " MB", "0"));

        double Delay(IReadOnlyList<Round> proxy, double quantile) => rounds.Added(proxy, round => round.Delays.Quantile(quantile));
    }

    private static double Memory(Round round) => round.PeakMemory;

    private static void Row(string figure, double passThrough, double gateway, Sample ratio, string format) => Report.Row(
        figure,
        passThrough.ToString(format, System.Globalization.CultureInfo.InvariantCulture),
        gateway.ToString(format, System.Globalization.CultureInfo.InvariantCulture),
        Cells.Ratio(ratio));
}
