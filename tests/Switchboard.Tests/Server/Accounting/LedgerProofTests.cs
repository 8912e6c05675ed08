using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Switchboard.Gateway.Accounting;
using Switchboard.Gateway.Configuration;
using Switchboard.Gateway.ModelData;
using Switchboard.Gateway.Pipeline;
using Switchboard.Gateway.State;
using Switchboard.Testing.Time;
using Switchboard.Testing.Upstream;
using Switchboard.Tests.Server.Access;

namespace Switchboard.Tests.Server.Accounting;

/// <summary>
/// What the ledger says is what the upstream charged: row by row, in sums and in the counters of budgets. A tenth of the
/// callers leave and a tenth of the calls fail. The upstream charges what it told, and by the rule of
/// <see cref="ProofCall.EstimatedPrompt"/> and <see cref="ProofCall.EstimatedWords"/> for what had no time to tell it.
/// </summary>
public sealed class LedgerProofTests : IDisposable
{
    private const int Calls = 20_000;
    private const int Callers = 32;
    private const int Keys = 4;

    private static readonly UsageGroup[] s_groups = [UsageGroup.Key, UsageGroup.Model, UsageGroup.Operation, UsageGroup.Provider, UsageGroup.Deployment];

    private readonly string _folder = Directory.CreateTempSubdirectory("switchboard-proof-").FullName;

    private static CancellationToken Ends => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task The_ledger_is_what_the_upstream_charged()
    {
        var upstream = new ProofUpstream(Calls);
        await using var gateway = await StartAsync();
        foreach (var path in new[] { "/v1/chat/completions", "/v1/responses", "/v1/embeddings" })
        {
            gateway.Upstream.On(path, upstream.AnswerAsync);
        }

        var keys = new List<(string Id, string Key)>();
        for (var i = 0; i < Keys; i++)
        {
            keys.Add(await gateway.CreateKeyAsync(""","budgets":[{"period":"total","amount":1000000}]"""));
        }

        var statuses = new int[Calls];
        await Parallel.ForEachAsync(Enumerable.Range(0, Calls), new ParallelOptions { MaxDegreeOfParallelism = Callers, CancellationToken = Ends }, async (number, _) =>
            statuses[number] = await CallAsync(gateway, upstream, ProofCall.Of(number), keys[number % Keys].Key));

        var expected = Enumerable.Range(0, Calls).Select(number => Expected(upstream, ProofCall.Of(number), keys[number % Keys].Id)).ToArray();
        Assert.Empty(gateway.Upstream.Failures);
        await SameSumsAsync(gateway, expected);
        await SameRowsAsync(gateway, upstream, expected, statuses);
        await SameBudgetsAsync(gateway, expected);
        Assert.All(Enum.GetValues<LedgerOutcome>(), outcome => Assert.Contains(expected, row => row.Outcome == outcome));
        Assert.Contains(expected, row => upstream.AttemptsOf(NumberOf(row)) > 1 && row.Outcome == LedgerOutcome.Answered);
    }

    [Fact]
    public async Task An_answer_that_does_not_stream_tells_its_cost()
    {
        const string Path = "/v1/chat/completions";
        await using var upstream = ReplayUpstream.Start();
        upstream.On(Path, _ => UpstreamAnswer.Json("""{"id":"x","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,"message":{"role":"assistant","content":"Hi"},"finish_reason":"stop"}],"usage":{"prompt_tokens":9,"completion_tokens":3,"total_tokens":12}}"""));
        await using var gateway = await ServedGateway.OverAsync(upstream);

        using var known = await gateway.PostAsync(Path, GuardedGateway.Chat("gpt-4o-mini"));
        using var unknown = await gateway.PostAsync(Path, GuardedGateway.Chat("nobody-knows-it"));
        using var refused = await gateway.PostAsync(Path, "{}");

        Assert.Equal("0.00000315", Assert.Single(known.Headers.GetValues("x-switchboard-cost")));
        Assert.False(unknown.Headers.Contains("x-switchboard-cost"));
        Assert.False(refused.Headers.Contains("x-switchboard-cost"));
    }

    private static async Task<int> CallAsync(GuardedGateway gateway, ProofUpstream upstream, ProofCall call, string key)
    {
        using var leaving = CancellationTokenSource.CreateLinkedTokenSource(Ends);
        using var request = new HttpRequestMessage(HttpMethod.Post, call.Path) { Content = ServedGateway.Body(call.Body) };
        request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {key}");
        request.Headers.TryAddWithoutValidation("x-request-id", call.RequestId);
        var sending = gateway.Gateway.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, leaving.Token);
        if (call.Fate == ProofFate.LeftAtOnce)
        {
            await upstream.ArrivedAsync(call.Number, Ends);
            await leaving.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sending);
            return 0;
        }

        using var response = await sending;
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(Ends), Encoding.UTF8);
        var events = call.Fate switch
        {
            ProofFate.LeftMidway => ProofAnswers.EventsMidway(call),
            ProofFate.LeftAfterUsage => ProofAnswers.EventsToUsage(call),
            _ => int.MaxValue,
        };
        while (events > 0 && await reader.ReadLineAsync(Ends) is { } line)
        {
            events -= line.StartsWith("data:", StringComparison.Ordinal) ? 1 : 0;
        }

        return (int)response.StatusCode;
    }

    private static LedgerRow Expected(ProofUpstream upstream, ProofCall call, string key)
    {
        var charge = upstream.ChargeOf(call.Number);
        return new LedgerRow
        {
            Id = default,
            At = default,
            RequestId = call.RequestId,
            Operation = call.Path[4..].Replace('/', '.'),
            Key = key,
            Model = call.Model,
            Provider = charge.Provider,
            Deployment = charge.Deployment,
            Usage = new TokenUsage(charge.Prompt, charge.Completion) { Cached = charge.Cached, Reasoning = charge.Reasoning },
            IsEstimated = charge.IsEstimated,
            Cost = charge.Cost,
            IsStream = call.IsStream,
            Attempts = upstream.AttemptsOf(call.Number),
            Outcome = charge.Outcome,
        };
    }

    private static async Task SameSumsAsync(GuardedGateway gateway, LedgerRow[] expected)
    {
        var records = gateway.Gateway.Services.GetRequiredService<ILedgerRecords>();
        var today = DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime);
        var query = new UsageQuery { From = today.AddDays(-1), To = today.AddDays(1), Groups = s_groups, Limit = 1_000 };
        await Poll.UntilAsync(async () => (await records.SumAsync(query with { Groups = [] }, Ends)).Data is [{ Requests: >= Calls }], "all rows in the ledger", Ends);

        var sums = await records.SumAsync(query, Ends);
        Assert.False(sums.HasMore);
        Assert.Equal(
            expected.GroupBy(row => new Sums(row.Key!, row.Model, row.Operation, row.Provider, row.Deployment)).Select(Sums.Of).OrderBy(sum => sum.ToString(), StringComparer.Ordinal),
            sums.Data.Select(Sums.Of).OrderBy(sum => sum.ToString(), StringComparer.Ordinal));
    }

    private static async Task SameRowsAsync(GuardedGateway gateway, ProofUpstream upstream, LedgerRow[] expected, int[] statuses)
    {
        var records = gateway.Gateway.Services.GetRequiredService<ILedgerRecords>();
        var now = TimeProvider.System.GetUtcNow();
        var rows = new ConcurrentDictionary<int, LedgerRow>();
        string? after = null;
        bool hasMore;
        do
        {
            var page = await records.ListAsync(new LedgerQuery { From = now.AddDays(-1), Until = now.AddDays(1), Page = new RecordsQuery { Limit = 1_000, After = after } }, Ends);
            Assert.All(page.Data, row => Assert.True(rows.TryAdd(NumberOf(row), row), $"{row.RequestId} is there twice"));
            (after, hasMore) = (page.Data[^1].Id.ToString("N"), page.HasMore);
        }
        while (hasMore);

        Assert.Equal(Calls, rows.Count);
        foreach (var row in expected)
        {
            var number = NumberOf(row);
            var found = rows[number];

            // What the upstream does not know: the times, and what the caller was told, which the caller knows.
            Assert.Equal(row with { Id = found.Id, At = found.At, Status = found.Status, Error = found.Error, Duration = found.Duration, FirstByte = found.FirstByte }, found);
            Assert.True(statuses[number] == 0 || statuses[number] == found.Status, $"{row.RequestId} was answered with {statuses[number]}, and {found.Status} is in the ledger");
        }
    }

    private static async Task SameBudgetsAsync(GuardedGateway gateway, LedgerRow[] expected)
    {
        var (_, json) = await gateway.AdminAsync("GET", "/budgets");
        var spent = json.GetProperty("data").EnumerateArray().ToDictionary(budget => budget.GetProperty("scope_id").GetString()!, budget => (long)(budget.GetProperty("spent").GetDecimal() * CallCost.NanoDollars));
        Assert.Equal(expected.GroupBy(row => row.Key!).ToDictionary(rows => rows.Key, rows => rows.Sum(row => row.Cost!.Value)), spent);
    }

    private static int NumberOf(LedgerRow row) => int.Parse(row.RequestId.AsSpan("proof-".Length), CultureInfo.InvariantCulture);

    private Task<GuardedGateway> StartAsync() => GuardedGateway.StartAsync(Path.Combine(_folder, "records.db"), change: configuration => configuration with
    {
        KnownModels = KnownModels.Read(Encoding.UTF8.GetBytes(ProofUpstream.Facts), out _),
        Models = new Dictionary<string, ModelSettings>
        {
            ["small"] = new() { Deployments = [new("up", "s1"), new("other", "s2")] },
            ["large"] = new() { Deployments = [new("up", "l1"), new("other", "l2")] },
            ["vectors"] = new() { Deployments = [new("up", "v1"), new("other", "v2")] },
            ["limited"] = new() { Deployments = [new("up", "q1"), new("other", "q2")] },
        },
    });

    /// <summary>What sums are compared by, and the sums.</summary>
    private sealed record Sums(string Key, string Model, string Operation, string Provider, string Deployment)
    {
        public (long Requests, long Failed, long Cancelled, long Unpriced) Counts { get; init; }

        public (long Prompt, long Cached, long Completion, long Reasoning) Tokens { get; init; }

        public long Cost { get; init; }

        public static Sums Of(IGrouping<Sums, LedgerRow> rows) => rows.Key with
        {
            Counts = (rows.Count(), rows.Count(row => row.Outcome is LedgerOutcome.Failed or LedgerOutcome.Broken), rows.Count(row => row.Outcome == LedgerOutcome.Cancelled), 0),
            Tokens = (rows.Sum(row => row.Usage.Prompt), rows.Sum(row => row.Usage.Cached), rows.Sum(row => row.Usage.Completion), rows.Sum(row => row.Usage.Reasoning)),
            Cost = rows.Sum(row => row.Cost!.Value),
        };

        public static Sums Of(UsageSums sums) => new(sums.Of[UsageGroup.Key], sums.Of[UsageGroup.Model], sums.Of[UsageGroup.Operation], sums.Of[UsageGroup.Provider], sums.Of[UsageGroup.Deployment])
        {
            Counts = (sums.Requests, sums.Failed, sums.Cancelled, sums.Unpriced),
            Tokens = (sums.Prompt, sums.Cached, sums.Completion, sums.Reasoning),
            Cost = sums.Cost,
        };
    }
}
