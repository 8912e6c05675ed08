using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Switchboard.Gateway.Access;
using Switchboard.Gateway.Configuration;
using Switchboard.Gateway.ModelData;
using Switchboard.Gateway.State;
using Switchboard.Testing.Time;
using Switchboard.Tests.Server.Access;

namespace Switchboard.Tests.Server.RateLimiting;

/// <summary>Budgets as callers and operators meet them. A call costs 9 * 150 + 3 * 600 = 3,150 nano-dollars.</summary>
public sealed class BudgetsTests
{
    private const long Cost = 3_150;

    private static CancellationToken Ends => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("key")]
    [InlineData("project")]
    [InlineData("team")]
    public async Task A_budget_stops_when_it_is_spent_and_says_until_when(string scope)
    {
        await using var gateway = await StartAsync();
        var budgets = $$""","budgets":[{"period":"month","amount":{{Cost * 2}}e-9,"warn_at":0.5}]""";
        var (_, team) = await gateway.AdminAsync("POST", "/teams", $$"""{"name":"t"{{(scope == "team" ? budgets : "")}}}""");
        var (_, project) = await gateway.AdminAsync("POST", "/projects", $$"""{"name":"p","team_id":"{{team.GetProperty("id")}}"{{(scope == "project" ? budgets : "")}}}""");
        var (_, key) = await gateway.CreateKeyAsync($$""","project_id":"{{project.GetProperty("id")}}"{{(scope == "key" ? budgets : "")}}""");

        using var first = await AskAsync(gateway, key);
        await SpentAsync(gateway, 0.00000315m);
        using var second = await AskAsync(gateway, key);
        await SpentAsync(gateway, 0.0000063m);
        var before = TimeProvider.System.GetUtcNow();
        using var third = await AskAsync(gateway, key);
        var after = TimeProvider.System.GetUtcNow();

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK, HttpStatusCode.TooManyRequests), (first.StatusCode, second.StatusCode, third.StatusCode));
        Assert.False(first.Headers.Contains("x-switchboard-budget-warning"));
        Assert.Equal($"{scope};period=month;spent=0.5", Assert.Single(second.Headers.GetValues("x-switchboard-budget-warning")));
        var error = (await third.Content.ReadFromJsonAsync<JsonElement>(Ends)).GetProperty("error");
        Assert.Equal("insufficient_quota", error.GetProperty("code").GetString());
        Assert.Contains(scope == "key" ? "The budget of the API key for this month is spent." : $"The budget of the {scope} of the API key for this month is spent.", error.GetProperty("message").GetString(), StringComparison.Ordinal);
        var told = third.Headers.RetryAfter!.Delta!.Value;
        Assert.Contains(new[] { before, after }, now => (RestOfMonth(now) - told).Duration() <= TimeSpan.FromMinutes(5));
        Assert.Equal(2, gateway.Upstream.Requests.Count);
    }

    [Fact]
    public async Task A_budget_without_end_says_not_to_come_again()
    {
        await using var gateway = await StartAsync();
        var (_, key) = await gateway.CreateKeyAsync(""","budgets":[{"period":"total","amount":0}]""");

        using var answer = await AskAsync(gateway, key);

        Assert.Equal((HttpStatusCode.TooManyRequests, null, "false"), (answer.StatusCode, answer.Headers.RetryAfter, Assert.Single(answer.Headers.GetValues("x-should-retry"))));
    }

    [Fact]
    public async Task What_was_spent_before_a_start_is_known_after_it()
    {
        var folder = Directory.CreateTempSubdirectory("switchboard-budgets-").FullName;
        try
        {
            string key;
            var records = Path.Combine(folder, "a.db");
            await using (var before = await StartAsync(records))
            {
                (_, key) = await before.CreateKeyAsync($$""","budgets":[{"period":"day","amount":{{Cost + 1}}e-9},{"period":"month","amount":{{Cost * 100}}e-9}]""");
                Assert.Equal(200, await before.ChatAsync(key));
            }

            await using var after = await StartAsync(records);
            var first = await after.ChatAsync(key);
            await SpentAsync(after, 0.0000063m, 0.0000063m);
            int[] statuses = [first, await after.ChatAsync(key)];
            var earlier = Tomorrow();
            var (_, json) = await after.AdminAsync("GET", "/budgets");

            Assert.Equal([200, 429], statuses);
            var day = json.GetProperty("data")[0];
            Assert.Equal(("key", "day", 0.0000063m, 0.000003151m, 0m), (Text(day, "scope"), Text(day, "period"), Money(day, "spent"), Money(day, "limit"), Money(day, "remaining")));
            Assert.Contains(DateTimeOffset.FromUnixTimeSeconds(day.GetProperty("resets_at").GetInt64()).Date, new[] { earlier, Tomorrow() });
            Assert.Equal("month", Text(json.GetProperty("data")[1], "period"));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task A_budget_is_overdrawn_by_the_requests_in_flight_and_no_more()
    {
        await using var gateway = await StartAsync();
        var (_, key) = await gateway.CreateKeyAsync($$""","budgets":[{"period":"month","amount":{{Cost * 50}}e-9}]""");

        // Eight at once, each asking again until the budget sends it away.
        var answered = await Task.WhenAll(Enumerable.Range(0, 8).Select(async _ =>
        {
            var count = 0;
            while (count < 100 && await gateway.ChatAsync(key) == 200)
            {
                count++;
            }

            return count;
        }));
        await SpentAsync(gateway, answered.Sum() * Cost / 1_000_000_000m);

        // In flight are the one that is asked, and the one before whose answer has just left.
        Assert.InRange(answered.Sum(), 50, 50 + (2 * 8) - 1);
    }

    [Fact]
    public async Task A_provider_whose_budget_is_spent_is_passed_by_and_when_all_are_the_caller_is_told()
    {
        await using var gateway = await StartAsync(change: configuration => configuration with
        {
            Providers = configuration.Providers.ToDictionary(one => one.Key, one => one.Value with { Budget = new Budget(BudgetPeriod.Day, one.Key == "up" ? Cost : Cost * 2) }),
            Models = new Dictionary<string, ModelSettings>
            {
                ["mine"] = new() { Deployments = [new("up", "gpt-4o-mini"), new("other", "gpt-4o-mini") { Priority = 1 }] },
                ["theirs"] = new() { Deployments = [new("up", "gpt-4o-mini")] },
            },
        });
        var (_, key) = await gateway.CreateKeyAsync();
        var providers = new List<string>();
        decimal[][] spending = [[0, 0.00000315m], [0.00000315m, 0.00000315m], [0.0000063m, 0.00000315m]];
        foreach (var expected in spending)
        {
            using var answer = await AskAsync(gateway, key);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            providers.Add(Assert.Single(answer.Headers.GetValues("x-switchboard-provider")));
            await SpentAsync(gateway, expected);
        }

        using var spent = await AskAsync(gateway, key);
        using var plain = await AskAsync(gateway, key, "theirs");
        using var named = await AskAsync(gateway, key, "up/gpt-4o-mini");
        var (_, json) = await gateway.AdminAsync("GET", "/budgets");

        Assert.Equal(["up", "other", "other"], providers);
        foreach (var answer in new[] { spent, plain, named })
        {
            Assert.Equal(HttpStatusCode.TooManyRequests, answer.StatusCode);
            Assert.InRange(answer.Headers.RetryAfter!.Delta!.Value, TimeSpan.FromSeconds(1), TimeSpan.FromDays(1));
            Assert.Contains("insufficient_quota", await answer.Content.ReadAsStringAsync(Ends), StringComparison.Ordinal);
        }

        Assert.Equal(["provider:other:day", "provider:up:day"], json.GetProperty("data").EnumerateArray().Select(one => Text(one, "id")));
        Assert.Equal([0.0000063m, 0.00000315m], json.GetProperty("data").EnumerateArray().Select(one => Money(one, "spent")));
    }

    [Theory]
    [InlineData(UnavailableHandling.Local, 200)]
    [InlineData(UnavailableHandling.Refuse, 503)]
    public async Task A_ledger_that_cannot_be_read_holds_nobody_up_for_long(UnavailableHandling handling, int status)
    {
        await using var gateway = await StartAsync(
            services: services => services.AddSingleton<ILedgerRecords>(new BrokenLedger()),
            change: configuration => configuration with { Limits = new LimitSettings { WhenUnavailable = handling } });
        var (_, key) = await gateway.CreateKeyAsync(""","budgets":[{"period":"month","amount":1e-9}],"limits":{"requests_per_minute":5}""");

        using var answer = await AskAsync(gateway, key);
        var others = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => gateway.ChatAsync(key)));

        Assert.Equal(status, (int)answer.StatusCode);
        Assert.All(others, other => Assert.Equal(status, other));
        Assert.Equal(status == 503, answer.Headers.RetryAfter is not null);
        if (status == 200)
        {
            // The other limits hold on.
            Assert.Equal(429, await gateway.ChatAsync(key));
        }
    }

    [Fact]
    public async Task Budgets_are_listed_in_pages()
    {
        await using var gateway = await StartAsync();
        for (var i = 0; i < 3; i++)
        {
            await gateway.CreateKeyAsync(""","budgets":[{"period":"month","amount":5}]""");
        }

        var (_, first) = await gateway.AdminAsync("GET", "/budgets?limit=2");
        var (_, second) = await gateway.AdminAsync("GET", $"/budgets?limit=2&after={first.GetProperty("last_id").GetString()}");
        var (status, _) = await gateway.AdminAsync("GET", "/budgets", key: (await gateway.CreateKeyAsync()).Key);

        Assert.Equal((2, true, 1, false), (first.GetProperty("data").GetArrayLength(), first.GetProperty("has_more").GetBoolean(), second.GetProperty("data").GetArrayLength(), second.GetProperty("has_more").GetBoolean()));
        var (_, last) = await gateway.AdminAsync("GET", "/budgets?order=desc&limit=1");
        Assert.Equal((second.GetProperty("last_id").GetString(), true), (last.GetProperty("last_id").GetString(), last.GetProperty("has_more").GetBoolean()));
        var (_, before) = await gateway.AdminAsync("GET", $"/budgets?order=desc&limit=2&after={last.GetProperty("last_id").GetString()}");
        Assert.Equal(first.GetProperty("data").EnumerateArray().Select(one => one.GetProperty("id").GetString()).Reverse(), before.GetProperty("data").EnumerateArray().Select(one => one.GetProperty("id").GetString()));
        Assert.Equal((5m, 0m), (Money(first.GetProperty("data")[0], "limit"), Money(first.GetProperty("data")[0], "spent")));
        Assert.Equal(403, status);
    }

    private static Task<GuardedGateway> StartAsync(string? records = null, Action<IServiceCollection>? services = null, Func<GatewayConfiguration, GatewayConfiguration>? change = null) =>
        GuardedGateway.StartAsync(records, services: services, change: configuration => (change?.Invoke(configuration) ?? configuration) with
        {
            KnownModels = KnownModels.Read("""{"providers":{"up":{"gpt-4o-mini":{"prices":{"input":0.15,"output":0.6}}},"other":{"gpt-4o-mini":{"prices":{"input":0.15,"output":0.6}}}}}"""u8, out _),
        });

    // A call is settled when its answer has left, which its caller may see a moment earlier.
    private static Task SpentAsync(GuardedGateway gateway, params decimal[] spent) => Poll.UntilAsync(
        async () => (await gateway.AdminAsync("GET", "/budgets")).Json.GetProperty("data").EnumerateArray().Select(one => Money(one, "spent")).SequenceEqual(spent),
        "as much to be spent as was",
        Ends);

    private static TimeSpan RestOfMonth(DateTimeOffset now) => new DateTimeOffset(now.Year, now.Month, 1, 0, 0, 0, TimeSpan.Zero).AddMonths(1) - now;

    private static DateTime Tomorrow() => TimeProvider.System.GetUtcNow().Date.AddDays(1);

    private static Task<HttpResponseMessage> AskAsync(GuardedGateway gateway, string key, string model = "mine") =>
        gateway.SendAsync("POST", "/v1/chat/completions", GuardedGateway.Chat(model), ("Authorization", $"Bearer {key}"));

    private static string Text(JsonElement json, string name) => json.GetProperty(name).GetString()!;

    private static decimal Money(JsonElement json, string name) => json.GetProperty(name).GetDecimal();

    private sealed class BrokenLedger : ILedgerRecords
    {
        public Task AppendAsync(Guid batch, IReadOnlyList<Switchboard.Gateway.Accounting.LedgerRow> rows, CancellationToken cancellationToken) => Task.CompletedTask;

        public Task<RecordsPage<Switchboard.Gateway.Accounting.UsageSums>> SumAsync(Switchboard.Gateway.Accounting.UsageQuery query, CancellationToken cancellationToken) => throw new RecordsUnavailableException("away");

        public Task<IReadOnlyList<Switchboard.Gateway.Accounting.BucketSums>> SumBucketsAsync(Switchboard.Gateway.Accounting.BucketQuery query, CancellationToken cancellationToken) => throw new RecordsUnavailableException("away");

        public Task<long> SpentAsync(Switchboard.Gateway.Accounting.SpendingScope scope, DateOnly? from, CancellationToken cancellationToken) => throw new RecordsUnavailableException("away");

        public Task<RecordsPage<Switchboard.Gateway.Accounting.LedgerRow>> ListAsync(Switchboard.Gateway.Accounting.LedgerQuery query, CancellationToken cancellationToken) => throw new RecordsUnavailableException("away");
    }
}
