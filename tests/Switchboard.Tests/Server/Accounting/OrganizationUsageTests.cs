using System.Globalization;
using System.Net;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Switchboard.Client;
using Switchboard.Gateway.Accounting;
using Switchboard.Gateway.Pipeline;
using Switchboard.Gateway.State;
using Switchboard.Protocol.Administration;
using Switchboard.Protocol.Operations;
using Switchboard.Server.Endpoints.OpenAI.Usage;
using Switchboard.Testing.Time;
using Switchboard.Tests.Server.Access;

namespace Switchboard.Tests.Server.Accounting;

/// <summary>OpenAI's own questions for usage and costs, asked of a gateway on real sockets that answers them from its ledger.</summary>
public sealed class OrganizationUsageTests : IAsyncLifetime
{
    private const string Chat = "chat.completions";

    // A Sunday, over for long.
    private static readonly DateTimeOffset s_day = new(2026, 3, 1, 0, 0, 0, TimeSpan.Zero);

    private GuardedGateway _gateway = null!;
    private int _number;

    private static CancellationToken Ends => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _gateway = await GuardedGateway.StartAsync();

    public async ValueTask DisposeAsync() => await _gateway.DisposeAsync();

    [Fact]
    public async Task The_typed_client_reads_every_kind()
    {
        await KeepAsync(
            Row(Chat, 1) with { Usage = new TokenUsage(100, 7) { Cached = 30, CacheWritten = 20 } },
            Row("responses", 2) with { Usage = new TokenUsage(10, 3) },
            Row("embeddings", 3) with { Usage = new TokenUsage(11, 0) },
            Row("moderations", 4) with { Usage = new TokenUsage(12, 0) },
            Row("images.generations", 5) with { Units = new CallUnits { Images = 2 } },
            Row("images.edits", 6) with { Units = new CallUnits { Images = 1 } },
            Row("audio.speech", 7) with { Units = new CallUnits { Characters = 45 } },
            Row("audio.transcriptions", 8) with { Units = new CallUnits { Seconds = 9.6m } },
            Row("audio.translations", 9) with { Units = new CallUnits { Seconds = 1.1m } });
        using var client = Client();
        var usage = client.Admin.Usage;

        var chat = await OneAsync<UsageCompletionsResult>(usage.CompletionsAsync(new() { StartTime = s_day, EndTime = s_day.AddDays(1) }, cancellationToken: Ends));
        Assert.Equal((110L, 30L, 20L, 60L, 10L, 2L), (chat.InputTokens, chat.InputCachedTokens!.Value, chat.InputCacheWriteTokens!.Value, chat.InputUncachedTokens!.Value, chat.OutputTokens, chat.NumModelRequests));
        Assert.Equal(11, (await OneAsync<UsageEmbeddingsResult>(usage.EmbeddingsAsync(new() { StartTime = s_day, EndTime = s_day.AddDays(1) }, cancellationToken: Ends))).InputTokens);
        Assert.Equal(12, (await OneAsync<UsageModerationsResult>(usage.ModerationsAsync(new() { StartTime = s_day, EndTime = s_day.AddDays(1) }, cancellationToken: Ends))).InputTokens);
        Assert.Equal(3, (await OneAsync<UsageImagesResult>(usage.ImagesAsync(new() { StartTime = s_day, EndTime = s_day.AddDays(1) }, cancellationToken: Ends))).Images);
        Assert.Equal(45, (await OneAsync<UsageAudioSpeechesResult>(usage.AudioSpeechesAsync(new() { StartTime = s_day, EndTime = s_day.AddDays(1) }, cancellationToken: Ends))).Characters);
        Assert.Equal(11, (await OneAsync<UsageAudioTranscriptionsResult>(usage.AudioTranscriptionsAsync(new() { StartTime = s_day, EndTime = s_day.AddDays(1) }, cancellationToken: Ends))).Seconds);

        var sources = await usage.ImagesAsync(new() { StartTime = s_day, EndTime = s_day.AddDays(1), GroupBy = [UsageGrouping.Source, UsageGrouping.Size], Sources = [UsageImageSource.ImageEdit] }, cancellationToken: Ends);
        var edit = Assert.IsType<UsageImagesResult>(Assert.Single(Assert.Single(sources.Value.Data).Results));
        Assert.Equal(("image.edit", null, 1L), (edit.Source, edit.Size, edit.Images));

        // What the gateway keeps nothing of.
        foreach (var none in new[]
        {
            await usage.VectorStoresAsync(new() { StartTime = s_day, EndTime = s_day.AddDays(1) }, cancellationToken: Ends),
            await usage.CodeInterpreterSessionsAsync(new() { StartTime = s_day, EndTime = s_day.AddDays(1) }, cancellationToken: Ends),
            await usage.FileSearchCallsAsync(new() { StartTime = s_day, EndTime = s_day.AddDays(1), VectorStoreIds = ["vs_1"] }, cancellationToken: Ends),
            await usage.WebSearchCallsAsync(new() { StartTime = s_day, EndTime = s_day.AddDays(1) }, cancellationToken: Ends),
        })
        {
            Assert.Empty(Assert.Single(none.Value.Data).Results);
        }
    }

    [Fact]
    public async Task Costs_are_dollars_by_project_and_model()
    {
        await KeepAsync(
            Row(Chat, 1) with { Model = "a", Project = "project_1", Cost = 1_500_000_000 },
            Row(Chat, 2) with { Model = "a", Project = "project_1", Cost = 1 },
            Row("rerank", 3) with { Model = "b", Cost = 2_000 },
            Row(Chat, 4) with { Model = "free", Cost = 0 },
            Row(Chat, 5) with { Model = "unknown", Cost = null });
        using var client = Client();

        var page = await client.Admin.Costs.ListAsync(new() { StartTime = s_day, EndTime = s_day.AddDays(1), GroupBy = [UsageGrouping.LineItem, UsageGrouping.ProjectId] }, cancellationToken: Ends);
        var all = await OneAsync<CostsResult>(client.Admin.Costs.ListAsync(new() { StartTime = s_day, EndTime = s_day.AddDays(1) }, cancellationToken: Ends));
        var raw = await GetAsync($"costs?start_time={Seconds(s_day)}&end_time={Seconds(s_day) + 1}&group_by=line_item&group_by=project_id");

        Assert.Equal([("a", "project_1", "usd"), ("b", null, "usd")], Assert.Single(page.Value.Data).Results.Cast<CostsResult>().Select(result => (result.LineItem, result.ProjectId, result.Amount!.Currency)));
        Assert.Equal((null, null), (all.LineItem, all.ProjectId));
        Assert.Equal(["1.500000001", "0.000002"], raw.GetProperty("data")[0].GetProperty("results").EnumerateArray().Select(result => result.GetProperty("amount").GetProperty("value").GetRawText()));
    }

    [Theory]
    [InlineData("1m", 60)]
    [InlineData("1h", 3_600)]
    [InlineData("1d", 86_400)]
    public async Task Every_bucket_of_a_page_is_there_and_the_pages_follow_each_other(string width, int seconds)
    {
        // Before, at the first and the last moment of five buckets, and after.
        await KeepAsync([.. new[] { -1L, 0, (seconds * 1_000_000L) - 1, seconds * 3_000_000L, (seconds * 5_000_000L) - 1, seconds * 5_000_000L }.Select(at => Row(Chat, 0, at))]);

        var first = await GetAsync($"usage/completions?start_time={Seconds(s_day)}&end_time={Seconds(s_day) + (5 * seconds)}&bucket_width={width}&limit=3");
        var second = await GetAsync($"usage/completions?start_time={Seconds(s_day)}&end_time={Seconds(s_day) + (5 * seconds)}&bucket_width={width}&limit=3&page={first.GetProperty("next_page").GetString()}");

        Assert.Equal([(0, 1L, 2L), (1, 2, 0), (2, 3, 0)], Told(first, seconds));
        Assert.Equal([(3, 4L, 1L), (4, 5, 1)], Told(second, seconds));
        Assert.True(first.GetProperty("has_more").GetBoolean());
        Assert.Equal((false, JsonValueKind.Null), (second.GetProperty("has_more").GetBoolean(), second.GetProperty("next_page").ValueKind));
    }

    [Fact]
    public async Task Buckets_are_whole_and_none_begins_after_now()
    {
        var now = TimeProvider.System.GetUtcNow();
        var inside = await GetAsync($"usage/completions?start_time={Seconds(s_day) + 59}&end_time={Seconds(s_day) + 61}&bucket_width=1m");
        var today = await GetAsync($"usage/completions?start_time={Seconds(now)}&end_time={Seconds(now.AddDays(90))}&limit=31");
        var later = await GetAsync($"usage/completions?start_time={Seconds(now.AddDays(2))}");
        var usual = await GetAsync($"usage/completions?start_time={Seconds(s_day)}");

        Assert.Equal([(0, 1L, 0L), (1, 2, 0)], Told(inside, 60));
        Assert.InRange(today.GetProperty("data").GetArrayLength(), 1, 2);
        Assert.Equal((0, false), (later.GetProperty("data").GetArrayLength(), later.GetProperty("has_more").GetBoolean()));
        Assert.Equal((7, true), (usual.GetProperty("data").GetArrayLength(), usual.GetProperty("has_more").GetBoolean()));
    }

    [Theory]
    [InlineData("", "|||=31")]
    [InlineData("&group_by=model", "a|||=3 b|||=28")]
    [InlineData("&group_by=user_id&bucket_width=1h", "|u1||=5 |||=26")]
    [InlineData("&group_by=user_id&group_by[]=api_key_id&group_by=model", "a|u1|k1|=1 b|u1|k2|=4 a||k1|=2 b|||=24")]
    [InlineData("&group_by=project_id,model", "a|||p1=3 b|||p1=4 b|||=24")]
    [InlineData("&group_by=batch", "|||=31")]
    [InlineData("&models=a", "|||=3")]
    [InlineData("&models[]=a&models[]=b", "|||=31")]
    [InlineData("&user_ids=u1", "|||=5")]
    [InlineData("&user_ids=u1&api_key_ids=k1&bucket_width=1m", "|||=1")]
    [InlineData("&project_ids=p1", "|||=7")]
    [InlineData("&project_ids=p1%00&project_ids=' OR 1=1", "")]
    [InlineData("&batch=false", "|||=31")]
    [InlineData("&batch=true", "")]
    public async Task Calls_are_told_apart_and_left_out_as_asked(string query, string expected)
    {
        await KeepAsync(
            Row(Chat, 1) with { Model = "a", User = "u1", Key = "k1", Project = "p1", Usage = new TokenUsage(1, 0) },
            Row(Chat, 2) with { Model = "a", Key = "k1", Project = "p1", Usage = new TokenUsage(2, 0) },
            Row(Chat, 3) with { Model = "b", User = "u1", Key = "k2", Project = "p1", Usage = new TokenUsage(4, 0) },
            Row(Chat, 4) with { Model = "b", Usage = new TokenUsage(8, 0) },
            Row("completions", 5) with { Model = "b", Usage = new TokenUsage(16, 0) },
            Row("embeddings", 6) with { Model = "a", Usage = new TokenUsage(32, 0) },
            Row(Chat, 7) with { Model = "nowhere", Provider = "", Status = 404, Outcome = LedgerOutcome.Failed, Usage = new TokenUsage(64, 0) });

        var page = await GetAsync($"usage/completions?start_time={Seconds(s_day)}&end_time={Seconds(s_day) + 1}{query}");

        var told = Assert.Single(page.GetProperty("data").EnumerateArray()).GetProperty("results").EnumerateArray()
            .Select(result => $"{Text(result, "model")}|{Text(result, "user_id")}|{Text(result, "api_key_id")}|{Text(result, "project_id")}={result.GetProperty("input_tokens")}");
        Assert.Equal(expected.Split(' ', StringSplitOptions.RemoveEmptyEntries).Order(), told.Order());
        Assert.All(page.GetProperty("data")[0].GetProperty("results").EnumerateArray(), result =>
            Assert.Equal(query.Contains("batch", StringComparison.Ordinal) && !query.Contains("batch=", StringComparison.Ordinal) ? JsonValueKind.False : JsonValueKind.Null, result.GetProperty("batch").ValueKind));
    }

    [Fact]
    public async Task A_page_with_too_much_in_it_ends_earlier_and_a_bucket_with_too_much_is_refused()
    {
        await KeepAsync([.. Enumerable.Range(0, 3).SelectMany(minute => Enumerable.Range(0, 4_000).Select(user => Row(Chat, user, minute * 60_000_000L) with { User = $"u{user}" }))]);
        await KeepAsync([.. Enumerable.Range(0, 10_001).Select(user => Row(Chat, user, 3_600_000_000) with { User = $"u{user}" })]);

        var first = await GetAsync($"usage/completions?start_time={Seconds(s_day)}&end_time={Seconds(s_day) + 180}&bucket_width=1m&group_by=user_id");
        var second = await GetAsync($"usage/completions?start_time={Seconds(s_day)}&end_time={Seconds(s_day) + 180}&bucket_width=1m&group_by=user_id&page={first.GetProperty("next_page").GetString()}");
        using var refused = await AskAsync($"usage/completions?start_time={Seconds(s_day) + 3_600}&end_time={Seconds(s_day) + 3_660}&bucket_width=1m&group_by=user_id");

        Assert.Equal([(0, 1L, 4_000L), (1, 2, 4_000)], Told(first, 60));
        Assert.Equal([(2, 3L, 4_000L)], Told(second, 60));
        Assert.Equal((400, "too_many_results"), await ErrorAnswer.ReadAsync(refused) is var error ? (error.Status, error.Code) : default);
    }

    [Theory]
    [InlineData("usage/completions", "start_time")]
    [InlineData("usage/completions?start_time=yesterday", "start_time")]
    [InlineData("usage/completions?start_time=1&start_time=2", "start_time")]
    [InlineData("usage/completions?start_time=1&limit=1&limit=2", "limit")]
    [InlineData("usage/completions?start_time=-1", "start_time")]
    [InlineData("usage/completions?start_time=99999999999999", "start_time")]
    [InlineData("usage/completions?start_time=100&end_time=100", "end_time")]
    [InlineData("usage/completions?start_time=100&bucket_width=1w", "bucket_width")]
    [InlineData("usage/completions?start_time=100&limit=32", "limit")]
    [InlineData("usage/completions?start_time=100&limit=0", "limit")]
    [InlineData("usage/completions?start_time=100&bucket_width=1m&limit=1441", "limit")]
    [InlineData("usage/completions?start_time=100&page=x", "page")]
    [InlineData("usage/completions?start_time=100&page=page_61", "page")]
    [InlineData("usage/completions?start_time=90000&page=page_0", "page")]
    [InlineData("usage/completions?start_time=100&group_by=moon", "group_by")]
    [InlineData("usage/embeddings?start_time=100&group_by=batch", "group_by")]
    [InlineData("usage/completions?start_time=100&batch=maybe", "batch")]
    [InlineData("usage/completions?start_time=100&model=a", "model")]
    [InlineData("usage/images?start_time=100&sizes=256x256", "sizes")]
    [InlineData("costs?start_time=100&bucket_width=1h", "bucket_width")]
    [InlineData("costs?start_time=100&limit=181", "limit")]
    [InlineData("costs?start_time=100&group_by=model", "group_by")]
    [InlineData("costs?start_time=100&models=a", "models")]
    public async Task What_cannot_be_is_refused_by_name(string path, string param)
    {
        using var answer = await AskAsync(path);

        Assert.Equal((400, param), await ErrorAnswer.ReadAsync(answer) is var error ? (error.Status, error.Param) : default);
    }

    [Fact]
    public async Task Who_is_no_administrator_is_refused_and_who_names_a_provider_asks_it()
    {
        var (_, key) = await _gateway.CreateKeyAsync();
        _gateway.Upstream.Reply(200, """{"object":"page","data":[],"has_more":false,"next_page":null,"of":"provider"}""");

        using var refused = await _gateway.SendAsync("GET", "/v1/organization/costs?start_time=1", null, ("Authorization", $"Bearer {key}"));
        using var alsoRefused = await _gateway.SendAsync("GET", "/v1/organization/costs?start_time=1", null, ("Authorization", $"Bearer {key}"), ("x-switchboard-provider", "up"));
        Assert.Empty(_gateway.Upstream.Requests);
        using var relayed = await _gateway.SendAsync("GET", "/v1/organization/costs?start_time=1&whatever=2", null, ("Authorization", $"Bearer {GuardedGateway.Master}"), ("x-switchboard-provider", "up"));

        Assert.Equal(("administrator_required", "administrator_required"), ((await ErrorAnswer.ReadAsync(refused)).Code, (await ErrorAnswer.ReadAsync(alsoRefused)).Code));
        Assert.Contains("\"provider\"", await relayed.Content.ReadAsStringAsync(Ends), StringComparison.Ordinal);
        Assert.Equal("?start_time=1&whatever=2", (await _gateway.Upstream.WaitForRequestAsync(Ends)).Query);
    }

    [Fact]
    public async Task Where_nobody_is_asked_for_a_key_nobody_reads_the_ledger()
    {
        await using var open = await GuardedGateway.StartAsync(master: null);

        using var refused = await open.SendAsync("GET", "/v1/organization/usage/completions?start_time=1");

        Assert.Equal((HttpStatusCode.Forbidden, "administrator_required"), (refused.StatusCode, (await ErrorAnswer.ReadAsync(refused)).Code));
        Assert.Empty(open.Upstream.Requests);
    }

    [Fact]
    public async Task What_was_asked_is_told_a_moment_later()
    {
        _gateway.Upstream.Reply(200, """{"id":"x","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,"message":{"role":"assistant","content":"Hi"},"finish_reason":"stop"}],"usage":{"prompt_tokens":9,"completion_tokens":3,"total_tokens":12}}""");
        var start = Seconds(TimeProvider.System.GetUtcNow());
        var (_, key) = await _gateway.CreateKeyAsync();
        Assert.Equal(200, await _gateway.ChatAsync(key));

        var result = await Poll.ForAsync(
            async () =>
            {
                var page = await GetAsync($"usage/completions?start_time={start}&bucket_width=1m&group_by=model");
                return page.GetProperty("data").EnumerateArray().SelectMany(bucket => bucket.GetProperty("results").EnumerateArray()).FirstOrDefault();
            },
            found => found.ValueKind != JsonValueKind.Undefined,
            "the request to be told",
            Ends);

        Assert.Equal(("mine", 9, 3, 1), (Text(result, "model"), result.GetProperty("input_tokens").GetInt32(), result.GetProperty("output_tokens").GetInt32(), result.GetProperty("num_model_requests").GetInt32()));
    }

    [Fact]
    public void Every_such_operation_of_the_specification_is_answered() => Assert.Equal(
        OpenAIOperations.All.Where(operation => operation.Path.StartsWith("/organization/usage/", StringComparison.Ordinal) || operation.Path == "/organization/costs").Select(operation => operation.Id).Order(),
        UsageKind.All.Select(kind => kind.Operation.Id).Order());

    private static long Seconds(DateTimeOffset time) => time.ToUnixTimeSeconds();

    private static string? Text(JsonElement result, string name) => result.GetProperty(name).GetString();

    private static IEnumerable<(int Start, long End, long Requests)> Told(JsonElement page, int seconds) => page.GetProperty("data").EnumerateArray().Select(bucket => (
        (int)((bucket.GetProperty("start_time").GetInt64() - Seconds(s_day)) / seconds),
        (bucket.GetProperty("end_time").GetInt64() - Seconds(s_day)) / seconds,
        bucket.GetProperty("results").EnumerateArray().Sum(result => result.GetProperty("num_model_requests").GetInt64())));

    private static async Task<T> OneAsync<T>(Task<ApiResult<UsageResponse>> asking)
        where T : UsageResult => Assert.IsType<T>(Assert.Single(Assert.Single((await asking).Value.Data).Results));

    private LedgerRow Row(string operation, int number, long microseconds = 0)
    {
        var at = s_day.AddMicroseconds(microseconds);
        return new LedgerRow
        {
            Id = Guid.CreateVersion7(at),
            At = at,
            RequestId = string.Create(CultureInfo.InvariantCulture, $"req_{number}_{_number++}"),
            Operation = operation,
            Model = "m",
            Provider = "up",
            Deployment = "d",
            Status = 200,
            Cost = 1,
        };
    }

    private Task KeepAsync(params LedgerRow[] rows) => _gateway.Gateway.Services.GetRequiredService<ILedgerRecords>().AppendAsync(Guid.NewGuid(), rows, Ends);

    private Task<HttpResponseMessage> AskAsync(string path) => _gateway.SendAsync("GET", "/v1/organization/" + path, null, ("Authorization", $"Bearer {GuardedGateway.Master}"));

    private async Task<JsonElement> GetAsync(string path)
    {
        using var answer = await AskAsync(path);
        var text = await answer.Content.ReadAsStringAsync(Ends);
        Assert.True(answer.IsSuccessStatusCode, text);
        return JsonElement.Parse(text);
    }

    private SwitchboardClient Client() => new(new SwitchboardClientOptions { ApiKey = "sk-none", AdminApiKey = GuardedGateway.Master, ReadsEnvironment = false, BaseUrl = new Uri(_gateway.Gateway.Address, "v1"), MaxRetries = 0 });
}
