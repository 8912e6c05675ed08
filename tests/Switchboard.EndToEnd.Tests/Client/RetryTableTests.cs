using System.Collections.Concurrent;
using System.Globalization;
using Switchboard.Client;
using Switchboard.EndToEnd.Tests.Sdks;
using Switchboard.Testing.Misbehaviours;
using Switchboard.Testing.Upstream;

namespace Switchboard.EndToEnd.Tests.Client;

/// <summary>
/// The table of docs/client.md: the same faults before this client and two official SDKs as they are set up by default, with the
/// system's clock. The requests of ours are asserted; the others', and all waits, are printed.
/// </summary>
public sealed class RetryTableTests(ITestOutputHelper output)
{
    private const string Error = """{"error":{"message":"No.","type":"some_error","param":null,"code":null}}""";
    private const string NoQuota = """{"error":{"message":"No quota.","type":"insufficient_quota","param":null,"code":"insufficient_quota"}}""";

    // Who waits longer than this between two attempts is not waited for.
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);

    private static readonly Row[] s_rows =
    [
        new("429, `retry-after-ms: 1500`", 3, 429, "retry-after-ms: 1500"),
        new("429, `retry-after: 1`", 3, 429, "retry-after: 1"),
        new("429, `retry-after: 1.5`", 3, 429, "retry-after: 1.5"),
        new("429, `retry-after-ms: 200` and `retry-after: 3`", 3, 429, "retry-after-ms: 200|retry-after: 3"),
        new("429, `retry-after`: a date in 3 s", 3, 429, "retry-after: date"),
        new("429, `retry-after: 130`", 1, 429, "retry-after: 130"),
        new("500, `x-should-retry: false`", 1, 500, "x-should-retry: false"),
        new("400, `x-should-retry: true`", 3, 400, "x-should-retry: true"),
        new("408", 3, 408),
        new("409", 3, 409),
        new("429", 3, 429),
        new("500", 3, 500),
        new("501", 3, 501),
        new("503", 3, 503),
        new("529", 3, 529),
        new("429, type `insufficient_quota`", 1, 429, Body: NoQuota),
        new("400", 1, 400),
        new("401", 1, 401),
        new("connection reset", 3, 0),
    ];

    [Fact]
    public async Task OursBesideTheOfficialSdks()
    {
        var ours = RunAsync(OursAsync);
        var nuget = RunAsync(NuGetAsync);
        var npm = NpmAsync();
        await Task.WhenAll(ours, nuget, npm);

        output.WriteLine("| answer | Switchboard.Client | npm openai 7.55.0 | NuGet OpenAI 2.15.0 |\n|---|---|---|---|");
        for (var i = 0; i < s_rows.Length; i++)
        {
            output.WriteLine($"| {s_rows[i].Name} | {(await ours)[i]} | {(await npm)[i]} | {(await nuget)[i]} |");
        }

        Assert.Equal(s_rows.Select(row => (row.Name, row.Requests)), s_rows.Zip(await ours, (row, seen) => (row.Name, seen.Count)));
        Assert.All(await npm, seen => Assert.True(seen.Count > 0));
        Assert.All(await nuget, seen => Assert.True(seen.Count > 0));
    }

    private static async Task OursAsync(Uri baseUrl, CancellationToken cancellationToken)
    {
        using var client = new SwitchboardClient(new SwitchboardClientOptions { ApiKey = "any", BaseUrl = baseUrl, ReadsEnvironment = false });
        await client.Models.ListAsync(cancellationToken: cancellationToken);
    }

    private static Task NuGetAsync(Uri baseUrl, CancellationToken cancellationToken) =>
        new OpenAI.OpenAIClient(new System.ClientModel.ApiKeyCredential("any"), new OpenAI.OpenAIClientOptions { Endpoint = baseUrl })
            .GetOpenAIModelClient().GetModelsAsync(cancellationToken);

    private static async Task<Attempts[]> RunAsync(Func<Uri, CancellationToken, Task> call) => await Task.WhenAll(s_rows.Select(async row =>
    {
        await using var upstream = ReplayUpstream.Start();
        var attempts = row.Arrange(upstream);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(s_patience);
        Assert.NotNull(await Record.ExceptionAsync(() => call(upstream.BaseUrl, patience.Token)));
        return attempts;
    }));

    private static async Task<Attempts[]> NpmAsync()
    {
        var upstreams = s_rows.Select(_ => ReplayUpstream.Start()).ToArray();
        var attempts = s_rows.Zip(upstreams, (row, upstream) => row.Arrange(upstream)).ToArray();
        await NodeScript.RunAsync("retries", new { baseURL = upstreams[0].BaseUrl, baseURLs = upstreams.Select(upstream => upstream.BaseUrl) });
        foreach (var upstream in upstreams)
        {
            await upstream.DisposeAsync();
        }

        return attempts;
    }

    /// <summary>What a server answers each time; the status 0 resets the connection.</summary>
    private sealed record Row(string Name, int Requests, int Status, string Headers = "", string Body = Error)
    {
        public Attempts Arrange(ReplayUpstream upstream)
        {
            var attempts = new Attempts();
            upstream.On("/v1/models", _ =>
            {
                attempts.Add();
                return Answer();
            });
            if (Status == 0)
            {
                upstream.Misbehave(Misbehaviour.ResetBeforeHeaders);
            }

            return attempts;
        }

        private UpstreamAnswer Answer()
        {
            var answer = UpstreamAnswer.Json(Body, Status == 0 ? 200 : Status);
            foreach (var header in Headers.Split('|', StringSplitOptions.RemoveEmptyEntries))
            {
                var pair = header.Split(": ");
                answer = answer.WithHeader(pair[0], pair[1] == "date" ? TimeProvider.System.GetUtcNow().AddSeconds(3).ToString("R", CultureInfo.InvariantCulture) : pair[1]);
            }

            return answer;
        }
    }

    /// <summary>When the requests came.</summary>
    private sealed class Attempts
    {
        private readonly ConcurrentQueue<long> _times = new();

        public int Count => _times.Count;

        public void Add() => _times.Enqueue(TimeProvider.System.GetTimestamp());

        public override string ToString()
        {
            var times = _times.ToArray();
            var gaps = times.Zip(times.Skip(1), (one, next) => TimeProvider.System.GetElapsedTime(one, next).TotalSeconds.ToString("0.00", CultureInfo.InvariantCulture));
            return times.Length == 1 ? "1" : $"{times.Length} [{string.Join(", ", gaps)}]";
        }
    }
}
