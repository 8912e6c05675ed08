using Switchboard.Gateway.Access;
using Switchboard.Gateway.Configuration;
using Switchboard.Testing.Telemetry;
using Switchboard.Testing.Upstream;

namespace Switchboard.Tests.Server.Telemetry;

[Collection(ExportAlone.Name)]
public sealed class TraceExportTests
{
    private const int Server = 2;
    private const int Client = 3;
    private const int Error = 2;
    private const string Parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    private const string Unsampled = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00";

    private static CancellationToken Ends => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_call_is_a_tree_of_the_server_the_call_and_its_attempt(bool overHttp)
    {
        await using var gateway = await ExportedGateway.StartAsync(
            telemetry => telemetry with
            {
                Headers = new Dictionary<string, Secret> { ["x-test-key"] = new("a b=c") },
                ResourceAttributes = new Dictionary<string, string> { ["deployment.environment.name"] = "test" },
            },
            overHttp: overHttp);

        await gateway.ChatAsync();
        var spans = await gateway.StopAsync();

        var (call, attempt) = TreeOf(spans);
        Assert.Equal((Server, "POST /v1/chat/completions", "POST", "/v1/chat/completions", 200L), (call.Kind, call.Name, call["http.request.method"], call["http.route"], call["http.response.status_code"]));
        Assert.Equal(
            ("chat", "openai", "mine", "gpt-4o-mini", 9L, 3L, "stop", "openai", 1L),
            (call["gen_ai.operation.name"], call["gen_ai.provider.name"], call["gen_ai.request.model"], call["gen_ai.response.model"], call["gen_ai.usage.input_tokens"], call["gen_ai.usage.output_tokens"], call["gen_ai.response.finish_reasons"], call["switchboard.provider"], call["switchboard.attempts"]));
        Assert.Equal((Client, "chat gpt-4o-mini"), (attempt.Kind, attempt.Name));
        Assert.Equal(
            ("chat", "openai", "gpt-4o-mini", "gpt-4o-mini", 9L, 3L, "stop", "openai/gpt-4o-mini", "answered", 200L, "127.0.0.1", (long)gateway.Upstream.BaseUrl.Port),
            (attempt["gen_ai.operation.name"], attempt["gen_ai.provider.name"], attempt["gen_ai.request.model"], attempt["gen_ai.response.model"], attempt["gen_ai.usage.input_tokens"], attempt["gen_ai.usage.output_tokens"], attempt["gen_ai.response.finish_reasons"], attempt["switchboard.deployment"], attempt["switchboard.outcome"], attempt["http.response.status_code"], attempt["server.address"], attempt["server.port"]));
        Assert.All(spans, span => Assert.Equal(0, span.Status));
        Assert.Equal(("switchboard", "test"), (attempt.Resource["service.name"], attempt.Resource["deployment.environment.name"]));
        Assert.Equal("a b=c", gateway.Collector.Key);
        Assert.Equal($"00-{attempt.TraceId}-{attempt.SpanId}-01", Assert.Single(gateway.Upstream.Requests).Header("traceparent"));
    }

    [Fact]
    public async Task A_stream_tells_when_it_began_what_it_used_and_why_it_ended()
    {
        await using var gateway = await ExportedGateway.StartAsync();

        await gateway.ChatAsync(stream: true);
        var (call, attempt) = TreeOf(await gateway.StopAsync());

        foreach (var span in (ReceivedSpan[])[call, attempt])
        {
            Assert.Equal((true, "gpt-4o-mini", "stop", 9L, 3L), (span["gen_ai.request.stream"], span["gen_ai.response.model"], span["gen_ai.response.finish_reasons"], span["gen_ai.usage.input_tokens"], span["gen_ai.usage.output_tokens"]));
            Assert.True(span["gen_ai.response.time_to_first_chunk"] is > 0.0);
        }
    }

    [Fact]
    public async Task A_fallback_is_an_event_and_each_attempt_a_span()
    {
        await using var gateway = await ExportedGateway.StartAsync();
        gateway.Upstream.On(ExportedGateway.Chat, _ => UpstreamAnswer.Json("""{"error":{"message":"down","type":"server_error"}}""", 500));

        await gateway.ChatAsync();
        var spans = await gateway.StopAsync();

        var call = Assert.Single(spans, span => span.Kind == Server);
        var attempts = spans.Where(span => span.Kind == Client).OrderBy(span => span.Name).ToArray();
        Assert.Equal(["chat gpt-4o", "chat gpt-4o-mini"], attempts.Select(span => span.Name));
        Assert.All(attempts, attempt => Assert.Equal(call.SpanId, attempt.ParentId));
        Assert.Equal(("spare", "answered", null, 0), (attempts[0]["switchboard.provider"], attempts[0]["switchboard.outcome"], attempts[0]["error.type"], attempts[0].Status));
        Assert.Equal(("openai", "502", "502", Error), (attempts[1]["switchboard.provider"], attempts[1]["switchboard.outcome"], attempts[1]["error.type"], attempts[1].Status));
        var fallback = Assert.Single(call.Events);
        Assert.Equal(("switchboard.fallback", "mine", "theirs", "unavailable"), (fallback.Name, fallback.Attributes["switchboard.fallback.from"], fallback.Attributes["switchboard.fallback.to"], fallback.Attributes["switchboard.fallback.reason"]));
        Assert.Equal((500L, 2L, 0), (attempts[1]["http.response.status_code"], call["switchboard.attempts"], call.Status));
    }

    [Fact]
    public async Task A_cache_hit_is_an_event_without_an_attempt()
    {
        await using var gateway = await ExportedGateway.StartAsync(configure: all => all with { Cache = new CacheSettings { Enabled = true } });

        await gateway.ChatAsync();
        await gateway.ChatAsync();
        var spans = await gateway.StopAsync();

        Assert.Single(spans, span => span.Kind == Client);
        var events = spans.Where(span => span.Kind == Server).SelectMany(span => span.Events).ToArray();
        Assert.All(events, one => Assert.Equal("switchboard.cache", one.Name));
        Assert.Equal(["hit", "miss"], events.Select(one => one.Attributes["switchboard.cache.result"]).Order());
        Assert.Single(spans, span => span.Kind == Server && Equals(span["gen_ai.provider.name"], "switchboard") && Equals(span["switchboard.attempts"], 0L));
    }

    [Fact]
    public async Task A_limit_is_an_event_and_no_fault_of_the_server()
    {
        await using var gateway = await ExportedGateway.StartAsync(configure: all => all with
        {
            Limits = new LimitSettings { Models = new Dictionary<string, AccessLimits> { ["mine"] = new() { RequestsPerDay = 1 } } },
        });

        await gateway.ChatAsync();
        await gateway.ChatAsync();
        var spans = await gateway.StopAsync();

        Assert.Single(spans, span => span.Kind == Client);
        var refused = Assert.Single(spans, span => span.Kind == Server && Equals(span["http.response.status_code"], 429L));
        var limit = Assert.Single(refused.Events);
        Assert.Equal(("429", 0, "switchboard.limit", "model", "requests_per_day"), (refused["error.type"], refused.Status, limit.Name, limit.Attributes["switchboard.limit.scope"], limit.Attributes["switchboard.limit.kind"]));
    }

    [Fact]
    public async Task A_caller_that_leaves_cancels_the_call_and_its_attempt()
    {
        await using var gateway = await ExportedGateway.StartAsync();
        gateway.Upstream.HoldEvents();
        using var leaving = CancellationTokenSource.CreateLinkedTokenSource(Ends);
        using var request = new HttpRequestMessage(HttpMethod.Post, ExportedGateway.Chat) { Content = ServedGateway.Body("""{"model":"mine","messages":[{"role":"user","content":"Hi"}],"stream":true}""") };
        var asking = gateway.Gateway.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, leaving.Token);
        await gateway.Upstream.ReleaseAsync(2, Ends);
        using (var answer = await asking)
        {
            await leaving.CancelAsync();
        }

        await gateway.Upstream.WaitForDisconnectAsync(Ends);
        var (call, attempt) = TreeOf(await gateway.StopAsync());

        Assert.Equal(("cancelled", 0), (call["error.type"], call.Status));
        Assert.Equal(("cancelled", Error), (attempt["error.type"], attempt.Status));
    }

    [Fact]
    public async Task The_trace_of_the_caller_goes_on()
    {
        await using var gateway = await ExportedGateway.StartAsync();

        await gateway.ChatAsync(headers: [("traceparent", Parent), ("tracestate", "a=1")]);
        var (call, attempt) = TreeOf(await gateway.StopAsync(), parent: "b7ad6b7169203331");

        Assert.Equal(["0af7651916cd43dd8448eb211c80319c"], new[] { call, attempt }.Select(span => span.TraceId).Distinct());
        var request = Assert.Single(gateway.Upstream.Requests);
        Assert.Equal(($"00-{attempt.TraceId}-{attempt.SpanId}-01", "a=1"), (request.Header("traceparent"), request.Header("tracestate")));
    }

    [Theory]
    [InlineData(TraceSampler.ParentOrRatio, Unsampled)]
    [InlineData(TraceSampler.None, Parent)]
    public async Task What_is_not_sampled_is_not_sent_and_goes_on_as_it_came(TraceSampler sampler, string parent)
    {
        await using var gateway = await ExportedGateway.StartAsync(telemetry => telemetry with { Sampler = sampler });

        await gateway.ChatAsync(headers: [("traceparent", parent)]);

        Assert.Empty(await gateway.StopAsync());
        Assert.Equal(parent, Assert.Single(gateway.Upstream.Requests).Header("traceparent"));
        Assert.NotNull(gateway.Point("gen_ai.server.request.duration"));
    }

    [Fact]
    public async Task Probes_are_no_traces()
    {
        await using var gateway = await ExportedGateway.StartAsync();

        foreach (var path in (string[])["/health", "/live", "/ready", "/v1/models"])
        {
            using var answer = await gateway.Gateway.Client.GetAsync(new Uri(path, UriKind.Relative), Ends);
        }

        Assert.Equal("GET /v1/models", Assert.Single(await gateway.StopAsync()).Name);
    }

    [Fact]
    public async Task Neither_keys_nor_what_is_asked_stand_in_a_span()
    {
        await using var gateway = await ExportedGateway.StartAsync();
        const string Secret = "sk-sb-0123456789012345678901234567890123456789abc";

        await gateway.ChatAsync(model: Secret, text: "what-is-asked", headers: [("Authorization", "Bearer " + Secret), ("x-api-key", Secret)]);
        await gateway.ChatAsync(text: "what-is-asked", headers: ("Authorization", "Bearer " + Secret));
        using var google = await gateway.Gateway.PostAsync($"/v1beta/models/mine:generateContent?key={Secret}", """{"contents":[{"parts":[{"text":"what-is-asked"}]}]}""");
        var spans = await gateway.StopAsync();

        Assert.NotEmpty(spans);
        var told = string.Join('\n', spans.SelectMany(span => span.Attributes.Values.Append(span.Name).Concat(span.Events.SelectMany(one => one.Attributes.Values))));
        Assert.DoesNotContain(Secret, told, StringComparison.Ordinal);
        Assert.DoesNotContain("what-is-asked", told, StringComparison.Ordinal);
        Assert.DoesNotContain("sk-openai", told, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Content_is_told_where_that_is_wanted_and_without_secrets(bool stream)
    {
        await using var gateway = await ExportedGateway.StartAsync(telemetry => telemetry with { CaptureContent = true });
        gateway.Upstream.Say("The key is sk-abcdefghijklmnopqrstuvwxyz012345 indeed.");

        var answer = await gateway.ChatAsync(stream, text: "My key is sk-abcdefghijklmnopqrstuvwxyz543210, keep it.");
        var (call, attempt) = TreeOf(await gateway.StopAsync());

        Assert.Contains("sk-abcdefghijklmnopqrstuvwxyz012345", answer, StringComparison.Ordinal);
        Assert.Equal("""[{"role":"user","parts":[{"type":"text","content":"My key is [SECRET], keep it."}]}]""", call["gen_ai.input.messages"]);
        Assert.Equal("""[{"role":"assistant","parts":[{"type":"text","content":"The key is [SECRET] indeed."}],"finish_reason":"stop"}]""", call["gen_ai.output.messages"]);
        Assert.Null(attempt["gen_ai.input.messages"]);
    }

    private static (ReceivedSpan Call, ReceivedSpan Attempt) TreeOf(IReadOnlyList<ReceivedSpan> spans, string parent = "")
    {
        Assert.Equal(2, spans.Count);
        var call = Assert.Single(spans, span => span.Kind == Server);
        var attempt = Assert.Single(spans, span => span.Kind == Client);
        Assert.Equal((parent, call.SpanId), (call.ParentId, attempt.ParentId));
        return (call, attempt);
    }
}
