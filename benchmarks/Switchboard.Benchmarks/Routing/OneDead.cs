using System.Diagnostics;
using Switchboard.Benchmarks.Load;
using Switchboard.Benchmarks.Load.Figures;
using Switchboard.Benchmarks.Load.Generator;
using Switchboard.Benchmarks.Load.Loop;
using Switchboard.Benchmarks.Load.Servers;
using Switchboard.Benchmarks.Load.Upstream;

namespace Switchboard.Benchmarks.Routing;

/// <summary>
/// A model at three deployments, and 10,000 requests at 200 a second: with all three well, and with one of them dead from
/// the first request on; where it says nothing, with a deadline of 1.5 s. A request that is not answered with the right bytes ends the measurement.
/// </summary>
internal static class OneDead
{
    private const int Requests = 10_000;
    private const int Rate = 200;
    private const int Connections = 64;

    // As few as retries are free: all of them may meet the dead one at once.
    private const int WarmConnections = 8;

    private static readonly double[] s_quantiles = [0.5, 0.99, 0.999];
    private static readonly TimeSpan s_settled = TimeSpan.FromSeconds(5);

    public static async Task RunAsync(Report report)
    {
        Report.Table($"{Requests:N0} requests at {Rate} a second, three deployments", "third deployment", "failed", "p50, µs", "p99, µs", "p99.9, µs", "p99, of healthy", "asked of it", "its share after 5 s");
        var before = await MeasureAsync(null, "");
        foreach (var (name, isSilent) in new[] { ("resets every connection", false), ("takes connections and says nothing", true) })
        {
            using var dead = new DeadServer(isSilent);
            var (round, start) = await MeasureAsync(dead, isSilent ? "deadline: 1500ms" : "");
            var ratio = round.Latencies.Quantile(0.99) / before.Round.Latencies.Quantile(0.99);
            var afterwards = Requests - (Rate * s_settled.TotalSeconds);
            var share = dead.VisitsSince(start + (long)(s_settled.TotalSeconds * Stopwatch.Frequency)) / afterwards;
            Report.Row([name, "0", .. Times(round), Cells.Text($"**{ratio:0.00}**"), $"{dead.VisitsSince(start)}", Cells.Text($"{100 * share:0.00} %")]);
            report.Add(Bar.AtMost($"one of three {name}: p99, of healthy", 1.5, ratio));
            report.Add(Bar.AtMost($"one of three {name}: its share after 5 s", 1, 100 * share, " %"));
        }
        var after = await MeasureAsync(null, "");
        Report.Row(["is well, before these", "0", .. Times(before.Round), "", "", ""]);
        Report.Row(["is well, after these", "0", .. Times(after.Round), Cells.Text($"{after.Round.Latencies.Quantile(0.99) / before.Round.Latencies.Quantile(0.99):0.00}"), "", ""]);
    }

    private static string[] Times(Round round) => [.. s_quantiles.Select(quantile => Cells.Text($"{round.Latencies.Quantile(quantile):0}"))];

    private static async Task<(Round Round, long Start)> MeasureAsync(DeadServer? dead, string setting)
    {
        var work = Directory.CreateTempSubdirectory("switchboard-routing-").FullName;
        var poller = new Poller();
        using var simulator = new Simulator(poller);
        try
        {
            var file = Path.Combine(work, "switchboard.yaml");
            await File.WriteAllTextAsync(file, Configuration(simulator.Address, dead?.Address ?? simulator.Address, setting));
            await using var server = await ServerProcess.StartAsync(Contenders.Program, ["serve", "--port", "0", "--config", file], work, Cores.Gateway);
            using (var warm = new LoadGenerator(poller, simulator, server.Address, Warm, WarmConnections))
            {
                // At deployments of their own, one as dead as the third: compiled is all then, and known nothing.
                for (var i = 0; i < 8; i++)
                {
                    warm.Run(LoadOptions.WarmUp);
                }
            }
            using var load = new LoadGenerator(poller, simulator, server.Address, Traffic.Answers, Connections);
            var arrivals = Enumerable.Range(0, Requests).Select(i => TimeSpan.FromSeconds((double)i / Rate)).ToArray();
            var start = Stopwatch.GetTimestamp();
            return (load.Run(arrivals), start);
        }
        finally
        {
            Directory.Delete(work, recursive: true);
        }
    }

    private static Traffic Warm => Traffic.Answers with { Request = Payloads.Request(stream: false, "warm-up") };

    private static string Configuration(Uri well, Uri third, string setting) =>
        $$"""
        providers:
          first: { type: openai, base_url: "{{well}}v1", api_key: sk-upstream }
          second: { type: openai, base_url: "{{well}}v1", api_key: sk-upstream }
          third: { type: openai, base_url: "{{third}}v1", api_key: sk-upstream }
          other: { type: openai, base_url: "{{third}}v1", api_key: sk-upstream }
        models:
          {{Models.CallersName(Models.Answer)}}:
            {{setting}}
            deployments:
              - { provider: first, model: {{Models.UpstreamsName(Models.Answer)}} }
              - { provider: second, model: {{Models.UpstreamsName(Models.Answer)}} }
              - { provider: third, model: {{Models.UpstreamsName(Models.Answer)}} }
          warm-up:
            {{setting}}
            deployments:
              - { provider: first, model: {{Models.UpstreamsName(Models.Answer)}} }
              - { provider: second, model: {{Models.UpstreamsName(Models.Answer)}} }
              - { provider: other, model: {{Models.UpstreamsName(Models.Answer)}} }
        """;
}
