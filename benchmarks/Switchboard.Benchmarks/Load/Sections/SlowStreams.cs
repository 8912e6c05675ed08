using System.Globalization;
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
        contenders.WarmUp(Traffic.SlowStreams, Streams, load => load.Run(starts));
        // A round is as long as its streams, six times the default.
        var rounds = contenders.Compare(Traffic.SlowStreams, Streams, (options.Rounds + 2) / 3, load => load.Run(starts));

        Report.Table(
            Cells.Text($"{Streams:N0} streams at once, {Payloads.SlowEvents.Length} events each, one every {Script.SlowPace.TotalMilliseconds} ms"),
            "figure", "direct", "pass-through", "Switchboard", "ratio (quartiles)");
        Row(rounds, "an event's way, p50, µs", round => round.Delays.Median, "0", withDirect: true);
        Row(rounds, "an event's way, p99, µs", LateDelay, "0", withDirect: true);
        Row(rounds, "CPU µs an event", Cells.Cpu, "0.0");
        Row(rounds, "resident memory at its peak, MB", Memory, "0");

        report.Add(Bar.AtMost("1,000 slow streams: delay of an event, p99, of the pass-through's", 1, rounds.Ratio(LateDelay).Median));
        report.Add(Bar.AtMost("1,000 slow streams: CPU, of the pass-through's", 1, rounds.Ratio(Cells.Cpu).Median));
        report.Add(Bar.AtMost("1,000 slow streams: resident memory", 150, Comparison.Median(rounds.Gateway, Memory), " MB", "0"));
    }

    private static double LateDelay(Round round) => round.Delays.Quantile(0.99);

    private static double Memory(Round round) => round.PeakMemory;

    private static void Row(Comparison rounds, string title, Func<Round, double> figure, string format, bool withDirect = false)
    {
        Report.Row(title, withDirect ? Median(rounds.Direct) : "", Median(rounds.PassThrough), Median(rounds.Gateway), Cells.Ratio(rounds.Ratio(figure)));

        string Median(IReadOnlyList<Round> of) => Comparison.Median(of, figure).ToString(format, CultureInfo.InvariantCulture);
    }
}
