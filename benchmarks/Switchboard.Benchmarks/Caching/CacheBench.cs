using Switchboard.Benchmarks.Load;
using Switchboard.Benchmarks.Load.Figures;
using Switchboard.Benchmarks.Load.Generator;
using Switchboard.Benchmarks.Load.Loop;
using Switchboard.Benchmarks.Load.Servers;
using Switchboard.Benchmarks.Load.Upstream;

namespace Switchboard.Benchmarks.Caching;

/// <summary>
/// Answers from the cache against answers of an upstream that takes no time, at one gateway on one core, round by round in
/// turn, and beside them the same bytes from a Kestrel that does nothing else. A miss is a whole one: it is asked for and kept.
/// </summary>
internal static class CacheBench
{
    private const int Warm = 8;
    private const int Many = 64;
    private const double LeastRatio = 5;
    private const double MostMicroseconds = 100;

    public static async Task<int> RunAsync(string[] args)
    {
        if (LoadOptions.Read(args, []) is not { Only: [] } options)
        {
            Console.Error.WriteLine("cache: [--rounds N] [--seconds S]");
            return 2;
        }
        return await TwoCores.RunAsync("cache", () => RunAsync(options));
    }

    private static async Task RunAsync(LoadOptions options)
    {
        var work = Directory.CreateTempSubdirectory("switchboard-cache-").FullName;
        var poller = new Poller();
        using var simulator = new Simulator(poller);
        try
        {
            var file = Path.Combine(work, "switchboard.yaml");
            await File.WriteAllTextAsync(file, Contenders.Configuration(simulator.Address) + "cache: { enabled: true }\n");
            await using var server = await ServerProcess.StartAsync(Contenders.Program, ["serve", "--port", "0", "--config", file], work, Cores.Gateway, Contenders.Environs);
            var report = new Report();
            Report.Table(
                "Hits and misses, an upstream that takes no time",
                "answer", "connections", "misses/s", "hits/s", "hits, of misses", "bare Kestrel/s", "hits, of those", "p50 of a miss, µs", "p50 of a hit, µs", "p99 of a hit, µs");
            foreach (var traffic in new[] { Traffic.Answers, Traffic.Streams })
            {
                await using var bare = await ServerProcess.StartAsync(Environment.ProcessPath!, ["fixed-answers", traffic.Name], work, Cores.Gateway, Contenders.Environs);
                foreach (var connections in new[] { 1, Many })
                {
                    using var misses = new LoadGenerator(poller, simulator, server.Address, traffic with { Headers = "Cache-Control: no-cache\r\n" }, connections);
                    using var hits = new LoadGenerator(poller, simulator, server.Address, traffic, connections);
                    using var fixedAnswers = new LoadGenerator(poller, simulator, bare.Address, traffic, connections);
                    Measure(options, report, traffic, connections, misses, hits, fixedAnswers);
                }
            }

            report.PrintBars();
        }
        finally
        {
            Directory.Delete(work, recursive: true);
        }
    }

    private static void Measure(LoadOptions options, Report report, Traffic traffic, int connections, LoadGenerator misses, LoadGenerator hits, LoadGenerator bare)
    {
        for (var i = 0; i < Warm; i++)
        {
            Array.ForEach([misses, hits, bare], load => load.Run(options.Length));
        }
        var rounds = Enumerable.Range(0, options.Rounds).Select(_ => new Turn(misses.Run(options.Length), hits.Run(options.Length), bare.Run(options.Length))).ToArray();
        var ratio = Median(rounds, turn => turn.Hit.UnitsPerSecond / turn.Miss.UnitsPerSecond);
        var p50 = Median(rounds, turn => turn.Hit.Latencies.Median);
        Report.Row([
            traffic.Name,
            $"{connections}",
            Cells.Text($"{Median(rounds, turn => turn.Miss.UnitsPerSecond / traffic.Units):N0}"),
            Cells.Text($"{Median(rounds, turn => turn.Hit.UnitsPerSecond / traffic.Units):N0}"),
            Cells.Text($"**{ratio:0.00}**"),
            Cells.Text($"{Median(rounds, turn => turn.Bare.UnitsPerSecond / traffic.Units):N0}"),
            Cells.Text($"{Median(rounds, turn => turn.Hit.UnitsPerSecond / turn.Bare.UnitsPerSecond):0.00}"),
            Cells.Text($"{Median(rounds, turn => turn.Miss.Latencies.Median):0}"),
            Cells.Text($"{p50:0}"),
            Cells.Text($"{Median(rounds, turn => turn.Hit.Latencies.Quantile(0.99)):0}"),
        ]);
        if (connections == Many)
        {
            report.Add(Bar.AtLeast($"{traffic.Name}, {Many} connections: rate of hits, of misses'", LeastRatio, ratio));
        }
        else if (!traffic.IsStream)
        {
            report.Add(Bar.AtMost("a hit at one connection, p50", MostMicroseconds, p50, " µs", "0"));
        }
    }

    private static double Median(Turn[] rounds, Func<Turn, double> figure) => Sample.Of(rounds.Select(figure)).Median;

    private sealed record Turn(Round Miss, Round Hit, Round Bare);
}
