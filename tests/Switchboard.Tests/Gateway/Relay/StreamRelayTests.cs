using System.Text.Json;
using Switchboard.Gateway.Pipeline;
using Switchboard.Testing.Misbehaviours;
using Switchboard.Testing.Upstream;
using Switchboard.Tests.Gateway.Support;

namespace Switchboard.Tests.Gateway.Relay;

public sealed class StreamRelayTests
{
    private const string First = """{"id":"c1","choices":[{"index":0,"delta":{"role":"assistant","content":"Hi"},"finish_reason":null}],"x_unknown":[1,{"a":null}]}""";
    private const string Last = """{"id":"c1","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}""";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    [InlineData(100_000)]
    public async Task Passes_the_bytes_as_they_came_however_they_are_cut(int bytesPerWrite)
    {
        string wire = $": hello\n\n{ServerSentEvents.Data(First)}event: message\ndata:{First}\n: note\n\n: between\n\ndata: {Last}\r\n\r\n{ServerSentEvents.Done}";
        await using var upstream = ReplayUpstream.Start().Reply(UpstreamAnswer.Stream([wire]) with { BytesPerWrite = bytesPerWrite });

        var (outcome, text, _) = await RelayAsync(upstream);

        Assert.False(outcome.IsError);
        Assert.Equal(wire, text);
    }

    [Fact]
    public async Task Ends_a_good_stream_with_done_where_upstream_forgot_it()
    {
        await using var upstream = ReplayUpstream.Start().ReplyStream(ServerSentEvents.Data(First), ServerSentEvents.Data(Last));

        var (_, text, _) = await RelayAsync(upstream);

        Assert.Equal(ServerSentEvents.Data(First) + ServerSentEvents.Data(Last) + ServerSentEvents.Done, text);
    }

    [Fact]
    public async Task Completes_a_last_event_that_lacks_its_blank_line()
    {
        await using var upstream = ReplayUpstream.Start().ReplyStream(ServerSentEvents.Data(First), $"data: {Last}");

        var (_, text, _) = await RelayAsync(upstream);

        Assert.Equal(ServerSentEvents.Data(First) + ServerSentEvents.Data(Last) + ServerSentEvents.Done, text);
    }

    [Fact]
    public async Task Drops_what_comes_after_done_and_events_without_data()
    {
        await using var upstream = ReplayUpstream.Start().ReplyStream(
            "event: ping\n\n", ServerSentEvents.Data(First), "event: ping\n\n", "data:\n\n", ServerSentEvents.Data(Last), ServerSentEvents.Done, ServerSentEvents.Data(First));

        var (_, text, _) = await RelayAsync(upstream);

        Assert.Equal(ServerSentEvents.Data(First) + ServerSentEvents.Data(Last) + ServerSentEvents.Done, text);
    }

    [Theory]
    [InlineData("hang before headers", 504, "upstream_timeout")]
    [InlineData("reset before headers", 502, "upstream_incomplete")]
    [InlineData("close before headers", 502, "upstream_incomplete")]
    [InlineData("HTML page with 200", 502, "upstream_bad_response")]
    [InlineData("HTML page with 502", 502, "upstream_error")]
    [InlineData("wrong content type", 502, "upstream_bad_response")]
    [InlineData("empty body", 502, "upstream_incomplete")]
    [InlineData("gzip-encoded answer", 502, "upstream_bad_response")]
    [InlineData("huge headers", 502, "upstream_bad_response")]
    [InlineData("401 invalid_api_key", 401, "invalid_api_key")]
    [InlineData("404 model_not_found", 404, "model_not_found")]
    [InlineData("429 with Retry-After: 1", 429, "rate_limit_exceeded")]
    [InlineData("429 insufficient_quota", 429, "insufficient_quota")]
    [InlineData("500 server_error", 502, "upstream_error")]
    [InlineData("503 unavailable", 503, "overloaded")]
    [InlineData("529 overloaded", 503, "overloaded")]
    [InlineData("307 to /elsewhere", 502, "upstream_bad_response")]
    public async Task A_fault_before_the_first_event_keeps_its_status(string misbehaviour, int status, string code)
    {
        await using var upstream = ReplayUpstream.Start().Misbehave(Misbehaviour.Named(misbehaviour));

        var (outcome, text, sink) = await RelayAsync(upstream, timeout: misbehaviour.StartsWith("hang", StringComparison.Ordinal) ? 1 : 30);

        Assert.Equal((status, code), (outcome.Error?.Status, outcome.Error?.Body.Code));
        Assert.False(sink.IsCommitted);
        Assert.Equal("", text);
    }

    [Fact]
    public async Task A_closed_port_is_an_outcome()
    {
        await using var upstream = ReplayUpstream.Start().Misbehave(Misbehaviour.RefuseConnections);

        var (outcome, _, _) = await RelayAsync(upstream);

        Assert.Equal((502, "The provider 'up' cannot be reached: the connection was refused."), (outcome.Error?.Status, outcome.Error?.Body.Message));
    }

    [Theory]
    [InlineData("reset in mid body", "upstream_incomplete")]
    [InlineData("chunked body without terminator", null)]
    [InlineData("hang after 2 events", "upstream_timeout")]
    [InlineData("reset after 2 events", "upstream_incomplete")]
    [InlineData("close after 2 events", "upstream_incomplete")]
    [InlineData("clean early end after 2 events", "upstream_incomplete")]
    [InlineData("error event after 2 events", "upstream_error")]
    [InlineData("malformed JSON in an event", "upstream_bad_response")]
    [InlineData("truncated Content-Length body", "upstream_incomplete")]
    public async Task A_fault_after_the_first_event_is_one_error_event_and_no_done(string misbehaviour, string? code)
    {
        await using var upstream = ReplayUpstream.Start().Misbehave(Misbehaviour.Named(misbehaviour));

        var (outcome, text, _) = await RelayAsync(upstream, idle: misbehaviour.StartsWith("hang", StringComparison.Ordinal) ? 3 : 30);

        Assert.False(outcome.IsError);
        if (code is null)
        {
            // It has its finish_reason and its [DONE]: the missing last chunk of the transport takes nothing from it.
            Assert.EndsWith(ServerSentEvents.Done, text, StringComparison.Ordinal);
            return;
        }

        var events = ServerSentEvents.Split(text);
        var error = JsonElement.Parse(events[^1]["data: ".Length..]).GetProperty("error");
        Assert.Equal(code, error.GetProperty("code").GetString());
        Assert.Single(events, e => e.StartsWith("data: {\"error\"", StringComparison.Ordinal));
        Assert.DoesNotContain("[DONE]", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("hang before the end")]
    [InlineData("1xx interim response")]
    [InlineData("body until close")]
    [InlineData("unknown fields and events")]
    [InlineData("CRLF line ends")]
    [InlineData("comments between events")]
    [InlineData("duplicate final usage chunk")]
    [InlineData("events after [DONE]")]
    [InlineData("slow trickle byte by byte")]
    [InlineData("giant event")]
    [InlineData("BOM at start")]
    public async Task What_is_only_unusual_passes_to_its_done(string misbehaviour)
    {
        await using var upstream = ReplayUpstream.Start().Misbehave(Misbehaviour.Named(misbehaviour));

        var (outcome, text, _) = await RelayAsync(upstream);

        Assert.False(outcome.IsError);
        Assert.EndsWith("data: [DONE]", text.TrimEnd(), StringComparison.Ordinal);
        Assert.DoesNotContain("\"error\"", text, StringComparison.Ordinal);
        Assert.NotEqual('\uFEFF', text[0]);
    }

    [Theory]
    [InlineData("""{"error":{"message":"slow down","type":"rate_limit_error","code":"rate_limit_exceeded"}}""", 429)]
    [InlineData("""{"error":{"message":"too long","type":"invalid_request_error","code":"context_length_exceeded"}}""", 400)]
    [InlineData("""{"error":{"message":"Internal server error","type":"internal_server_error","code":500}}""", 502)]
    [InlineData("""{"error":{"message":"busy","code":529}}""", 503)]
    [InlineData("""{"error":"boom"}""", 502)]
    public async Task An_error_as_first_event_becomes_its_status(string data, int status)
    {
        await using var upstream = ReplayUpstream.Start().ReplyStream(": wait\n\n", ServerSentEvents.Data(data));

        var (outcome, text, _) = await RelayAsync(upstream);

        Assert.Equal(status, outcome.Error?.Status);
        Assert.Equal("", text);
    }

    [Fact]
    public async Task Json_for_a_stream_is_an_error_or_a_fault()
    {
        await using var upstream = ReplayUpstream.Start()
            .Reply(200, """{"error":{"message":"no","type":"invalid_request_error"}}""")
            .Reply(200, """{"choices":[{"index":0,"message":{},"finish_reason":"stop"}]}""");

        var (error, _, _) = await RelayAsync(upstream);
        var (completion, _, _) = await RelayAsync(upstream);

        Assert.Equal((400, "no"), (error.Error?.Status, error.Error?.Body.Message));
        Assert.Equal((502, "upstream_bad_response"), (completion.Error?.Status, completion.Error?.Body.Code));
    }

    [Fact]
    public async Task A_choice_without_its_reason_is_a_cut_stream()
    {
        const string Other = """{"choices":[{"index":1,"delta":{"content":"x"},"finish_reason":null}]}""";
        await using var upstream = ReplayUpstream.Start().ReplyStream(ServerSentEvents.Data(Other), ServerSentEvents.Data(Last), ServerSentEvents.Done);

        var (_, text, _) = await RelayAsync(upstream);

        Assert.DoesNotContain("[DONE]", text, StringComparison.Ordinal);
        Assert.Contains("upstream_incomplete", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Headers_times_and_usage_reach_the_call()
    {
        const string Usage = """{"choices":[],"usage":{"prompt_tokens":9,"completion_tokens":3,"total_tokens":12}}""";
        await using var upstream = ReplayUpstream.Start().Reply(UpstreamAnswer.Stream(
                [ServerSentEvents.Data(First), ServerSentEvents.Data(Last), ServerSentEvents.Data(Usage), ServerSentEvents.Done])
            .WithHeader("x-request-id", "req_up").WithHeader("x-ratelimit-remaining-requests", "9").WithHeader("openai-processing-ms", "12")
            .WithHeader("Set-Cookie", "a=b").WithHeader("Server", "cloud"));
        var call = Calls.Chat(stream: true);
        using var provider = Provider.At(upstream.BaseUrl);

        await provider.RunAsync(call, Token);

        var head = ((RecordingSink)call.Sink).Head;
        Assert.Equal(200, head?.Status);
        Assert.Equal(
            ["openai-processing-ms=12", "x-ratelimit-remaining-requests=9", "x-switchboard-upstream-request-id=req_up"],
            head!.Headers.Select(header => $"{header.Key}={header.Value}").Order());
        Assert.Equal(["connect", "first_byte"], call.Timings.Phases.Select(phase => phase.Key));
        Assert.Equal(new TokenUsage(9, 3), call.Usage);
    }

    [Theory]
    [InlineData("", 0)]
    [InlineData(",\"sequence_number\":41", 42)]
    public async Task A_stream_of_responses_ends_with_an_error_event_of_its_own_kind(string number, int expected)
    {
        var first = $$"""{"type":"response.output_text.delta","delta":"Hi"{{number}}}""";
        await using var upstream = ReplayUpstream.Start().ReplyStream(ServerSentEvents.Data(first));
        var sink = new RecordingSink();
        using var provider = Provider.At(upstream.BaseUrl);

        await provider.RunAsync(Calls.Of(ApiOperation.Responses, """{"model":"m","input":"Hi","stream":true}""", sink), Token);

        var text = await sink.ReadAllAsync();
        var head = $"{ServerSentEvents.Data(first)}event: error\ndata: ";
        Assert.StartsWith(head, text, StringComparison.Ordinal);
        var error = JsonElement.Parse(text[head.Length..]);
        Assert.Equal(("error", expected, "upstream_incomplete"), (error.GetProperty("type").GetString(), error.GetProperty("sequence_number").GetInt32(), error.GetProperty("code").GetString()));
        Assert.Equal(error.GetProperty("message").GetString(), error.GetProperty("error").GetProperty("message").GetString());
    }

    [Fact]
    public async Task An_error_event_is_numbered_on_from_events_that_passed_unread()
    {
        await using var upstream = ReplayUpstream.Start().ReplyStream([.. Enumerable.Range(3, 5).Select(number =>
            ServerSentEvents.Data($$"""{"type":"response.output_text.delta","delta":"Hi","sequence_number":{{number}},"item_id":"i"}"""))]);
        var sink = new RecordingSink();
        using var provider = Provider.At(upstream.BaseUrl);

        await provider.RunAsync(Calls.Of(ApiOperation.Responses, """{"model":"m","input":"Hi","stream":true}""", sink), Token);

        var text = await sink.ReadAllAsync();
        Assert.Equal([3, 4, 5, 6, 7, 8], ServerSentEvents.Read(text).Select(one => JsonElement.Parse(one.Data).GetProperty("sequence_number").GetInt32()));
    }

    private static async Task<(GatewayOutcome Outcome, string Text, RecordingSink Sink)> RelayAsync(ReplayUpstream upstream, int timeout = 30, int idle = 30)
    {
        var sink = new RecordingSink();
        using var provider = Provider.At(upstream.BaseUrl, change: settings => settings with { Timeout = TimeSpan.FromSeconds(timeout), IdleTimeout = TimeSpan.FromSeconds(idle) });
        var outcome = await provider.RunAsync(Calls.Chat(stream: true, sink: sink), Token);
        return (outcome, await sink.ReadAllAsync(), sink);
    }
}
