using System.Globalization;

namespace Switchboard.Benchmarks.Relay;

/// <summary>
/// Switchboard against a plain Kestrel proxy before the same upstream, in processes of their own, round by round in turn.
/// </summary>
internal static class RelayBench
{
    public static async Task<int> RunAsync(string[] args)
    {
        if (!TryReadOptions(args, out var rounds, out var seconds))
        {
            Console.Error.WriteLine("relay: [--rounds N] [--seconds S]");
            return 2;
        }
        var switchboard = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "../../Switchboard/release/switchboard"));
        if (!File.Exists(switchboard))
        {
            Console.Error.WriteLine("relay: build src/Switchboard with -c Release first (./bench relay does).");
            return 1;
        }

        var work = Directory.CreateTempSubdirectory("switchboard-relay-").FullName;
        try
        {
            await using var upstream = await StartSelfAsync(work, "upstream");
            await using var passThrough = await StartSelfAsync(work, "pass-through", upstream.Address.ToString());
            var configuration = Path.Combine(work, "switchboard.yaml");
            await File.WriteAllTextAsync(configuration, Configuration(upstream.Address));
            await using var gateway = await ServerProcess.StartAsync(switchboard, ["serve", "--port", "0", "--config", configuration], work);

            ServerProcess[] servers = [upstream, passThrough, gateway];
            foreach (var server in servers)
            {
                await Answers.CheckAsync(server.Address);
            }
            Measure(servers, rounds, TimeSpan.FromSeconds(seconds));
            return 0;
        }
        finally
        {
            Directory.Delete(work, recursive: true);
        }
    }

    private static bool TryReadOptions(string[] args, out int rounds, out double seconds)
    {
        (rounds, seconds) = (15, 0.5);
        for (var i = 0; i < args.Length; i += 2)
        {
            var value = i + 1 < args.Length ? args[i + 1] : "";
            var read = args[i] switch
            {
                "--rounds" => int.TryParse(value, CultureInfo.InvariantCulture, out rounds) && rounds is >= 1 and <= 100,
                "--seconds" => double.TryParse(value, CultureInfo.InvariantCulture, out seconds) && seconds is >= 0.1 and <= 60,
                _ => false,
            };
            if (!read)
            {
                return false;
            }
        }
        return true;
    }

    private static Task<ServerProcess> StartSelfAsync(string work, params string[] arguments) =>
        ServerProcess.StartAsync(Environment.ProcessPath!, arguments, work);

    private static string Configuration(Uri upstream) =>
        $$"""
        providers:
          upstream:
            type: openai
            base_url: {{upstream}}v1
            api_key: sk-upstream
        models:
          bench:
            deployments:
              - { provider: upstream, model: gpt-4o-mini }
        """;

    private static void Measure(ServerProcess[] servers, int rounds, TimeSpan length)
    {
        Console.Error.WriteLine($"relay: warming up, then {rounds} rounds of {length.TotalSeconds:0.0} s for each of {servers.Length} servers under each load");
        foreach (var traffic in Traffic.All)
        {
            // Long enough for the methods of the hot path to be compiled a second time.
            Run(servers, traffic, connections: 16, rounds: 2, TimeSpan.FromSeconds(2));
        }
        foreach (var traffic in Traffic.All)
        {
            RelayTable.Head(traffic);
            foreach (var connections in traffic.Connections)
            {
                var series = Run(servers, traffic, connections, rounds, length);
                RelayTable.Row(connections, traffic, direct: series[0], passThrough: series[1], gateway: series[2]);
            }
        }
    }

    /// <summary>Short rounds and many of them: what else the machine does then falls on all alike.</summary>
    private static Series[] Run(ServerProcess[] servers, Traffic traffic, int connections, int rounds, TimeSpan length)
    {
        var loads = Array.ConvertAll(servers, server => new LoadGenerator(server.Address, traffic, connections));
        var series = Array.ConvertAll(servers, _ => new Series());
        for (var round = 0; round < rounds; round++)
        {
            for (var i = 0; i < servers.Length; i++)
            {
                var before = servers[i].CpuTime;
                var result = loads[i].Run(length);
                series[i].Add(result, servers[i].CpuTime - before);
            }
        }
        Array.ForEach(loads, load => load.Dispose());
        return series;
    }
}
