using Switchboard.Benchmarks.Load.Figures;
using Switchboard.Benchmarks.Load.Servers;

namespace Switchboard.Benchmarks.Load.Sections;

/// <summary>Requests that arrive by a schedule, calm and not so calm.</summary>
internal static class OpenLoop
{
    private const int Connections = 64;
    private const double BusyShare = 0.7;

    public static void Run(Contenders contenders, LoadOptions options, Report report)
    {
        contenders.WarmUp(Traffic.Answers, connections: 16, load => load.Run(LoadOptions.WarmUp));
        var most = contenders.Compare(Traffic.Answers, Connections, Math.Min(3, options.Rounds), load => load.Run(options.Length));
        var busy = Math.Round(Comparison.Median(most.PassThrough, Cells.Rate) * BusyShare / 100) * 100;
        Report.Table($"Answers in one piece, open loop (the last rate is {BusyShare:0.0} of the pass-through's most)",
            ["requests/s", "added p50, µs", "added p99, µs", "added p99.9, µs", .. Cells.CpuHeads("a request")]);
        foreach (var rate in new[] { 500, 2000, busy })
        {
            var arrivals = Arrivals(rate, options.Length);
            var rounds = contenders.Compare(Traffic.Answers, Connections, options.Rounds, load => load.Run(arrivals));
            Report.Row([Cells.Text($"{rate:N0}"), Cells.Added(rounds, 0.5), Cells.Added(rounds, 0.99), Cells.Added(rounds, 0.999), .. Cells.Cpus(rounds)]);
        }
    }

    /// <summary>A Poisson process, the same for each server: as callers come who know nothing of one another.</summary>
    private static List<TimeSpan> Arrivals(double rate, TimeSpan length)
    {
        var random = new Random(5);
        var arrivals = new List<TimeSpan>();
        for (var at = TimeSpan.Zero; at < length; at += TimeSpan.FromSeconds(-Math.Log(1 - random.NextDouble()) / rate))
        {
            arrivals.Add(at);
        }
        return arrivals;
    }
}
