using System.Globalization;
using System.Text.Json;
using Switchboard.Benchmarks.Load.Figures;
using Switchboard.Benchmarks.Load.Servers;

namespace Switchboard.Benchmarks.Soak;

/// <summary>
/// A day of everything at once, in minutes: the gateway's clock runs fast, so that windows slide, entries age, budgets
/// begin anew and rows are written as in a day. Users, prompts and conversations are always new ones. Its memory must
/// not grow with the hours.
/// </summary>
internal static class SoakBench
{
    private const int Callers = 16;
    private const int Keys = 50;

    // Code is compiled, pools and caches fill until then.
    private const int SettledAfter = 4;
    private const string Master = "soak-master-key-0123456789-0123456789";

    public static async Task<int> RunAsync(string[] args)
    {
        var hours = Number(args, "--hours", 24);
        var minutes = Number(args, "--minutes", 6);
        var speed = hours * 60 / minutes;
        var work = Directory.CreateTempSubdirectory("switchboard-soak-").FullName;
        var report = new Report();
        try
        {
            await using var upstream = await ServerProcess.StartAsync(Environment.ProcessPath!, ["soak-upstream"], work);
            var file = Path.Combine(work, "switchboard.yaml");
            await File.WriteAllTextAsync(file, Configuration(upstream.Address));
            await using var gateway = await ServerProcess.StartAsync(Environment.ProcessPath!, ["soak-gateway", file, speed.ToString(CultureInfo.InvariantCulture)], work);
            Report.Table($"{hours} hours of everything in {minutes} minutes, {Callers} callers", "hour", "answered", "refused or failed", "left", "managed, MB", "memory, MB");
            var memory = await MeasureAsync(gateway, hours, TimeSpan.FromMinutes(minutes));
            var settled = memory.Skip(SettledAfter).Take(memory.Count / 4).Average();
            var last = memory.TakeLast(memory.Count / 4).Average();
            report.Add(Bar.AtMost($"memory in the last quarter, of that after hour {SettledAfter}", 1.1, last / settled));
            report.PrintBars();
            return 0;
        }
        finally
        {
            Directory.Delete(work, recursive: true);
        }
    }

    private static int Number(string[] args, string name, int usual) =>
        Array.IndexOf(args, name) is var at and >= 0 && at + 1 < args.Length ? int.Parse(args[at + 1], CultureInfo.InvariantCulture) : usual;

    private static async Task<List<double>> MeasureAsync(ServerProcess gateway, int hours, TimeSpan length)
    {
        using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false, MaxConnectionsPerServer = Callers }) { BaseAddress = gateway.Address };
        var keys = await CreateKeysAsync(client);
        var counts = new Counts();
        using var end = new CancellationTokenSource();
        var callers = Enumerable.Range(0, Callers).Select(caller => Task.Run(() => CallAsync(client, new SoakCalls(keys, caller), counts, end.Token))).ToArray();
        var memory = new List<double>();
        for (var hour = 1; hour <= hours; hour++)
        {
            await Task.Delay(length / hours);
            memory.Add(gateway.Memory);
            var managed = double.Parse(await client.GetStringAsync(SoakServers.Heap), CultureInfo.InvariantCulture);
            Report.Row(Cells.Text($"{hour}"), Cells.Text($"{counts.Answered:N0}"), Cells.Text($"{counts.Refused:N0}"), Cells.Text($"{counts.Left:N0}"), Cells.Text($"{managed:0.0}"), Cells.Text($"{memory[^1]:0.0}"));
        }

        await end.CancelAsync();
        await Task.WhenAll(callers);
        return memory;
    }

    private static async Task<string[]> CreateKeysAsync(HttpClient client)
    {
        var keys = new string[Keys];
        for (var i = 0; i < Keys; i++)
        {
            using var request = SoakCalls.Post("/admin/keys", Master, $$"""{"name":"key {{i}}","limits":{"requests_per_minute":1000000,"tokens_per_day":{{(i % 10 == 0 ? 1_000_000 : 1_000_000_000)}},"concurrent_requests":100},"budgets":[{"period":"day","amount":{{(i % 10 == 5 ? "0.1" : "100000")}}}]}""");
            using var answer = await client.SendAsync(request);
            var text = await answer.Content.ReadAsStringAsync();
            keys[i] = answer.IsSuccessStatusCode ? JsonElement.Parse(text).GetProperty("key").GetString()! : throw new InvalidOperationException($"No key was made: {text}");
        }

        return keys;
    }

    private static async Task CallAsync(HttpClient client, SoakCalls calls, Counts counts, CancellationToken end)
    {
        while (!end.IsCancellationRequested)
        {
            var (request, leaves) = calls.Next();
            using var asked = request;
            using var leave = CancellationTokenSource.CreateLinkedTokenSource(end);
            try
            {
                using var answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, leave.Token);
                if (leaves)
                {
                    // In the middle of a stream, often.
                    await leave.CancelAsync();
                }

                await answer.Content.CopyToAsync(Stream.Null, leave.Token);
                counts.Add(answer.IsSuccessStatusCode);
            }
            catch (Exception fault) when (fault is OperationCanceledException or HttpRequestException or IOException)
            {
                counts.Leave();
            }
        }
    }

    private static string Configuration(Uri upstream) =>
        $$"""
        storage: { records: soak.db }
        server: { default_provider: second }
        cache: { enabled: true, ttl: 1h, max_mb: 8 }
        files: { store: gateway }
        guardrails:
          - { name: people, check: personal_data, kinds: [email], action: mask, on: input }
          - { name: keys, check: secrets, action: mask }
        access: { master_key: {{Master}} }
        providers:
          first: { type: openai, base_url: "{{upstream}}v1", api_key: sk-upstream }
          second: { type: openai, base_url: "{{upstream}}v1", api_key: sk-upstream, responses: chat }
        models:
          soak:
            deployments:
              - { provider: first, model: soak, input_price: 1, output_price: 2 }
              - { provider: second, model: soak, input_price: 1, output_price: 2 }
          over-chat: { deployments: [ { provider: second, model: soak } ] }
        """;

    private sealed class Counts
    {
        private int _answered;
        private int _refused;
        private int _left;

        public int Answered => Volatile.Read(ref _answered);

        public int Refused => Volatile.Read(ref _refused);

        public int Left => Volatile.Read(ref _left);

        public void Add(bool isAnswered) => Interlocked.Increment(ref isAnswered ? ref _answered : ref _refused);

        public void Leave() => Interlocked.Increment(ref _left);
    }
}
