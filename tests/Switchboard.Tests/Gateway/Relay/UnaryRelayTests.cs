using System.Text;
using Switchboard.Gateway.Pipeline;
using Switchboard.Testing.Misbehaviours;
using Switchboard.Testing.Time;
using Switchboard.Testing.Upstream;
using Switchboard.Tests.Gateway.Support;

namespace Switchboard.Tests.Gateway.Relay;

public sealed class UnaryRelayTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    [InlineData(100_000)]
    public async Task Passes_the_bytes_as_they_came_however_they_are_cut(int bytesPerWrite)
    {
        const string Body = "{ \"id\":\"c1\",\n \"choices\":[{\"index\":0,\"message\":{\"content\":\"é\"},\"finish_reason\":\"stop\"}],\"x\":1e400}\n";
        await using var upstream = ReplayUpstream.Start().Reply(UpstreamAnswer.Json(Body).WithHeader("x-request-id", "req_up") with { BytesPerWrite = bytesPerWrite });

        var (outcome, text, sink) = await RelayAsync(upstream);

        Assert.False(outcome.IsError);
        Assert.Equal(Body, text);
        Assert.Equal((200, "application/json", Encoding.UTF8.GetByteCount(Body)), (sink.Head!.Status, sink.Head.ContentType, sink.Head.ContentLength));
        Assert.Equal([new("x-switchboard-upstream-request-id", "req_up")], sink.Head.Headers);
    }

    [Theory]
    [InlineData("hang before headers", 504, "upstream_timeout")]
    [InlineData("hang after headers", 504, "upstream_timeout")]
    [InlineData("hang before the end", 504, "upstream_timeout")]
    [InlineData("reset before headers", 502, "upstream_incomplete")]
    [InlineData("reset in mid body", 502, "upstream_incomplete")]
    [InlineData("close before headers", 502, "upstream_incomplete")]
    [InlineData("truncated Content-Length body", 502, "upstream_incomplete")]
    [InlineData("chunked body without terminator", 502, "upstream_incomplete")]
    [InlineData("HTML page with 200", 502, "upstream_bad_response")]
    [InlineData("HTML page with 502", 502, "upstream_error")]
    [InlineData("wrong content type", 502, "upstream_bad_response")]
    [InlineData("empty body", 502, "upstream_bad_response")]
    [InlineData("half of the JSON", 502, "upstream_bad_response")]
    [InlineData("gzip-encoded answer", 502, "upstream_bad_response")]
    [InlineData("huge headers", 502, "upstream_bad_response")]
    [InlineData("401 invalid_api_key", 401, "invalid_api_key")]
    [InlineData("404 model_not_found", 404, "model_not_found")]
    [InlineData("429 with retry-after-ms: 20", 429, "rate_limit_exceeded")]
    [InlineData("500 server_error", 502, "upstream_error")]
    [InlineData("503 unavailable", 503, "overloaded")]
    [InlineData("529 overloaded", 503, "overloaded")]
    [InlineData("307 to /elsewhere", 502, "upstream_bad_response")]
    public async Task A_fault_is_an_outcome_and_nothing_is_written(string misbehaviour, int status, string code)
    {
        await using var upstream = ReplayUpstream.Start().Misbehave(Misbehaviour.Named(misbehaviour));

        var (outcome, text, sink) = await RelayAsync(upstream, timeout: misbehaviour.StartsWith("hang", StringComparison.Ordinal) ? 1 : 30);

        Assert.Equal((status, code), (outcome.Error?.Status, outcome.Error?.Body.Code));
        Assert.False(sink.IsCommitted);
        Assert.Equal("", text);
    }

    [Theory]
    [InlineData("1xx interim response")]
    [InlineData("body until close")]
    [InlineData("unknown fields and events")]
    [InlineData("slow trickle byte by byte")]
    [InlineData("BOM at start")]
    public async Task What_is_only_unusual_passes(string misbehaviour)
    {
        await using var upstream = ReplayUpstream.Start().Misbehave(Misbehaviour.Named(misbehaviour));

        var (outcome, text, _) = await RelayAsync(upstream);

        Assert.Null(outcome.Error);
        Assert.StartsWith("{", text, StringComparison.Ordinal);
        Assert.EndsWith("}", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_answer_that_asks_to_wait_says_how_long()
    {
        await using var upstream = ReplayUpstream.Start();
        upstream.Misbehave(Misbehaviour.RateLimitedForMilliseconds, 1).Misbehave(Misbehaviour.Overloaded, 1);

        await using var second = ReplayUpstream.Start().Misbehave(Misbehaviour.RateLimitedForMilliseconds);
        var (overloaded, _, _) = await RelayAsync(upstream);
        var (limited, _, _) = await RelayAsync(second);

        Assert.Equal(TimeSpan.FromSeconds(1), overloaded.Error?.RetryAfter);
        Assert.Equal(TimeSpan.FromMilliseconds(20), limited.Error?.RetryAfter);
    }

    [Fact]
    public async Task A_large_answer_passes_whole()
    {
        var body = $$"""{"data":"{{new string('x', 3_000_000)}}"}""";
        await using var upstream = ReplayUpstream.Start().Reply(200, body);

        var (outcome, text, sink) = await RelayAsync(upstream);

        Assert.False(outcome.IsError);
        Assert.Equal(body, text);
        Assert.Equal(body.Length, sink.Head?.ContentLength);
        Assert.False(sink.IsAborted);
    }

    [Fact]
    public async Task A_large_answer_that_breaks_off_cuts_the_caller()
    {
        await using var upstream = ReplayUpstream.Start().Reply(200, $$"""{"data":"{{new string('x', 5_000_000)}}"}""").Misbehave(Misbehaviour.TruncatedContentLength);

        var (outcome, _, sink) = await RelayAsync(upstream);

        Assert.False(outcome.IsError);
        Assert.True(sink.IsAborted);
    }

    [Fact]
    public async Task A_large_answer_cut_where_only_its_braces_tell_cuts_the_caller()
    {
        var body = $$"""{"data":"{{new string('x', 3_000_000)}}",""";
        await using var upstream = ReplayUpstream.Start().Reply(UpstreamAnswer.Json(body).With(Misbehaviour.BodyUntilClose));

        var (_, _, sink) = await RelayAsync(upstream);

        Assert.True(sink.IsAborted);
    }

    [Theory]
    [InlineData(10)]
    [InlineData(1_500_000)]
    public async Task A_caller_may_take_longer_to_read_than_the_provider_may_to_answer(int length)
    {
        var time = new ManualTimeProvider();
        await using var upstream = ReplayUpstream.Start().Reply(200, $$"""{"data":"{{new string('x', length)}}"}""");
        var sink = new RecordingSink(isSlow: true);
        using var provider = Provider.At(upstream.BaseUrl, time, settings => settings with { Timeout = TimeSpan.FromSeconds(30) });
        var running = provider.RunAsync(Calls.Chat(sink: sink), Token).AsTask();
        await sink.Committed.WithinAsync("the commit", Token);

        time.Advance(TimeSpan.FromMinutes(5));
        var text = await sink.ReadUntilAsync("\"}").WithinAsync("the answer", Token);
        var outcome = await running.WithinAsync("the call", Token);

        Assert.False(outcome.IsError);
        Assert.False(sink.IsAborted);
        Assert.Equal(length + 11, text.Length);
    }

    [Fact]
    public async Task A_large_answer_that_stands_still_cuts_the_caller_once_the_provider_has_had_its_time()
    {
        var time = new ManualTimeProvider();
        await using var upstream = ReplayUpstream.Start().Reply(200, $$"""{"data":"{{new string('x', 3_000_000)}}"}""").Misbehave(Misbehaviour.Named("hang before the end"));
        var sink = new RecordingSink();
        using var provider = Provider.At(upstream.BaseUrl, time, settings => settings with { Timeout = TimeSpan.FromSeconds(30) });
        var running = provider.RunAsync(Calls.Chat(sink: sink), Token).AsTask();
        await sink.Committed.WithinAsync("the commit", Token);

        // However far it had come: what it has left of its time is spent by the second look at the latest.
        await Poll.UntilAsync(() => Advanced(time, TimeSpan.FromSeconds(31), running), "the end", Token);

        Assert.False((await running).IsError);
        Assert.True(sink.IsAborted);
    }

    [Fact]
    public async Task An_error_with_status_200_is_an_error()
    {
        await using var upstream = ReplayUpstream.Start().Reply(200, """{"error":{"message":"Provider returned error","code":429}}""");

        var (outcome, _, _) = await RelayAsync(upstream);

        Assert.Equal(429, outcome.Error?.Status);
        Assert.NotNull(outcome.Error?.RetryAfter);
    }

    [Fact]
    public async Task Sends_the_callers_bytes_with_the_model_renamed_in_place()
    {
        await using var upstream = ReplayUpstream.Start();
        using var provider = Provider.At(upstream.BaseUrl);
        const string Body = """{ "messages" : [{"role":"user","content":"x"}],"mod\u0065l":"up\/gpt-4o-mini" , "extra":1.50 }""";
        var call = Calls.Of(ApiOperation.ChatCompletions, Body);

        await provider.AnswerAsync(call, "a\"b/ü", Token);

        var request = Assert.Single(upstream.Requests);
        Assert.Equal("""{ "messages" : [{"role":"user","content":"x"}],"mod\u0065l":"a\u0022b/\u00FC" , "extra":1.50 }""", request.BodyText);
        Assert.Equal("/v1/chat/completions", request.Path);
        Assert.Equal($"Bearer {Provider.Key}", request.Header("Authorization"));
        Assert.Equal("identity", request.Header("Accept-Encoding"));
        Assert.Equal("application/json", request.Header("Content-Type"));
    }

    [Fact]
    public async Task Connections_are_used_again()
    {
        await using var upstream = ReplayUpstream.Start();
        using var provider = Provider.At(upstream.BaseUrl);

        foreach (var stream in (bool[])[false, true, false, true])
        {
            await provider.RunAsync(Calls.Chat(stream), Token);
        }

        Assert.Equal(1, upstream.Connections);
    }

    private static bool Advanced(ManualTimeProvider time, TimeSpan by, Task running)
    {
        time.Advance(by);
        return running.IsCompleted;
    }

    private static async Task<(GatewayOutcome Outcome, string Text, RecordingSink Sink)> RelayAsync(ReplayUpstream upstream, int timeout = 30)
    {
        var sink = new RecordingSink();
        using var provider = Provider.At(upstream.BaseUrl, change: settings => settings with { Timeout = TimeSpan.FromSeconds(timeout) });
        var outcome = await provider.RunAsync(Calls.Chat(sink: sink), Token);
        return (outcome, await sink.ReadAllAsync(), sink);
    }
}
