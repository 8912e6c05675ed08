using System.Net.Sockets;
using System.Text;
using Switchboard.Benchmarks.Load.Figures;
using Switchboard.Benchmarks.Load.Loop;
using Switchboard.Benchmarks.Load.Servers;

namespace Switchboard.Benchmarks.Load.Sections;

/// <summary>
/// What the gateway's processor time for a stream is when its events are translated, beside relaying a stream of
/// OpenAI's with the same words. One caller, one stream after the other; the ratio is of the same rounds.
/// </summary>
internal static class Translation
{
    private const int StreamsARound = 100;
    private const double MostOfRelay = 2;

    public static async Task RunAsync(LoadOptions options, Report report)
    {
        var work = Directory.CreateTempSubdirectory("switchboard-translation-").FullName;
        try
        {
            await using var upstream = await ServerProcess.StartAsync(Environment.ProcessPath!, ["upstream"], work, Cores.Load);
            var file = Path.Combine(work, "switchboard.yaml");
            await File.WriteAllTextAsync(file, Configuration(upstream.Address));
            await using var gateway = await ServerProcess.StartAsync(Contenders.Program, ["serve", "--port", "0", "--config", file], work, Cores.Gateway, Contenders.Environs);
            using var caller = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            caller.Connect(gateway.Address.Host, gateway.Address.Port);
            Report.Table($"Processor time of the gateway for a stream of {Payloads.ContentEvents} words", ["upstream sends", "relayed, µs", "anthropic, µs", "of relayed", "gemini, µs", "of relayed"]);
            foreach (var (name, isAtOnce) in new[] { ("event by event", false), ("a stream at once", true) })
            {
                Measure(name, isAtOnce, gateway, caller, options, report);
            }
        }
        finally
        {
            Directory.Delete(work, recursive: true);
        }
    }

    private static void Measure(string name, bool isAtOnce, ServerProcess gateway, Socket caller, LoadOptions options, Report report)
    {
        byte[][] requests =
        [
            Request(isAtOnce ? $"openai/{Models.UpstreamsName(Models.Stream)}" : $"openai/{Models.UpstreamsName(Models.Step)}", "x"),
            Request(isAtOnce ? "anthropic/m-anthropic-once" : "anthropic/m-anthropic", "x"),
            Request("gemini/m", isAtOnce ? "once" : "step"),
        ];
        for (var i = 0; i < 40; i++)
        {
            Array.ForEach(requests, request => Run(gateway, caller, request));
        }

        var times = requests.Select(_ => new List<double>()).ToArray();
        for (var round = 0; round < options.Rounds * 3; round++)
        {
            for (var i = 0; i < requests.Length; i++)
            {
                times[i].Add(Run(gateway, caller, requests[i]));
            }
        }

        // The median of the rounds' ratios: what else the machine does falls on neighbours alike.
        var medians = Array.ConvertAll(times, Median);
        var ratios = times.Skip(1).Select(own => Median([.. own.Zip(times[0], (translated, relayed) => translated / relayed)])).ToArray();
        Report.Row([name, Cells.Text($"{medians[0]:0}"), Cells.Text($"{medians[1]:0}"), Cells.Text($"**{ratios[0]:0.00}**"), Cells.Text($"{medians[2]:0}"), Cells.Text($"**{ratios[1]:0.00}**")]);
        if (!isAtOnce)
        {
            report.Add(Bar.AtMost("an Anthropic stream translated: CPU, of relaying", MostOfRelay, ratios[0]));
            report.Add(Bar.AtMost("a Gemini stream translated: CPU, of relaying", MostOfRelay, ratios[1]));
        }
    }

    private static double Median(List<double> values)
    {
        values.Sort();
        return values[values.Count / 2];
    }

    /// <summary>Microseconds of the gateway for each of some streams.</summary>
    private static double Run(ServerProcess gateway, Socket caller, byte[] request)
    {
        var before = gateway.CpuTime;
        for (var i = 0; i < StreamsARound; i++)
        {
            caller.Send(request);
            Receive(caller);
        }

        return (gateway.CpuTime - before).TotalMicroseconds / StreamsARound;
    }

    // To the end of the chunked body, which must end as a whole stream does.
    private static void Receive(Socket caller)
    {
        Span<byte> buffer = stackalloc byte[16 * 1024];
        Span<byte> tail = stackalloc byte[64];
        var length = 0;
        while (true)
        {
            var read = caller.Receive(buffer);
            if (read == 0)
            {
                throw new InvalidDataException("The gateway closed the connection.");
            }

            var piece = buffer[..read];
            if (length == 0 && !piece.StartsWith("HTTP/1.1 200 "u8))
            {
                throw new InvalidDataException($"The gateway answered with no stream: {Encoding.UTF8.GetString(piece[..Math.Min(read, 400)])}");
            }

            if (piece.Length >= tail.Length)
            {
                piece[^tail.Length..].CopyTo(tail);
                length = tail.Length;
            }
            else
            {
                var kept = Math.Min(length, tail.Length - piece.Length);
                tail.Slice(length - kept, kept).CopyTo(tail);
                piece.CopyTo(tail[kept..]);
                length = kept + piece.Length;
            }

            if (tail[..length].EndsWith("\r\n0\r\n\r\n"u8))
            {
                // A stream that failed ends with an error; chunks of HTTP may cut [DONE] anywhere.
                if (tail[..length].IndexOf("upstream_"u8) >= 0)
                {
                    throw new InvalidDataException($"A stream failed: {Encoding.UTF8.GetString(tail[..length])}");
                }

                return;
            }
        }
    }

    private static byte[] Request(string model, string text)
    {
        var body = $$$"""{"model":"{{{model}}}","messages":[{"role":"user","content":"{{{text}}}"}],"stream":true,"stream_options":{"include_usage":true}}""";
        return Encoding.ASCII.GetBytes($"POST /v1/chat/completions HTTP/1.1\r\nHost: bench\r\nContent-Type: application/json\r\nContent-Length: {body.Length}\r\n\r\n{body}");
    }

    private static string Configuration(Uri upstream) =>
        $$"""
        providers:
          openai: { type: openai, base_url: "{{upstream}}v1", api_key: sk-upstream }
          anthropic: { type: anthropic, base_url: "{{upstream}}v1", api_key: sk-upstream }
          gemini: { type: gemini, base_url: "{{upstream}}v1beta", api_key: sk-upstream }
        """;
}
