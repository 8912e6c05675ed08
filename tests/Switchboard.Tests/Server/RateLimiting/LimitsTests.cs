using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Switchboard.Gateway.Access;
using Switchboard.Gateway.Configuration;
using Switchboard.Gateway.State;
using Switchboard.Testing.Time;
using Switchboard.Testing.Upstream;
using Switchboard.Tests.Server.Access;

namespace Switchboard.Tests.Server.RateLimiting;

/// <summary>Limits as callers meet them, over real sockets.</summary>
public sealed class LimitsTests
{
    private const string Path = "/v1/chat/completions";

    private static CancellationToken Ends => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_key_beyond_its_requests_a_minute_is_told_whose_limit_it_is_and_when_to_come_again()
    {
        await using var gateway = await GuardedGateway.StartAsync();
        var (id, key) = await gateway.CreateKeyAsync(""","limits":{"requests_per_minute":2}""");

        using var first = await AskAsync(gateway, key);
        using var second = await AskAsync(gateway, key);
        using var third = await AskAsync(gateway, key);

        Assert.Equal((200, "2", "1"), ((int)first.StatusCode, Header(first, "x-ratelimit-limit-requests"), Header(first, "x-ratelimit-remaining-requests")));
        Assert.Equal("0", Header(second, "x-ratelimit-remaining-requests"));
        Assert.Matches("^(1m[01]s|5[0-9]s)$", Header(second, "x-ratelimit-reset-requests"));
        Assert.Equal(HttpStatusCode.TooManyRequests, third.StatusCode);
        Assert.Equal(("2", "0"), (Header(third, "x-ratelimit-limit-requests"), Header(third, "x-ratelimit-remaining-requests")));
        var error = await ErrorAsync(third);
        Assert.Equal(("rate_limit_error", "rate_limit_exceeded"), (error.GetProperty("type").GetString(), error.GetProperty("code").GetString()));
        var message = error.GetProperty("message").GetString()!;
        Assert.StartsWith("Rate limit reached for the API key: 2 requests a minute. Used 2, requested 1. Try again in ", message, StringComparison.Ordinal);
        Assert.DoesNotContain(id, message, StringComparison.Ordinal);
        var seconds = long.Parse(Header(third, "Retry-After")!, CultureInfo.InvariantCulture);
        var milliseconds = long.Parse(Header(third, "retry-after-ms")!, CultureInfo.InvariantCulture);
        Assert.InRange(milliseconds, 50_000, 61_000);
        Assert.Equal((milliseconds + 999) / 1000, seconds);
        Assert.Equal(2, gateway.Upstream.Requests.Count);
    }

    [Fact]
    public async Task The_tightest_of_key_project_and_team_is_told_and_all_of_them_count()
    {
        await using var gateway = await GuardedGateway.StartAsync();
        var (_, team) = await gateway.AdminAsync("POST", "/teams", """{"name":"t","limits":{"requests_per_day":3}}""");
        var (_, project) = await gateway.AdminAsync("POST", "/projects", $$$"""{"name":"p","team_id":"{{{team.GetProperty("id")}}}","limits":{"requests_per_minute":10}}""");
        var inProject = $$""","project_id":"{{project.GetProperty("id")}}" """;
        var (_, one) = await gateway.CreateKeyAsync(inProject + ""","limits":{"requests_per_minute":5}""");
        var (_, other) = await gateway.CreateKeyAsync(inProject);

        using var first = await AskAsync(gateway, one);
        using var second = await AskAsync(gateway, other);
        using var third = await AskAsync(gateway, one);
        using var fourth = await AskAsync(gateway, other);

        Assert.Equal(("3", "2"), (Header(first, "x-ratelimit-limit-requests"), Header(first, "x-ratelimit-remaining-requests")));
        Assert.Equal("1", Header(second, "x-ratelimit-remaining-requests"));
        Assert.Equal("0", Header(third, "x-ratelimit-remaining-requests"));
        Assert.Equal(HttpStatusCode.TooManyRequests, fourth.StatusCode);
        Assert.Contains("the team of the API key: 3 requests a day", (await ErrorAsync(fourth)).GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_limits_of_the_provider_are_passed_on_only_where_none_of_ours_holds()
    {
        await using var gateway = await GuardedGateway.StartAsync();
        gateway.Upstream.On(Path, _ => UpstreamAnswer.Json("""{"usage":{"prompt_tokens":9,"completion_tokens":3,"total_tokens":12}}""")
            .WithHeader("x-ratelimit-limit-requests", "5000").WithHeader("x-ratelimit-remaining-tokens", "77"));
        var (_, free) = await gateway.CreateKeyAsync();
        var (_, limited) = await gateway.CreateKeyAsync(""","limits":{"requests_per_minute":2}""");
        var (_, running) = await gateway.CreateKeyAsync(""","limits":{"concurrent_requests":2}""");

        using var ofFree = await AskAsync(gateway, free);
        using var ofLimited = await AskAsync(gateway, limited);
        using var ofRunning = await AskAsync(gateway, running);

        Assert.Equal(("5000", "77"), (Header(ofFree, "x-ratelimit-limit-requests"), Header(ofFree, "x-ratelimit-remaining-tokens")));
        Assert.Equal(("2", null), (Header(ofLimited, "x-ratelimit-limit-requests"), Header(ofLimited, "x-ratelimit-remaining-tokens")));
        Assert.Equal("5000", Header(ofRunning, "x-ratelimit-limit-requests"));
    }

    [Fact]
    public async Task Tokens_are_reserved_by_an_estimate_and_settled_with_what_was_used()
    {
        await using var gateway = await GuardedGateway.StartAsync();
        var (_, key) = await gateway.CreateKeyAsync(""","limits":{"tokens_per_minute":1000}""");
        var body = GuardedGateway.Chat().Replace("\"messages\"", "\"max_tokens\":500,\"messages\"", StringComparison.Ordinal);

        using var first = await AskAsync(gateway, key, body);
        await RowAsync(gateway, 1);
        using var second = await AskAsync(gateway, key, body);

        var estimate = (body.Length / 4) + 500;
        Assert.Equal(1000 - estimate, int.Parse(Header(first, "x-ratelimit-remaining-tokens")!, CultureInfo.InvariantCulture));
        Assert.Equal(1000 - 12 - estimate, int.Parse(Header(second, "x-ratelimit-remaining-tokens")!, CultureInfo.InvariantCulture));
        Assert.Equal("1000", Header(second, "x-ratelimit-limit-tokens"));
    }

    [Fact]
    public async Task A_request_that_is_larger_than_the_whole_limit_is_told_so_and_not_to_come_again()
    {
        await using var gateway = await GuardedGateway.StartAsync();
        var (_, key) = await gateway.CreateKeyAsync(""","limits":{"tokens_per_minute":1000}""");

        using var answer = await AskAsync(gateway, key, GuardedGateway.Chat().Replace("\"messages\"", "\"max_tokens\":5000,\"messages\"", StringComparison.Ordinal));

        Assert.Equal(HttpStatusCode.TooManyRequests, answer.StatusCode);
        Assert.Equal((null, null, "false"), (Header(answer, "Retry-After"), Header(answer, "retry-after-ms"), Header(answer, "x-should-retry")));
        Assert.StartsWith("Request too large for the API key", (await ErrorAsync(answer)).GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_fails_gives_its_tokens_back_and_stays_counted_as_a_request()
    {
        await using var gateway = await GuardedGateway.StartAsync();
        var (id, key) = await gateway.CreateKeyAsync(""","limits":{"tokens_per_minute":1000,"requests_per_minute":3}""");
        gateway.Upstream.Reply(400, """{"error":{"message":"No.","type":"invalid_request_error"}}""");

        using var refused = await AskAsync(gateway, key);
        using var nowhere = await AskAsync(gateway, key, GuardedGateway.Chat("nobody-has-it"));
        await RowAsync(gateway, 2);
        var standing = await LimitsAsync(gateway, id);

        Assert.Equal((HttpStatusCode.BadRequest, HttpStatusCode.NotFound), (refused.StatusCode, nowhere.StatusCode));
        var estimate = (GuardedGateway.Chat().Length / 4) + 256;
        Assert.Equal((1000 - estimate).ToString(CultureInfo.InvariantCulture), Header(refused, "x-ratelimit-remaining-tokens"));
        Assert.Equal((1000, 1), (standing("tokens_per_minute"), standing("requests_per_minute")));
    }

    [Fact]
    public async Task A_stream_that_is_left_settles_with_the_tokens_of_its_row()
    {
        await using var gateway = await GuardedGateway.StartAsync();
        var (id, key) = await gateway.CreateKeyAsync(""","limits":{"tokens_per_minute":1000,"concurrent_requests":1}""");
        gateway.Upstream.HoldEvents();
        using (var request = new HttpRequestMessage(HttpMethod.Post, Path) { Content = ServedGateway.Body(GuardedGateway.Chat().Replace("\"messages\"", "\"stream\":true,\"messages\"", StringComparison.Ordinal)) })
        {
            request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {key}");
            var sending = gateway.Gateway.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Ends);
            await gateway.Upstream.ReleaseAsync(3, Ends);
            using var answer = await sending;
            using var busy = await AskAsync(gateway, key);
            Assert.Equal(HttpStatusCode.TooManyRequests, busy.StatusCode);
            Assert.Contains("the API key may have 1 request running at once", (await ErrorAsync(busy)).GetProperty("message").GetString(), StringComparison.Ordinal);
        }

        var row = await RowAsync(gateway, 2, candidate => candidate.IsStream);
        var standing = await LimitsAsync(gateway, id);

        Assert.True(row.IsEstimated);
        Assert.Equal(1000 - row.Usage.Prompt - row.Usage.Completion, standing("tokens_per_minute"));
        Assert.Equal(1, standing("concurrent_requests"));
    }

    [Fact]
    public async Task A_websocket_counts_as_a_request()
    {
        await using var gateway = await GuardedGateway.StartAsync();
        var (_, key) = await gateway.CreateKeyAsync(""","limits":{"requests_per_minute":1}""");

        var first = await ConnectAsync(gateway, key);
        var second = await ConnectAsync(gateway, key);

        Assert.NotEqual(429, first);
        Assert.Equal(429, second);
    }

    [Fact]
    public async Task A_scope_may_limit_single_models_and_the_most_particular_pattern_holds()
    {
        await using var gateway = await GuardedGateway.StartAsync();
        var (id, key) = await gateway.CreateKeyAsync(""","limits":{"models":{"*":{"requests_per_minute":2},"mine":{"requests_per_minute":1}}}""");

        int[] statuses = [await gateway.ChatAsync(key), await gateway.ChatAsync(key), await gateway.ChatAsync(key, "theirs"), await gateway.ChatAsync(key, "theirs"), await gateway.ChatAsync(key, "theirs")];
        var (_, kept) = await gateway.AdminAsync("GET", $"/keys/{id}");

        Assert.Equal([200, 429, 200, 200, 429], statuses);
        Assert.Equal(1, kept.GetProperty("limits").GetProperty("models").GetProperty("mine").GetProperty("requests_per_minute").GetInt32());
    }

    [Theory]
    [InlineData("""{"models":[]}""", "limits.models")]
    [InlineData("""{"models":{"x":{"models":{}}}}""", "limits.models.x.models")]
    [InlineData("""{"models":{"x":{"requests_per_minute":-1}}}""", "limits.models.x.requests_per_minute")]
    public async Task A_fault_in_the_limits_of_models_is_named(string limits, string named)
    {
        await using var gateway = await GuardedGateway.StartAsync();

        var (status, json) = await gateway.AdminAsync("POST", "/keys", $$"""{"name":"x","limits":{{limits}} }""");

        Assert.Equal(400, status);
        Assert.Contains(named, json.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Users_addresses_and_models_have_limits_of_the_configuration()
    {
        await using var gateway = await GuardedGateway.StartAsync(change: configuration => configuration with
        {
            Limits = new LimitSettings
            {
                User = new AccessLimits { RequestsPerMinute = 1 },
                Address = new AccessLimits { RequestsPerMinute = 5 },
                Models = new Dictionary<string, AccessLimits> { ["their*"] = new() { RequestsPerMinute = 1 } },
            },
        });
        var (_, one) = await gateway.CreateKeyAsync();
        var (_, other) = await gateway.CreateKeyAsync();

        int[] statuses =
        [
            await ChatAsync(gateway, one, ""","user":"ann" """),
            await ChatAsync(gateway, one, ""","safety_identifier":"ann" """),
            await ChatAsync(gateway, one, ""","user":"ben" """),
            await ChatAsync(gateway, other, ""","user":"ann" """),
            await gateway.ChatAsync(one, "theirs"),
            await gateway.ChatAsync(other, "theirs"),
            await gateway.ChatAsync(other),
            await gateway.ChatAsync(other),
        ];

        // The last one is the sixth that was let through from this address.
        Assert.Equal([200, 429, 200, 200, 200, 429, 200, 429], statuses);
    }

    [Fact]
    public async Task Of_many_at_once_exactly_as_many_get_through_as_may()
    {
        await using var gateway = await GuardedGateway.StartAsync();
        var (_, key) = await gateway.CreateKeyAsync(""","limits":{"requests_per_day":100}""");

        var statuses = await Task.WhenAll(Enumerable.Range(0, 400).Select(_ => gateway.ChatAsync(key)));

        Assert.Equal((100, 300), (statuses.Count(status => status == 200), statuses.Count(status => status == 429)));
        Assert.Equal(100, gateway.Upstream.Requests.Count);
    }

    [Theory]
    [InlineData("/v1/messages", """{"model":"mine","max_tokens":9,"messages":[{"role":"user","content":"Hi"}]}""", "rate_limit_error")]
    [InlineData("/v1beta/models/mine:generateContent", """{"contents":[{"role":"user","parts":[{"text":"Hi"}]}]}""", "RESOURCE_EXHAUSTED")]
    public async Task Callers_of_other_dialects_are_told_in_theirs(string path, string body, string word)
    {
        await using var gateway = await GuardedGateway.StartAsync();
        var (_, key) = await gateway.CreateKeyAsync(""","limits":{"requests_per_minute":1}""");

        using var first = await gateway.SendAsync("POST", path, body, ("Authorization", $"Bearer {key}"));
        using var second = await gateway.SendAsync("POST", path, body, ("Authorization", $"Bearer {key}"));

        Assert.Equal((HttpStatusCode.OK, "0"), (first.StatusCode, Header(first, "x-ratelimit-remaining-requests")));
        Assert.Equal(HttpStatusCode.TooManyRequests, second.StatusCode);
        Assert.NotNull(Header(second, "Retry-After"));
        var text = await second.Content.ReadAsStringAsync(Ends);
        Assert.Contains(word, text, StringComparison.Ordinal);
        Assert.Contains("Rate limit reached for the API key", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_limit_that_is_changed_holds_at_once_and_what_was_counted_stays()
    {
        await using var gateway = await GuardedGateway.StartAsync();
        var (id, key) = await gateway.CreateKeyAsync(""","limits":{"requests_per_minute":1}""");
        int[] before = [await gateway.ChatAsync(key), await gateway.ChatAsync(key)];

        await gateway.AdminAsync("PATCH", $"/keys/{id}", """{"limits":{"requests_per_minute":2}}""");
        int[] after = [await gateway.ChatAsync(key), await gateway.ChatAsync(key)];

        Assert.Equal([200, 429], before);
        Assert.Equal([200, 429], after);
    }

    private static Task<int> ChatAsync(GuardedGateway gateway, string key, string more) => StatusAsync(AskAsync(gateway, key, GuardedGateway.Chat()[..^1] + more + "}"));

    private static async Task<int> StatusAsync(Task<HttpResponseMessage> asking)
    {
        using var answer = await asking;
        return (int)answer.StatusCode;
    }

    private static Task<HttpResponseMessage> AskAsync(GuardedGateway gateway, string key, string? body = null) =>
        gateway.SendAsync("POST", Path, body ?? GuardedGateway.Chat(), ("Authorization", $"Bearer {key}"));

    private static Task<int> ConnectAsync(GuardedGateway gateway, string key) => StatusAsync(gateway.SendAsync(
        "GET",
        "/v1/realtime?model=mine",
        null,
        ("Authorization", $"Bearer {key}"),
        ("Connection", "Upgrade"),
        ("Upgrade", "websocket"),
        ("Sec-WebSocket-Version", "13"),
        ("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==")));

    private static string? Header(HttpResponseMessage answer, string name) => answer.Headers.TryGetValues(name, out var values) ? Assert.Single(values) : null;

    private static async Task<JsonElement> ErrorAsync(HttpResponseMessage answer) =>
        (await answer.Content.ReadFromJsonAsync<JsonElement>(Ends)).GetProperty("error");

    private static async Task<Func<string, long>> LimitsAsync(GuardedGateway gateway, string id)
    {
        var (_, json) = await gateway.AdminAsync("GET", $"/keys/{id}/limits");
        return name => json.GetProperty("data").EnumerateArray().Single(limit => limit.GetProperty("limit").GetString() == name).GetProperty("remaining").GetInt64();
    }

    // The ledger's row comes after the limits were settled.
    private static async Task<Switchboard.Gateway.Accounting.LedgerRow> RowAsync(GuardedGateway gateway, int count, Predicate<Switchboard.Gateway.Accounting.LedgerRow>? which = null)
    {
        var records = gateway.Gateway.Services.GetRequiredService<ILedgerRecords>();
        var now = TimeProvider.System.GetUtcNow();
        var rows = await Poll.ForAsync(
            async () => (await records.ListAsync(new() { From = now.AddDays(-1), Until = now.AddDays(1) }, Ends)).Data, rows => rows.Count >= count, $"{count} rows", Ends);
        return rows.First(row => which?.Invoke(row) ?? true);
    }
}
