using Switchboard.Benchmarks.Load.Figures;
using Switchboard.Benchmarks.Load.Generator;
using Switchboard.Benchmarks.Load.Loop;
using Switchboard.Benchmarks.Load.Sections;
using Switchboard.Benchmarks.Load.Servers;

namespace Switchboard.Benchmarks.Load;

/// <summary>
/// Switchboard against a plain Kestrel proxy before the same upstream: each proxy a process on one core, generator and
/// upstream one thread on another, round by round in turn.
/// </summary>
internal static class LoadBench
{
    private const string SlowStreamsName = "slow";
    private const string TranslationName = "translation";
    private const string OneFileName = "file";
    private const string PolicyName = "policy";
    private const string TelemetryName = "telemetry";

    // These share two processes; each warms up for itself what the ones before left cold.
    private static readonly Dictionary<string, Action<Contenders, LoadOptions, Report>> s_shared = new()
    {
        ["unary"] = Unary.Run,
        ["first"] = FirstEvent.Run,
        ["open"] = OpenLoop.Run,
        ["prompts"] = Prompts.Run,
        ["streams"] = FastStreams.Run,
    };

    private static readonly string[] s_names = [.. s_shared.Keys, SlowStreamsName, TranslationName, PolicyName, TelemetryName, OneFileName];

    public static async Task<int> RunAsync(string[] args)
    {
        if (LoadOptions.Read(args, s_names) is not { } options)
        {
            Console.Error.WriteLine($"load: [--rounds N] [--seconds S] [--only {string.Join(',', s_names)}]");
            return 2;
        }
        return await TwoCores.RunAsync("load", () => RunAsync(options));
    }

    private static async Task RunAsync(LoadOptions options)
    {
        var report = new Report();
        if (s_shared.Keys.Where(options.Asks).ToArray() is { Length: > 0 } names)
        {
            await using var contenders = await Contenders.StartAsync();
            foreach (var name in names)
            {
                Console.Error.WriteLine($"load: {name}");
                s_shared[name](contenders, options, report);
            }
        }
        if (options.Asks(SlowStreamsName))
        {
            Console.Error.WriteLine($"load: {SlowStreamsName}");
            await using var contenders = await Contenders.StartAsync();
            SlowStreams.Run(contenders, options, report);
        }
        if (options.Asks(TranslationName))
        {
            Console.Error.WriteLine($"load: {TranslationName}");
            await Translation.RunAsync(options, report);
        }
        if (options.Asks(PolicyName))
        {
            Console.Error.WriteLine($"load: {PolicyName}");
            await Policy.RunAsync(options, report);
        }
        if (options.Asks(TelemetryName))
        {
            Console.Error.WriteLine($"load: {TelemetryName}");
            await Telemetry.RunAsync(options, report);
        }
        if (options.Asks(OneFileName))
        {
            Console.Error.WriteLine($"load: {OneFileName}");
            await OneFile.RunAsync(options, report);
        }
        report.PrintBars();
    }

    /// <summary>Load alone, for a profiler.</summary>
    public static int RunLoad(Uri server, int connections, double seconds, string traffic, string key)
    {
        var known = Traffic.All.First(known => known.Name.Equals(traffic, StringComparison.OrdinalIgnoreCase));
        using var load = new LoadGenerator(new Poller(), null, server, known, connections, key);
        var round = load.Run(TimeSpan.FromSeconds(seconds));
        Console.WriteLine(Cells.Text($"{round.UnitsPerSecond:N0} {known.Unit}/s, p50 {round.Latencies.Median:0} µs, p99 {round.Latencies.Quantile(0.99):0} µs"));
        return 0;
    }
}
