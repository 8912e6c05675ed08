using Switchboard.Benchmarks.Client;
using Switchboard.Benchmarks.Engine;
using Switchboard.Benchmarks.Micro;
using Switchboard.Benchmarks.Relay;

return args switch
{
    ["relay", .. var rest] => await RelayBench.RunAsync(rest),
    ["client", .. var rest] => await ClientBench.RunAsync(rest),
    ["micro", .. var rest] => MicroBench.Run(rest),
    ["engine", .. var rest] => await EngineBench.RunAsync(rest),

    // What `relay` and `client` start, as processes of their own.
    ["client-server"] => await ClientUpstream.RunAsync(),
    ["client-work", var client, var scenario, var server] => await ClientWork.RunAsync(client, scenario, new Uri(server)),
    ["upstream"] => await RelayUpstream.RunAsync(),
    ["pass-through", var upstream] => await PassThrough.RunAsync(new Uri(upstream)),

    // Load alone, for a profiler: how many connections, how long, and the first word of the traffic's title.
    ["load", var server, var connections, var seconds, var traffic] => Load(new Uri(server), int.Parse(connections), double.Parse(seconds), traffic),

    _ => Help(args),
};

static int Load(Uri server, int connections, double seconds, string title)
{
    var traffic = Traffic.All.First(traffic => traffic.Title.StartsWith(title, StringComparison.OrdinalIgnoreCase));
    using var load = new LoadGenerator(server, traffic, connections);
    Console.WriteLine($"{load.Run(TimeSpan.FromSeconds(seconds)).RequestsPerSecond * traffic.Units:N0} {traffic.Unit}/s");
    return 0;
}

static int Help(string[] args)
{
    Console.Error.WriteLine("""
        Switchboard's benchmarks. Each compares with a baseline of the same run.

          relay             requests and events a second, added latency and CPU: Switchboard against a plain Kestrel proxy
              --rounds N    rounds of each, interleaved (default 15)
              --seconds S   length of a round (default 0.5)
          client            a chat call, a long stream and open streams: Switchboard.Client against NuGet OpenAI and a bare HttpClient
              --rounds N    runs of each, in turn (default 7)
          engine [FILE …]   prompt and generation speed against llama.cpp
          micro [ARGS …]    one question each (BenchmarkDotNet; try `micro --list flat` or `micro --filter *Scan*`)
        """);
    return args is [] or ["help" or "--help" or "-h"] ? 0 : 2;
}
