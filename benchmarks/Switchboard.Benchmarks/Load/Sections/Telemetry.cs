using Switchboard.Benchmarks.Load.Figures;
using Switchboard.Benchmarks.Load.Generator;
using Switchboard.Benchmarks.Load.Loop;
using Switchboard.Benchmarks.Load.Servers;
using Switchboard.Benchmarks.Load.Upstream;

namespace Switchboard.Benchmarks.Load.Sections;

/// <summary>
/// What telemetry costs: the gateway that sends a trace of every call and all metrics each second beside the same gateway
/// that sends nothing. The collector is on the core of the load.
/// </summary>
internal static class Telemetry
{
    private const int Connections = 64;
    private const double Least = 0.90;

    public static async Task RunAsync(LoadOptions options, Report report)
    {
        var folder = Directory.CreateTempSubdirectory("switchboard-telemetry-").FullName;
        var poller = new Poller();
        using var simulator = new Simulator(poller);
        try
        {
            await using var collector = await ServerProcess.StartAsync(Environment.ProcessPath!, ["collector"], folder, Cores.Load, Contenders.Environs);
            await using var silent = await StartAsync(folder, "silent", simulator.Address, "");
            await using var telling = await StartAsync(folder, "telling", simulator.Address, $$"""
                telemetry: { endpoint: "{{collector.Address}}", protocol: http/protobuf, sampler: always_on, metrics_interval: 1s }

                """);
            Report.Table($"Telemetry, {Connections} connections, closed loop", "answer", "requests/s without", "requests/s with", "of without (quartiles)", "CPU µs a request without", "CPU µs a request with");
            foreach (var traffic in new[] { Traffic.Answers, Traffic.Streams })
            {
                Compare(options, report, traffic, (silent, Load(silent, traffic)), (telling, Load(telling, traffic)));
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }

        LoadGenerator Load(ServerProcess server, Traffic traffic) => new(poller, simulator, server.Address, traffic, Connections);
    }

    private static async Task<ServerProcess> StartAsync(string folder, string name, Uri upstream, string more)
    {
        var work = Directory.CreateDirectory(Path.Combine(folder, name)).FullName;
        var file = Path.Combine(work, "switchboard.yaml");
        await File.WriteAllTextAsync(file, Contenders.Configuration(upstream) + more);
        return await ServerProcess.StartAsync(Contenders.Program, ["serve", "--port", "0", "--config", file], work, Cores.Gateway, Contenders.Environs);
    }

    private static void Compare(LoadOptions options, Report report, Traffic traffic, (ServerProcess Server, LoadGenerator Load) silent, (ServerProcess Server, LoadGenerator Load) telling)
    {
        using var ofSilent = silent.Load;
        using var ofTelling = telling.Load;
        Contenders.WarmUp(silent.Server, () => ofSilent.Run(LoadOptions.WarmUp));
        Contenders.WarmUp(telling.Server, () => ofTelling.Run(LoadOptions.WarmUp));
        var without = new List<Round>();
        var with = new List<Round>();
        for (var round = 0; round < options.Rounds; round++)
        {
            without.Add(Contenders.Run(silent.Server, ofSilent, one => one.Run(options.Length)));
            with.Add(Contenders.Run(telling.Server, ofTelling, one => one.Run(options.Length)));
        }

        var ratio = Sample.Of(with.Zip(without, (own, other) => Cells.Rate(own) / Cells.Rate(other)));
        Report.Row(
            traffic.Name,
            Cells.Text($"{Comparison.Median(without, Cells.Rate) / traffic.Units:N0}"),
            Cells.Text($"{Comparison.Median(with, Cells.Rate) / traffic.Units:N0}"),
            Cells.Ratio(ratio),
            Cells.Text($"{Comparison.Median(without, Cells.Cpu) * traffic.Units:0.0}"),
            Cells.Text($"{Comparison.Median(with, Cells.Cpu) * traffic.Units:0.0}"));
        report.Add(Bar.AtLeast($"{traffic.Name}: rate with telemetry, of that without", Least, ratio.Median));
    }
}
