using Switchboard.Benchmarks.Load.Figures;
using Switchboard.Benchmarks.Load.Generator;
using Switchboard.Benchmarks.Load.Loop;
using Switchboard.Benchmarks.Load.Servers;
using Switchboard.Benchmarks.Load.Upstream;
using Switchboard.Testing.Stores;

namespace Switchboard.Benchmarks.Load.Sections;

/// <summary>
/// What keys, limits, budgets and the ledger cost together: the gateway with all of them beside the same gateway open and
/// without a ledger, counting in its own memory and in a Redis on loopback.
/// </summary>
internal static class Policy
{
    private const int Connections = 64;
    private const double LeastInProcess = 0.92;
    private const double LeastAtRedis = 0.80;

    public static async Task RunAsync(LoadOptions options, Report report)
    {
        // On the core of the load, as all that this process starts.
        await using var redis = RedisProcess.SkipReason() is null ? await RedisProcess.StartAsync() : null;
        var folders = Enumerable.Range(0, 3).Select(_ => Directory.CreateTempSubdirectory("switchboard-policy-").FullName).ToArray();
        var poller = new Poller();
        using var simulator = new Simulator(poller);
        try
        {
            await using var open = await StartAsync(folders[0], simulator.Address, "open");
            await using var inProcess = await StartAsync(folders[1], simulator.Address, "memory");
            await using var atRedis = redis is null ? null : await StartAsync(folders[2], simulator.Address, "redis", redis.Url);
            var servers = new List<(string Name, ServerProcess Server, LoadGenerator Load, List<Round> Rounds)>
            {
                Contender("open, no ledger", open, "sk-none"),
                Contender("keys, limits, budgets, ledger", inProcess, KeyIn(folders[1])),
            };
            if (atRedis is not null)
            {
                servers.Add(Contender("the same, counted at Redis", atRedis, KeyIn(folders[2])));
            }

            foreach (var (_, server, load, _) in servers)
            {
                Contenders.WarmUp(server, () => load.Run(LoadOptions.WarmUp));
            }
            for (var round = 0; round < options.Rounds; round++)
            {
                foreach (var (_, server, load, rounds) in servers)
                {
                    rounds.Add(Contenders.Run(server, load, one => one.Run(options.Length)));
                }
            }

            Print([.. servers.Select(server => (server.Name, server.Rounds))], report);
            servers.ForEach(server => server.Load.Dispose());
        }
        finally
        {
            Array.ForEach(folders, folder => Directory.Delete(folder, recursive: true));
        }

        (string, ServerProcess, LoadGenerator, List<Round>) Contender(string name, ServerProcess server, string key) =>
            (name, server, new LoadGenerator(poller, simulator, server.Address, Traffic.Answers, Connections, key), []);
    }

    private static Task<ServerProcess> StartAsync(string folder, Uri upstream, params string[] kind) =>
        ServerProcess.StartAsync(Environment.ProcessPath!, ["policy-server", upstream.ToString(), .. kind], folder, Cores.Gateway, Contenders.Environs);

    private static string KeyIn(string folder) => File.ReadAllText(Path.Combine(folder, PolicyServer.KeyFile));

    private static void Print(IReadOnlyList<(string Name, List<Round> Rounds)> servers, Report report)
    {
        Report.Table($"Answers in one piece on {Connections} connections, closed loop", "gateway", "requests/s", "of open (quartiles)", "p50, µs", "p99, µs", "CPU µs a request");
        var open = servers[0].Rounds;
        foreach (var (name, rounds) in servers)
        {
            var ratio = Sample.Of(rounds.Zip(open, (own, other) => Cells.Rate(own) / Cells.Rate(other)));
            Report.Row(
                name,
                Cells.Text($"{Comparison.Median(rounds, Cells.Rate):N0}"),
                Cells.Ratio(ratio),
                Cells.Text($"{Comparison.Median(rounds, round => round.Latencies.Median):0}"),
                Cells.Text($"{Comparison.Median(rounds, round => round.Latencies.Quantile(0.99)):0}"),
                Cells.Text($"{Comparison.Median(rounds, Cells.Cpu):0.0}"));
            if (rounds != open)
            {
                var isAtRedis = name == servers[^1].Name && servers.Count > 2;
                report.Add(Bar.AtLeast($"{name}: rate, of the open gateway's", isAtRedis ? LeastAtRedis : LeastInProcess, ratio.Median));
            }
        }
    }
}
