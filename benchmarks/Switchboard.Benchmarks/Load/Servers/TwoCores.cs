using System.Net.Sockets;
using Switchboard.Benchmarks.Load.Loop;

namespace Switchboard.Benchmarks.Load.Servers;

/// <summary>A bench that starts the program on a core of its own, and has its load on another.</summary>
internal static class TwoCores
{
    /// <summary>Measures, or says what is missing or went wrong.</summary>
    /// <param name="name">What the bench is called.</param>
    /// <param name="measure">Measures.</param>
    /// <returns>What the process is to end with.</returns>
    public static async Task<int> RunAsync(string name, Func<Task> measure)
    {
        if (!OperatingSystem.IsLinux() || !Cores.AreEnough || !File.Exists(Contenders.Program))
        {
            Console.Error.WriteLine($"{name}: it needs Linux, two cores (one for the gateway and one for the load) and src/Switchboard built with -c Release (./bench {name} does).");
            return 1;
        }
        Cores.KeepTo(Cores.Load);
        try
        {
            await measure();
            return 0;
        }
        // Caught, so that the servers end too.
        catch (Exception e) when (e is InvalidDataException or InvalidOperationException or TimeoutException or IOException or SocketException)
        {
            Console.Error.WriteLine($"{name}: {e.Message}");
            return 1;
        }
    }
}
