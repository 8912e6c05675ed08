using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Switchboard.Benchmarks.Load.Figures;
using Switchboard.Benchmarks.Load.Loop;
using Switchboard.Benchmarks.Load.Servers;
using Switchboard.Testing.Places;

namespace Switchboard.Benchmarks.Load.Sections;

/// <summary>Switchboard as <c>./up --publish</c> makes it: its size, how soon it answers, and what it holds when it has nothing to do.</summary>
internal static class OneFile
{
    private const string Models = "GET /v1/models HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    private const string Question = """{"model":"switchboard-tiny","messages":[{"role":"user","content":"Hello"}],"max_completion_tokens":8}""";

    private static readonly string s_chat =
        $"POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: {Question.Length}\r\n\r\n{Question}";

    private static readonly TimeSpan s_untilIdle = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);

    public static async Task RunAsync(LoadOptions options, Report report)
    {
        var folder = Directory.CreateTempSubdirectory("switchboard-file-").FullName;
        try
        {
            await PublishAsync(folder);
            var size = new DirectoryInfo(folder).EnumerateFiles("*", SearchOption.AllDirectories).Sum(file => file.Length) / 1048576.0;
            var program = Path.Combine(folder, "switchboard");
            var (models, chat) = (new List<Start>(), new List<Start>());
            for (var round = 0; round <= options.Rounds; round++)
            {
                var (first, second) = (await StartAsync(program, folder, Models), await StartAsync(program, folder, s_chat));
                // The first of each brings the file into the machine's cache.
                if (round > 0)
                {
                    models.Add(first);
                    chat.Add(second);
                }
            }
            Print(size, models, chat, report);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task PublishAsync(string folder)
    {
        var start = new ProcessStartInfo(RepositoryRoot.Combine("up"), ["--publish", folder]) { RedirectStandardOutput = true };
        using var process = Cores.On(Cores.All, () => Process.Start(start))!;
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"./up --publish failed:\n{output}");
        }
    }

    /// <summary>Starts it, asks until it answers, and leaves it alone for a moment.</summary>
    private static async Task<Start> StartAsync(string program, string folder, string request)
    {
        var port = FreePort();
        var started = Stopwatch.GetTimestamp();
        var starting = ServerProcess.StartAsync(program, ["serve", "--port", $"{port}"], folder, Cores.Gateway);
        var answered = await AnsweredAsync(port, request, started);
        await using var server = await starting;
        await Task.Delay(s_untilIdle);
        return new Start(Stopwatch.GetElapsedTime(started, answered).TotalMilliseconds, server.Memory);
    }

    private static async Task<long> AnsweredAsync(int port, string request, long started)
    {
        while (Stopwatch.GetElapsedTime(started) < s_patience)
        {
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            try
            {
                await socket.ConnectAsync(IPAddress.Loopback, port);
            }
            catch (SocketException)
            {
                await Task.Delay(1);
                continue;
            }
            using var stream = new NetworkStream(socket);
            await stream.WriteAsync(Encoding.ASCII.GetBytes(request));
            using var reader = new StreamReader(stream);
            var answer = await reader.ReadToEndAsync();
            return answer.StartsWith("HTTP/1.1 200 ", StringComparison.Ordinal)
                ? Stopwatch.GetTimestamp()
                : throw new InvalidDataException($"The published file answers:\n{answer}");
        }
        throw new TimeoutException($"The published file did not listen for {s_patience.TotalSeconds:0} s.");
    }

    private static int FreePort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }

    private static void Print(double size, List<Start> models, List<Start> chat, Report report)
    {
        var (firstAnswer, memory) = (Sample.Of(models.Select(start => start.Answered)), Sample.Of(models.Select(start => start.Memory)));
        Report.Table("One file, on one core", "figure", "median", "quartiles");
        Report.Row("size of the folder, MB", Cells.Text($"{size:0.0}"), "");
        Row("start to the answer of `GET /v1/models`, ms", firstAnswer);
        Row("start to the answer of a chat with the built-in model, ms", Sample.Of(chat.Select(start => start.Answered)));
        Row("resident memory 2 s after the former, MB", memory);
        Row("resident memory 2 s after the latter, MB", Sample.Of(chat.Select(start => start.Memory)));
        report.Add(Bar.AtMost("one file: size of its folder", 60, size, " MB", "0.0"));
        report.Add(Bar.AtMost("one file: start to first answer", 300, firstAnswer.Median, " ms", "0"));
        report.Add(Bar.AtMost("one file: resident memory when idle", 60, memory.Median, " MB", "0"));

        static void Row(string figure, Sample sample) =>
            Report.Row(figure, Cells.Text($"{sample.Median:0}"), Cells.Text($"{sample.Quantile(0.25):0} to {sample.Quantile(0.75):0}"));
    }

    /// <param name="Answered">Milliseconds to the end of the first answer.</param>
    /// <param name="Memory">Resident MB afterwards.</param>
    private sealed record Start(double Answered, double Memory);
}
