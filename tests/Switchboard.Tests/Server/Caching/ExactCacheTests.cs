using Microsoft.Extensions.DependencyInjection;
using Switchboard.Gateway.Accounting;
using Switchboard.Gateway.Configuration;
using Switchboard.Testing.Time;
using Switchboard.Testing.Upstream;

namespace Switchboard.Tests.Server.Caching;

/// <summary>The same request is answered once by a provider, over sockets.</summary>
public sealed class ExactCacheTests
{
    [Fact]
    public async Task The_same_request_is_asked_once_and_answered_with_the_same_bytes()
    {
        await using var gateway = await CachedGateway.StartAsync(services: services => services.AddSingleton<TimeProvider>(new ManualTimeProvider()));

        var first = await gateway.AskAsync(CachedGateway.Body());
        var second = await gateway.AskAsync(" " + CachedGateway.Body(more: ",\"user\":\"somebody\""), CachedGateway.Chat, ("x-request-id", "my-own"));
        var other = await gateway.AskAsync(CachedGateway.Body("Ho"));

        Assert.Equal((200, "miss", 200, "hit", "miss"), (first.Status, first.Cache, second.Status, second.Cache, other.Cache));
        Assert.Equal(first.Text, second.Text);
        Assert.NotEqual(first.Text, other.Text);
        Assert.Equal(2, gateway.Asked);
        Assert.Equal(first.Headers["Content-Length"], second.Headers["Content-Length"]);
        Assert.Equal("application/json", second.Headers["Content-Type"]);
        Assert.Equal(("0", "0", "my-own"), (second.Headers["Age"], second.Headers["x-switchboard-cost"], second.Headers["x-request-id"]));
        Assert.False(first.Headers.ContainsKey("Age"));
    }

    [Fact]
    public async Task What_an_upstream_says_of_one_call_is_not_said_of_another()
    {
        await using var gateway = await CachedGateway.StartAsync();

        var first = await gateway.AskAsync(CachedGateway.Body());
        var second = await gateway.AskAsync(CachedGateway.Body());

        string[] names = ["x-switchboard-upstream-request-id", "x-ratelimit-remaining-requests", "openai-processing-ms"];
        Assert.All(names, name => Assert.True(first.Headers.ContainsKey(name), name));
        Assert.All(names, name => Assert.False(second.Headers.ContainsKey(name), name));
        Assert.Equal("openai", second.Headers["x-switchboard-provider"]);
        Assert.Equal("0", second.Headers["x-switchboard-attempts"]);
        Assert.Contains("cache;dur=", second.Headers["Server-Timing"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_hit_is_a_row_that_costs_nothing()
    {
        await using var gateway = await CachedGateway.StartAsync();
        await gateway.AskAsync(CachedGateway.Body());
        await gateway.AskAsync(CachedGateway.Body());
        await gateway.AskAsync(CachedGateway.Body(stream: true));
        var streamed = await gateway.AskAsync(CachedGateway.Body(stream: true));

        var rows = await gateway.RowsAsync(4);

        Assert.Equal("0", streamed.Headers["x-switchboard-cost"]);
        Assert.Equal([false, true, false, true], rows.OrderBy(row => row.At).Select(row => row.IsCached));
        Assert.All(rows.Where(row => row.IsCached), row =>
        {
            Assert.Equal((0, 0, 0L, 0), (row.Usage.Prompt, row.Usage.Completion, row.Cost, row.Attempts));
            Assert.Equal(("mine", "openai", "gpt-4o-mini", LedgerOutcome.Answered, 200), (row.Model, row.Provider, row.Deployment, row.Outcome, row.Status));
            Assert.False(row.IsEstimated);
        });
        Assert.Contains(rows, row => row is { IsCached: false, Usage.Prompt: 9, Cost: > 0 });
    }

    [Theory]
    [InlineData("/v1/embeddings", """{"model":"mine","input":"Hi"}""")]
    [InlineData("/v1/completions", """{"model":"mine","prompt":"Hi"}""")]
    [InlineData("/v1/moderations", """{"model":"mine","input":"Hi"}""")]
    [InlineData("/v1/rerank", """{"model":"mine","query":"Hi","documents":["a"]}""")]
    [InlineData("/v1/responses", """{"model":"mine","input":"Hi","store":false}""")]
    public async Task Every_pure_question_is_kept(string path, string body)
    {
        await using var gateway = await CachedGateway.StartAsync();
        gateway.Upstream.On(path, request => UpstreamAnswer.Json($$"""{"id":"{{gateway.Asked}}","object":"x","status":"completed","output":[],"results":[],"data":[]}"""));

        var first = await gateway.AskAsync(body, path);
        var second = await gateway.AskAsync(body, path);

        Assert.True(first is { Status: 200, Cache: "miss" }, first.ToString());
        Assert.Equal(("hit", first.Text), (second.Cache, second.Text));
        Assert.Equal(1, gateway.Asked);
    }

    [Theory]
    [InlineData("/v1/responses", """{"model":"mine","input":"Hi"}""", "bypass")]
    [InlineData("/v1/chat/completions", """{"model":"mine","messages":[{"role":"user","content":"Hi"}],"store":true}""", "bypass")]
    [InlineData("/v1/chat/completions", """{"model":"mine","messages":[{"role":"user","content":"Hi"}],"web_search_options":{}}""", "bypass")]
    [InlineData("/v1/chat/completions", """{"model":"never","messages":[{"role":"user","content":"Hi"}]}""", null)]
    [InlineData("/v1/chat/completions", """{"model":"never-this","messages":[{"role":"user","content":"Hi"}]}""", null)]
    [InlineData("/v1/images/generations", """{"model":"mine","prompt":"Hi"}""", null)]
    public async Task What_is_no_pure_question_is_asked_each_time(string path, string body, string? cache)
    {
        await using var gateway = await CachedGateway.StartAsync();
        if (path != CachedGateway.Chat)
        {
            gateway.Upstream.On(path, _ => UpstreamAnswer.Json("""{"id":"x","object":"x","status":"completed","output":[],"data":[]}"""));
        }

        var first = await gateway.AskAsync(body, path);
        var second = await gateway.AskAsync(body, path);

        Assert.Equal((200, cache, cache), (first.Status, first.Cache, second.Cache));
        Assert.Equal(2, gateway.Asked);
    }

    [Fact]
    public async Task A_response_that_failed_is_not_kept()
    {
        await using var gateway = await CachedGateway.StartAsync();
        gateway.Upstream.On("/v1/responses", _ => UpstreamAnswer.Json("""{"id":"x","object":"response","status":"incomplete","output":[]}"""));

        await gateway.AskAsync("""{"model":"mine","input":"Hi","store":false}""", "/v1/responses");
        var second = await gateway.AskAsync("""{"model":"mine","input":"Hi","store":false}""", "/v1/responses");

        Assert.Equal("miss", second.Cache);
    }

    [Fact]
    public async Task Without_the_setting_nothing_is_kept()
    {
        await using var gateway = await CachedGateway.StartAsync(cache => cache with { Enabled = false });
        await gateway.AskAsync(CachedGateway.Body());

        Assert.Null((await gateway.AskAsync(CachedGateway.Body())).Cache);
        Assert.Equal(2, gateway.Asked);
    }

    [Fact]
    public async Task Only_the_models_that_are_named_are_kept()
    {
        await using var gateway = await CachedGateway.StartAsync(cache => cache with { Models = ["mi*", "none"] });

        string[] models = ["mine", "mine", "short", "short"];
        var caches = new List<string?>();
        foreach (var model in models)
        {
            caches.Add((await gateway.AskAsync(CachedGateway.Body(model: model))).Cache);
        }

        Assert.Equal(["miss", "hit", null, null], caches);
    }

    [Fact]
    public async Task An_answer_has_an_age_and_an_end()
    {
        var time = new ManualTimeProvider();
        await using var gateway = await CachedGateway.StartAsync(services: services => services.AddSingleton<TimeProvider>(time));
        await gateway.AskAsync(CachedGateway.Body(model: "short"));
        await gateway.AskAsync(CachedGateway.Body());
        await gateway.StoredAsync(2);

        time.Advance(TimeSpan.FromSeconds(9));
        var soon = await gateway.AskAsync(CachedGateway.Body(model: "short"));
        time.Advance(TimeSpan.FromSeconds(2));

        Assert.Equal(("hit", "9"), (soon.Cache, soon.Headers["Age"]));
        Assert.Equal("miss", (await gateway.AskAsync(CachedGateway.Body(model: "short"))).Cache);
        Assert.Equal("hit", (await gateway.AskAsync(CachedGateway.Body())).Cache);
        time.Advance(TimeSpan.FromHours(1));
        Assert.Equal("miss", (await gateway.AskAsync(CachedGateway.Body())).Cache);
    }

    [Fact]
    public async Task Callers_say_what_they_want()
    {
        var time = new ManualTimeProvider();
        await using var gateway = await CachedGateway.StartAsync(services: services => services.AddSingleton<TimeProvider>(time));
        Task<Reply> Ask(string? control = null, string? own = null, string text = "Hi") => gateway.AskAsync(
            CachedGateway.Body(text),
            CachedGateway.Chat,
            control is null ? ("x-none", "1") : ("Cache-Control", control),
            own is null ? ("x-none-too", "1") : ("x-switchboard-cache", own));

        var absent = await Ask("only-if-cached");
        Assert.Equal((504, "miss"), (absent.Status, absent.Cache));
        Assert.Contains("not_cached", absent.Text, StringComparison.Ordinal);
        Assert.Equal(0, gateway.Asked);

        Assert.Equal("bypass", (await Ask("no-store")).Cache);
        var first = await Ask();
        Assert.Equal("miss", first.Cache);
        await gateway.StoredAsync(1);
        Assert.Equal(first.Text, (await Ask("only-if-cached")).Text);
        Assert.Equal("bypass", (await Ask(own: "bypass")).Cache);

        var fresh = await Ask("no-cache");
        Assert.Equal("miss", fresh.Cache);
        await gateway.StoredAsync(2);
        Assert.Equal(fresh.Text, (await Ask()).Text);
        Assert.NotEqual(first.Text, fresh.Text);

        time.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal("hit", (await Ask("max-age=30")).Cache);
        Assert.Equal("miss", (await Ask("max-age=29")).Cache);
        await gateway.StoredAsync(3);
        Assert.Equal("hit", (await Ask("max-age=0")).Cache);
        Assert.Equal("miss", (await Ask(own: "ttl=5", text: "Ho")).Cache);
        await gateway.StoredAsync(4);
        time.Advance(TimeSpan.FromSeconds(6));
        Assert.Equal("miss", (await Ask(own: "ttl=999999", text: "Ho")).Cache);
        await gateway.StoredAsync(5);
        time.Advance(TimeSpan.FromHours(1));
        Assert.Equal("miss", (await Ask(text: "Ho")).Cache);
    }

    [Theory]
    [InlineData(500, """{"error":{"message":"It failed.","type":"server_error"}}""")]
    [InlineData(429, """{"error":{"message":"Too many.","type":"rate_limit"}}""")]
    [InlineData(400, """{"error":{"message":"Filtered.","type":"invalid_request_error","code":"content_filter"}}""")]
    [InlineData(200, """{"error":{"message":"It failed.","type":"server_error"}}""")]
    [InlineData(200, "no json")]
    public async Task Errors_are_not_kept(int status, string body)
    {
        await using var gateway = await CachedGateway.StartAsync();
        gateway.Upstream.On(CachedGateway.Chat, _ => UpstreamAnswer.Json(body, status));
        var failed = await gateway.AskAsync(CachedGateway.Body());

        gateway.Upstream.On(CachedGateway.Chat, gateway.Answer);
        var second = await gateway.AskAsync(CachedGateway.Body());

        Assert.True(failed.Status >= 400);
        Assert.Equal((200, "miss"), (second.Status, second.Cache));
    }

    [Fact]
    public async Task What_a_filter_cut_and_what_is_too_large_is_not_kept()
    {
        await using var gateway = await CachedGateway.StartAsync(cache => cache with { MaxEntryKilobytes = 4 });
        gateway.Upstream.On(CachedGateway.Chat, request => UpstreamAnswer.Json(request.BodyText.Contains("filter", StringComparison.Ordinal)
            ? CachedGateway.Whole("half", "content_filter")
            : CachedGateway.Whole(new string('x', request.BodyText.Contains("large", StringComparison.Ordinal) ? 5000 : 3000) + "\\\"content_filter\\\"")));

        foreach (var (text, cache) in new[] { ("filter", "miss"), ("large", "miss"), ("small", "hit") })
        {
            var first = await gateway.AskAsync(CachedGateway.Body(text));
            var second = await gateway.AskAsync(CachedGateway.Body(text));
            Assert.Equal((text, cache, first.Text), (text, second.Cache, second.Text));
        }
    }

    [Fact]
    public async Task A_hit_takes_no_place_at_the_gateway()
    {
        await using var gateway = await CachedGateway.StartAsync(configure: configuration => configuration with { Server = new ServerSettings { MaxConcurrency = 1, MaxQueue = 0 } });
        await gateway.AskAsync(CachedGateway.Body());
        await gateway.IdleAsync();
        var holding = new TaskCompletionSource();
        gateway.Upstream.On(CachedGateway.Chat, async (request, _) =>
        {
            await holding.Task;
            return gateway.Answer(request);
        });

        var held = gateway.AskAsync(CachedGateway.Body("long"));
        await gateway.Upstream.WaitForRequestAsync(TestContext.Current.CancellationToken);
        await gateway.Upstream.WaitForRequestAsync(TestContext.Current.CancellationToken);
        var hit = await gateway.AskAsync(CachedGateway.Body());
        var miss = await gateway.AskAsync(CachedGateway.Body("other"));
        holding.SetResult();

        Assert.Equal(("hit", 503), (hit.Cache, miss.Status));
        Assert.Equal(200, (await held).Status);
    }
}
