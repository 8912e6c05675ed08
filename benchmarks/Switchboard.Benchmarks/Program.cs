using System.Globalization;
using Switchboard.Benchmarks.Caching;
using Switchboard.Benchmarks.Client;
using Switchboard.Benchmarks.Engine;
using Switchboard.Benchmarks.Ledger;
using Switchboard.Benchmarks.Load;
using Switchboard.Benchmarks.Load.Servers;
using Switchboard.Benchmarks.Load.Upstream;
using Switchboard.Benchmarks.Metrics;
using Switchboard.Benchmarks.Micro;
using Switchboard.Benchmarks.Routing;
using Switchboard.Benchmarks.Soak;

return args switch
{
    ["load", .. var rest] when rest is [] or [['-', ..], ..] => await LoadBench.RunAsync(rest),
    ["soak", .. var rest] => await SoakBench.RunAsync(rest),
    ["client", .. var rest] => await ClientBench.RunAsync(rest),
    ["routing", .. var rest] when rest is [] or ["--decision"] => await RoutingBench.RunAsync(rest),
    ["cache", .. var rest] => await CacheBench.RunAsync(rest),
    ["ledger"] => await LedgerBench.RunAsync(1_000_000),
    ["ledger", "--rows", var rows] => await LedgerBench.RunAsync(int.Parse(rows, CultureInfo.InvariantCulture)),
    ["metrics"] => await MetricsBench.RunAsync(),
    ["micro", .. var rest] => MicroBench.Run(rest),
    ["engine", .. var rest] => await EngineBench.RunAsync(rest),

    // What `load`, `client` and `soak` start, as processes of their own.
    ["soak-gateway", var file, var speed] => await SoakServers.RunGatewayAsync(file, int.Parse(speed, CultureInfo.InvariantCulture)),
    ["soak-upstream"] => await SoakServers.RunUpstreamAsync(),
    ["client-server"] => await ClientUpstream.RunAsync(),
    ["client-work", var client, var scenario, var server] => await ClientWork.RunAsync(client, scenario, new Uri(server)),
    ["upstream"] => Simulator.Run(),
    ["policy-server", var upstream, .. var kind] => await PolicyServer.RunAsync(new Uri(upstream), kind),
    ["fixed-answers", var traffic] => await FixedAnswers.RunAsync(Traffic.All.Single(one => one.Name == traffic)),
    ["collector"] => await Collector.RunAsync(),
    ["pass-through", var upstream] => await PassThrough.RunAsync(new Uri(upstream)),

    // Load alone, for a profiler: whom, how many connections, how long, which traffic, and the key where one is asked for.
    ["load", var server, var connections, var seconds, var traffic, .. var key] =>
        LoadBench.RunLoad(new Uri(server), int.Parse(connections, CultureInfo.InvariantCulture), double.Parse(seconds, CultureInfo.InvariantCulture), traffic, key is [var one] ? one : "sk-none"),

    _ => Help(args),
};

static int Help(string[] args)
{
    Console.Error.WriteLine("""
        Switchboard's benchmarks. Each compares with a baseline of the same run.

          load              rates, added latency, CPU and memory: Switchboard against a plain Kestrel proxy, each on one core
              --rounds N    rounds of each, in turn (default 9)
              --seconds S   length of a round (default 0.5)
              --only S,...  some sections of unary, first, open, prompts, streams, slow, translation, policy, telemetry, file
          client            a chat call, a long stream and open streams: Switchboard.Client against NuGet OpenAI and a bare HttpClient
              --rounds N    runs of each, in turn (default 7)
          routing           a routing decision among 100 deployments, and callers with one deployment of three dead
              --decision    the former alone
          soak              a day of everything at once, with a clock that runs fast: memory by the hour
              --hours N     of the gateway's clock (default 24)
              --minutes N   of ours (default 6)
          cache             answers from the cache against those of an upstream that takes no time
              --rounds N, --seconds S   as for load
          ledger            a ledger of a million rows on SQLite and PostgreSQL: writing it, and what administrators ask of it
              --rows N      of so many
          metrics           /metrics of a gateway that counted 200 models by 50 keys, and what counting costs
          engine [FILE …]   prompt and generation speed against llama.cpp
          micro [ARGS …]    one question each (BenchmarkDotNet; try `micro --list flat` or `micro --filter *Scan*`)
        """);
    return args is [] or ["help" or "--help" or "-h"] ? 0 : 2;
}
