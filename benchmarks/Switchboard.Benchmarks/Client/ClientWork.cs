using System.Diagnostics;
using System.Globalization;

namespace Switchboard.Benchmarks.Client;

/// <summary>One measurement in a process of its own: its figures are the whole process's.</summary>
internal static class ClientWork
{
    private const int HeldStreams = 1000;

    /// <summary>Does the work and prints its figures: wall milliseconds, CPU milliseconds, allocated bytes, and resident bytes, each for one unit of work.</summary>
    public static async Task<int> RunAsync(string client, string scenario, Uri server)
    {
        using IClientUnderMeasure measured = client switch
        {
            "bare" => new BareClient(server),
            "switchboard" => new OwnClient(server),
            _ => new OfficialClient(server),
        };
        var figures = scenario switch
        {
            "call" => await RepeatAsync(measured.CallAsync, warmUp: 12_000, count: 10_000),
            "stream" => await RepeatAsync(measured.StreamAsync, warmUp: 20, count: 20),
            _ => await HoldAsync(measured),
        };
        Console.WriteLine(string.Join(' ', figures.Select(figure => figure.ToString("R", CultureInfo.InvariantCulture))));
        return 0;
    }

    private static async Task<double[]> RepeatAsync(Func<Task<int>> work, int warmUp, int count)
    {
        for (var i = 0; i < warmUp; i++)
        {
            await Check(work);
        }

        // Time for the methods that are hot to be compiled a second time, and for those to be run.
        await Task.Delay(1000);
        for (var i = 0; i < warmUp; i++)
        {
            await Check(work);
        }

        GC.Collect();
        var process = Process.GetCurrentProcess();
        var cpu = process.TotalProcessorTime;
        var allocated = GC.GetTotalAllocatedBytes(precise: true);
        var clock = Stopwatch.GetTimestamp();
        for (var i = 0; i < count; i++)
        {
            await Check(work);
        }

        var wall = Stopwatch.GetElapsedTime(clock).TotalMilliseconds;
        process.Refresh();
        return [wall / count, (process.TotalProcessorTime - cpu).TotalMilliseconds / count, (GC.GetTotalAllocatedBytes(precise: true) - allocated) / (double)count, 0];
    }

    private static async Task Check(Func<Task<int>> work)
    {
        if (await work() <= 0)
        {
            throw new InvalidOperationException("There was no answer.");
        }
    }

    private static async Task<double[]> HoldAsync(IClientUnderMeasure client)
    {
        // The first makes what all share.
        var first = await client.HoldAsync();
        var (heap, resident) = Memory();
        var held = new List<object>(HeldStreams) { first };
        foreach (var batch in Enumerable.Range(0, HeldStreams).Chunk(50))
        {
            held.AddRange(await Task.WhenAll(batch.Select(_ => client.HoldAsync())));
        }

        var (heapAfter, residentAfter) = Memory();
        GC.KeepAlive(held);
        return [0, 0, (heapAfter - heap) / (double)HeldStreams, (residentAfter - resident) / (double)HeldStreams];
    }

    private static (long Heap, long Resident) Memory()
    {
        var heap = GC.GetTotalMemory(forceFullCollection: true);
        using var process = Process.GetCurrentProcess();
        return (heap, process.WorkingSet64);
    }
}
