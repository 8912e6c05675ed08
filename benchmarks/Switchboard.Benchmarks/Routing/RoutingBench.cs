using System.Net.Sockets;
using Switchboard.Benchmarks.Load.Figures;
using Switchboard.Benchmarks.Load.Loop;
using Switchboard.Benchmarks.Load.Servers;

namespace Switchboard.Benchmarks.Routing;

/// <summary>What choosing a deployment costs, and what a dead one costs the callers of the others.</summary>
internal static class RoutingBench
{
    public static async Task<int> RunAsync(string[] args)
    {
        var report = new Report();
        Decision.Run(report);
        if (args is not ["--decision"])
        {
            if (!OperatingSystem.IsLinux() || !Cores.AreEnough || !File.Exists(Contenders.Program))
            {
                Console.Error.WriteLine("routing: the second part needs Linux, two cores and src/Switchboard built with -c Release (./bench routing does).");
                return 1;
            }
            try
            {
                await OneDead.RunAsync(report);
            }
            // Caught, so that the servers end too.
            catch (Exception e) when (e is InvalidDataException or InvalidOperationException or TimeoutException or IOException or SocketException)
            {
                Console.Error.WriteLine($"routing: {e.Message}");
                return 1;
            }
        }
        report.PrintBars();
        return 0;
    }
}
