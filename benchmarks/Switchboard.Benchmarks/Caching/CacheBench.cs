using Switchboard.Benchmarks.Load;
using Switchboard.Benchmarks.Load.Figures;
using Switchboard.Benchmarks.Load.Generator;
using Switchboard.Benchmarks.Load.Loop;
using Switchboard.Benchmarks.Load.Servers;
using Switchboard.Benchmarks.Load.Upstream;

namespace Switchboard.Benchmarks.Caching;

/// <summary>
/// Answers from the cache against answers of an upstream that takes no time, at one gateway on one core, round by round in
/// turn. A miss is a whole one: it is looked up, asked for, and kept.
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
            Measure(new Report(), options, (traffic, connections) => new LoadGenerator(poller, simulator, server.Address, traffic, connections));
        }
        finally
        {
            Directory.Delete(work, recursive: true);
        }
    }

    private static void Measure(Report report, LoadOptions options, Func<Traffic, int, LoadGenerator> load)
    {
        Report.Table("Hits and misses, an upstream that takes no time", "answer", "connections", "misses/s", "hits/s", "hits, of misses", "p50 of a miss, µs", "p50 of a hit, µs", "p99 of a hit, µs");
        foreach (var traffic in new[] { Traffic.Answers, Traffic.Streams })
        {
            foreach (var connections in new[] { 1, Many })
            {
                using var misses = load(traffic with { Headers = "Cache-Control: no-cache\r\n" }, connections);
                using var hits = load(traffic, connections);
                for (var i = 0; i < Warm; i++)
                {
                    misses.Run(options.Length);
                    hits.Run(options.Length);
                }
                var rounds = Enumerable.Range(0, options.Rounds).Select(_ => (Miss: misses.Run(options.Length), Hit: hits.Run(options.Length))).ToArray();
                var ratio = Median(rounds, round => round.Hit.UnitsPerSecond / round.Miss.UnitsPerSecond);
                var p50 = Median(rounds, round => round.Hit.Latencies.Median);
                Report.Row([
                    traffic.Name,
                    $"{connections}",
                    Cells.Text($"{Median(rounds, round => round.Miss.UnitsPerSecond / traffic.Units):N0}"),
                    Cells.Text($"{Median(rounds, round => round.Hit.UnitsPerSecond / traffic.Units):N0}"),
                    Cells.Text($"**{ratio:0.00}**"),
                    Cells.Text($"{Median(rounds, round => round.Miss.Latencies.Median):0}"),
                    Cells.Text($"{p50:0}"),
                    Cells.Text($"{Median(rounds, round => round.Hit.Latencies.Quantile(0.99)):0}"),
                ]);
                if (connections == Many)
                {
                    report.Add(Bar.AtLeast($"{traffic.Name}, {connections} connections: rate of hits, of misses'", LeastRatio, ratio));
                }
                else if (!traffic.IsStream)
                {
                    report.Add(Bar.AtMost("a hit at one connection, p50", MostMicroseconds, p50, " µs", "0"));
                }
            }
        }
        report.PrintBars();
    }

    private static double Median((Round Miss, Round Hit)[] rounds, Func<(Round Miss, Round Hit), double> figure) => Sample.Of(rounds.Select(figure)).Median;
}
