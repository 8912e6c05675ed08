using Switchboard.Benchmarks.Load.Figures;
using Switchboard.Benchmarks.Load.Servers;

namespace Switchboard.Benchmarks.Load.Sections;

/// <summary>How much later the first event of a stream comes, at one connection.</summary>
internal static class FirstEvent
{
    public static void Run(Contenders contenders, LoadOptions options, Report report)
    {
        contenders.WarmUp(Traffic.FirstEvents, connections: 1, load => load.Run(LoadOptions.WarmUp));
        var rounds = contenders.Compare(Traffic.FirstEvents, connections: 1, options.Rounds, load => load.Run(options.Length));
        Report.Table("The first event of a stream, one connection, closed loop", "direct p50, µs", "added p50, µs", "added p99, µs");
        Report.Row(
            Cells.Text($"{Comparison.Median(rounds.Direct, round => round.Latencies.Median):0}"),
            Cells.Added(rounds, 0.5),
            Cells.Added(rounds, 0.99));
        report.Add(Bar.AtMost("time added to the first event, p50", 70, Cells.AddedBy(rounds, rounds.Gateway, 0.5), " µs", "0"));
    }
}
