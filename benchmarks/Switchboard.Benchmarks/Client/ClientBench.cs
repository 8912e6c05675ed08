using System.Diagnostics;
using System.Globalization;
using Switchboard.Benchmarks.Load.Servers;

namespace Switchboard.Benchmarks.Client;

/// <summary>Switchboard.Client against NuGet <c>OpenAI</c> and a bare <see cref="HttpClient"/> before one server, each measurement in a process of its own, in turn.</summary>
internal static class ClientBench
{
    private static readonly string[] s_clients = ["bare", "openai", "switchboard"];

    public static async Task<int> RunAsync(string[] args)
    {
        var rounds = 7;
        if (args is not [] && (args is not ["--rounds", var text] || !int.TryParse(text, CultureInfo.InvariantCulture, out rounds) || rounds is < 1 or > 50))
        {
            Console.Error.WriteLine("client: [--rounds N]");
            return 2;
        }

        var work = Directory.CreateTempSubdirectory("switchboard-client-").FullName;
        try
        {
            await using var server = await ServerProcess.StartAsync(Environment.ProcessPath!, ["client-server"], work);
            foreach (var (scenario, title) in new[] { ("call", "a chat call"), ("stream", $"a stream of {ClientUpstream.LongStream:N0} chunks"), ("hold", "1,000 open streams") })
            {
                var figures = await MeasureAsync(scenario, server.Address, rounds);
                Print(scenario, title, figures);
            }

            return 0;
        }
        finally
        {
            Directory.Delete(work, recursive: true);
        }
    }

    private static async Task<Dictionary<string, double[]>> MeasureAsync(string scenario, Uri server, int rounds)
    {
        var all = s_clients.ToDictionary(client => client, _ => new List<double[]>());
        for (var round = 0; round < rounds; round++)
        {
            foreach (var client in s_clients)
            {
                all[client].Add(await RunOneAsync(client, scenario, server));
            }
        }

        return all.ToDictionary(pair => pair.Key, pair => Enumerable.Range(0, 4).Select(i => Median(pair.Value.Select(figures => figures[i]))).ToArray());
    }

    private static async Task<double[]> RunOneAsync(string client, string scenario, Uri server)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!, ["client-work", client, scenario, server.ToString()]) { RedirectStandardOutput = true };

        // As a program that is no server has it.
        start.Environment["DOTNET_gcServer"] = "0";
        using var process = Process.Start(start)!;
        var line = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0
            ? Array.ConvertAll(line.Trim().Split(' '), figure => double.Parse(figure, CultureInfo.InvariantCulture))
            : throw new InvalidOperationException($"{client} {scenario} ended with {process.ExitCode}.");
    }

    private static void Print(string scenario, string title, Dictionary<string, double[]> figures)
    {
        var (bare, openai, own) = (figures["bare"], figures["openai"], figures["switchboard"]);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"\n**{title}**\n"));
        Console.WriteLine("| figure | bare HttpClient | OpenAI 2.15.0 | Switchboard | to OpenAI | above bare, to OpenAI's above bare | to bare |");
        Console.WriteLine("|---|---:|---:|---:|---:|---:|---:|");
        (string Name, int Index, double Scale)[] rows = scenario == "hold"
            ? [("managed heap for each, KB", 2, 1024), ("resident memory for each, KB", 3, 1024)]
            : [("time, µs", 0, 0.001), ("CPU, µs", 1, 0.001), ("allocated, KB", 2, 1024)];
        foreach (var (name, i, scale) in rows)
        {
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"| {name} | {bare[i] / scale:N1} | {openai[i] / scale:N1} | {own[i] / scale:N1} | **{own[i] / openai[i]:0.00}** | **{(own[i] - bare[i]) / (openai[i] - bare[i]):0.00}** | {own[i] / bare[i]:0.00} |"));
        }
    }

    private static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return sorted[sorted.Length / 2];
    }
}
