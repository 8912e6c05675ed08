using Switchboard.Benchmarks.Load.Figures;
using Switchboard.Benchmarks.Load.Servers;

namespace Switchboard.Benchmarks.Routing;

/// <summary>What choosing a deployment costs, and what a dead one costs the callers of the others.</summary>
internal static class RoutingBench
{
    public static async Task<int> RunAsync(string[] args)
    {
        var report = new Report();
        Decision.Run(report);
        var result = args is ["--decision"] ? 0 : await TwoCores.RunAsync("routing", () => OneDead.RunAsync(report));
        if (result == 0)
        {
            report.PrintBars();
        }
        return result;
    }
}
