using Switchboard.Benchmarks.Load.Figures;
using Switchboard.Benchmarks.Load.Generator;
using Switchboard.Benchmarks.Load.Loop;
using Switchboard.Benchmarks.Load.Upstream;

namespace Switchboard.Benchmarks.Load.Servers;

/// <summary>The simulator, and before it, each a process on the gateway's core, the pass-through and Switchboard.</summary>
internal sealed class Contenders : IAsyncDisposable
{
    private const int MostWarmUps = 20;
    private const int QuietWarmUps = 3;
    private static readonly TimeSpan s_littleCompilation = TimeSpan.FromMilliseconds(10);

    // Where a process has one core .NET waits ten times as long before it compiles hot methods well. The code is the same in the end.
    public static Dictionary<string, string> Environs { get; } = new() { ["DOTNET_TC_DelaySingleProcMultiplier"] = "1" };

    private readonly Poller _poller = new();
    private readonly string _work = Directory.CreateTempSubdirectory("switchboard-load-").FullName;
    private readonly Simulator _simulator;

    private Contenders() => _simulator = new Simulator(_poller);

    public ServerProcess PassThrough { get; private set; } = null!;

    public ServerProcess Gateway { get; private set; } = null!;

    /// <summary>Switchboard as <c>./bench</c> built it.</summary>
    public static string Program { get; } = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "../../Switchboard/release/switchboard"));

    /// <summary>The models under names of their own, so that each request is rewritten.</summary>
    public static string Configuration(Uri upstream) =>
        $"""
        providers:
          upstream:
            type: openai
            base_url: {upstream}v1
            api_key: sk-upstream
        models:

        """
        + string.Concat(Models.Kinds.Select(kind =>
            $$"""
              {{Models.CallersName(kind)}}:
                deployments:
                  - { provider: upstream, model: {{Models.UpstreamsName(kind)}} }

            """));

    public static async Task<Contenders> StartAsync()
    {
        var started = new Contenders();
        try
        {
            var (work, upstream) = (started._work, started._simulator.Address);
            var configuration = Path.Combine(work, "switchboard.yaml");
            await File.WriteAllTextAsync(configuration, Configuration(upstream));
            started.PassThrough = await ServerProcess.StartAsync(Environment.ProcessPath!, ["pass-through", upstream.ToString()], work, Cores.Gateway, Environs);
            started.Gateway = await ServerProcess.StartAsync(Program, ["serve", "--port", "0", "--config", configuration], work, Cores.Gateway, Environs);
            return started;
        }
        catch
        {
            await started.DisposeAsync();
            throw;
        }
    }

    /// <summary>Loads each proxy until it compiles nothing more; on one core with its work that takes some seconds.</summary>
    public void WarmUp(Traffic traffic, int connections, Action<LoadGenerator> run)
    {
        foreach (var server in new[] { PassThrough, Gateway })
        {
            using var load = Load(server.Address, traffic, connections);
            WarmUp(server, () => run(load));
        }
    }

    /// <summary>Loads a server until it compiles nothing more.</summary>
    public static void WarmUp(ServerProcess server, Action run)
    {
        for (var (round, quiet) = (0, 0); round < MostWarmUps && quiet < QuietWarmUps; round++)
        {
            var before = server.CompilerTime;
            run();
            // Less than nothing where a thread ended that had nothing to do.
            quiet = server.CompilerTime - before < s_littleCompilation ? quiet + 1 : 0;
        }
    }

    /// <summary>Rounds in turn, and many of them: what else the machine does then falls on all alike.</summary>
    public Comparison Compare(Traffic traffic, int connections, int rounds, Func<LoadGenerator, Round> run)
    {
        using var direct = Load(_simulator.Address, traffic, connections);
        using var passThrough = Load(PassThrough.Address, traffic, connections);
        using var gateway = Load(Gateway.Address, traffic, connections);
        var comparison = (Direct: new List<Round>(), PassThrough: new List<Round>(), Gateway: new List<Round>());
        for (var round = 0; round < rounds; round++)
        {
            comparison.Direct.Add(run(direct));
            comparison.PassThrough.Add(Run(PassThrough, passThrough, run));
            comparison.Gateway.Add(Run(Gateway, gateway, run));
        }
        return new Comparison(comparison.Direct, comparison.PassThrough, comparison.Gateway);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var server in new[] { PassThrough, Gateway })
        {
            if (server is not null)
            {
                await server.DisposeAsync();
            }
        }
        _simulator.Dispose();
        Directory.Delete(_work, recursive: true);
    }

    /// <summary>A round, with what it took of the server.</summary>
    public static Round Run(ServerProcess server, LoadGenerator load, Func<LoadGenerator, Round> run)
    {
        server.ForgetPeakMemory();
        var before = server.CpuTime;
        var round = run(load);
        return round with { Cpu = server.CpuTime - before, PeakMemory = server.PeakMemory };
    }

    private LoadGenerator Load(Uri address, Traffic traffic, int connections) => new(_poller, _simulator, address, traffic, connections);
}
