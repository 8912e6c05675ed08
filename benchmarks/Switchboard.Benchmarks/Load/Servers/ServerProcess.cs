using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Switchboard.Benchmarks.Load.Loop;

namespace Switchboard.Benchmarks.Load.Servers;

/// <summary>A server in a process of its own, known by the first loopback address that it prints.</summary>
internal sealed partial class ServerProcess : IAsyncDisposable
{
    private static readonly TimeSpan s_startLimit = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly Task _output;

    private ServerProcess(Process process, Task output, Uri address)
    {
        (_process, _output, Address) = (process, output, address);
        AppDomain.CurrentDomain.ProcessExit += Kill;
    }

    public Uri Address { get; }

    /// <summary>User and system time so far.</summary>
    public TimeSpan CpuTime => Posix.CpuTime(_process.Id);

    /// <summary>Resident memory, in MB.</summary>
    public double Memory => ReadStatus("VmRSS:");

    /// <summary>The most since <see cref="ForgetPeakMemory"/>, in MB.</summary>
    public double PeakMemory => ReadStatus("VmHWM:");

    /// <summary>What the compiler of hot methods has used so far.</summary>
    public TimeSpan CompilerTime
    {
        get
        {
            var threads = Directory.EnumerateDirectories($"/proc/{_process.Id}/task").Where(thread => File.ReadAllText($"{thread}/comm").StartsWith(".NET Tiered", StringComparison.Ordinal));
            return TimeSpan.FromMicroseconds(threads.Sum(thread => long.Parse(File.ReadAllText($"{thread}/schedstat").Split(' ')[0], CultureInfo.InvariantCulture)) / 1000);
        }
    }

    public void ForgetPeakMemory() => File.WriteAllText($"/proc/{_process.Id}/clear_refs", "5");

    /// <param name="program">Its path.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="workingDirectory">Where it starts.</param>
    /// <param name="cores">Where it runs, and what it counts; null for all.</param>
    /// <param name="environment">Variables of its own.</param>
    public static async Task<ServerProcess> StartAsync(string program, IEnumerable<string> arguments, string workingDirectory, ulong? cores = null, Dictionary<string, string>? environment = null)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = workingDirectory,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        // Keys and settings of whoever measures stay out of it.
        foreach (var name in start.Environment.Keys.Where(IsSetting).ToArray())
        {
            start.Environment.Remove(name);
        }
        foreach (var (name, value) in environment ?? [])
        {
            start.Environment[name] = value;
        }
        var process = (cores is { } own ? Cores.On(own, () => Process.Start(start)) : Process.Start(start)) ?? throw new InvalidOperationException($"{program} did not start");
        var address = new TaskCompletionSource<Uri>(TaskCreationOptions.RunContinuationsAsynchronously);
        var seen = new StringBuilder();
        var output = Task.WhenAll(
            ReadAsync(process.StandardOutput, address, seen),
            ReadAsync(process.StandardError, address, seen));
        var ended = process.WaitForExitAsync();
        try
        {
            await Task.WhenAny(address.Task, ended).WaitAsync(s_startLimit);
            if (!address.Task.IsCompleted)
            {
                await output;
                throw new InvalidOperationException($"{program} ended before it listened:\n{seen}");
            }
            return new ServerProcess(process, output, await address.Task);
        }
        catch
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        AppDomain.CurrentDomain.ProcessExit -= Kill;
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        await _output;
        _process.Dispose();
    }

    private double ReadStatus(string name)
    {
        var line = File.ReadLines($"/proc/{_process.Id}/status").First(line => line.StartsWith(name, StringComparison.Ordinal));
        return double.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2], CultureInfo.InvariantCulture) / 1024;
    }

    private static bool IsSetting(string name) =>
        name is "PORT" || name.StartsWith("SWITCHBOARD_", StringComparison.OrdinalIgnoreCase)
        || name.StartsWith("OPENAI_", StringComparison.OrdinalIgnoreCase) || name.StartsWith("ASPNETCORE_", StringComparison.OrdinalIgnoreCase)
        || name.StartsWith("OTEL_", StringComparison.OrdinalIgnoreCase) || name is "OTLP_ENDPOINT";

    private static async Task ReadAsync(StreamReader reader, TaskCompletionSource<Uri> address, StringBuilder seen)
    {
        while (await reader.ReadLineAsync() is { } line)
        {
            if (address.Task.IsCompleted)
            {
                continue;
            }
            lock (seen)
            {
                seen.AppendLine(line);
            }
            if (LoopbackAddress().Match(line) is { Success: true } match)
            {
                address.TrySetResult(new Uri(match.Value));
            }
        }
    }

    private void Kill(object? sender, EventArgs e) => _process.Kill(entireProcessTree: true);

    // Alone on its line or as the gateway says it: its log may name other addresses before.
    [GeneratedRegex(@"(?<=^(Listening on )?)http://127\.0\.0\.1:\d+")]
    private static partial Regex LoopbackAddress();
}
