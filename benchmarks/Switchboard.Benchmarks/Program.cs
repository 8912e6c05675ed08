using System.Globalization;
using Switchboard.Benchmarks.Client;
using Switchboard.Benchmarks.Engine;
using Switchboard.Benchmarks.Load;
using Switchboard.Benchmarks.Load.Servers;
using Switchboard.Benchmarks.Load.Upstream;
using Switchboard.Benchmarks.Micro;
using Switchboard.Benchmarks.Routing;

return args switch
{
    ["load", .. var rest] when rest is [] or [['-', ..], ..] => await LoadBench.RunAsync(rest),
    ["client", .. var rest] => await ClientBench.RunAsync(rest),
    ["routing", .. var rest] when rest is [] or ["--decision"] => await RoutingBench.RunAsync(rest),
    ["micro", .. var rest] => MicroBench.Run(rest),
    ["engine", .. var rest] => await EngineBench.RunAsync(rest),

    // What `load` and `client` start, as processes of their own.
    ["client-server"] => await ClientUpstream.RunAsync(),
    ["client-work", var client, var scenario, var server] => await ClientWork.RunAsync(client, scenario, new Uri(server)),
    ["upstream"] => Simulator.Run(),
    ["pass-through", var upstream] => await PassThrough.RunAsync(new Uri(upstream)),

    // Load alone, for a profiler: whom, how many connections, how long, and which traffic.
    ["load", var server, var connections, var seconds, var traffic] =>
        LoadBench.RunLoad(new Uri(server), int.Parse(connections, CultureInfo.InvariantCulture), double.Parse(seconds, CultureInfo.InvariantCulture), traffic),

    _ => Help(args),
};

static int Help(string[] args)
{
    Console.Error.WriteLine("""
        Switchboard's benchmarks. Each compares with a baseline of the same run.

          load              rates, added latency, CPU and memory: Switchboard against a plain Kestrel proxy, each on one core
              --rounds N    rounds of each, in turn (default 9)
              --seconds S   length of a round (default 0.5)
              --only S,...  some sections of unary, first, open, prompts, streams, slow, translation, file
          client            a chat call, a long stream and open streams: Switchboard.Client against NuGet OpenAI and a bare HttpClient
              --rounds N    runs of each, in turn (default 7)
          routing           a routing decision among 100 deployments, and callers with one deployment of three dead
              --decision    the former alone
          engine [FILE …]   prompt and generation speed against llama.cpp
          micro [ARGS …]    one question each (BenchmarkDotNet; try `micro --list flat` or `micro --filter *Scan*`)
        """);
    return args is [] or ["help" or "--help" or "-h"] ? 0 : 2;
}
