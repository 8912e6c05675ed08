using System.Diagnostics;
using System.Text.Json;
using Switchboard.Client;
using Switchboard.Protocol.Chat;
using Switchboard.Protocol.Embeddings;
using Switchboard.Protocol.Json;
using Switchboard.Protocol.Responses;
using Switchboard.Testing.Places;
using Switchboard.Testing.Recordings;
using Switchboard.Testing.Upstream;

namespace Switchboard.Tests.Client.Telemetry;

public sealed class TelemetryTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_chat_tells_what_was_asked_and_answered()
    {
        await using var upstream = ReplayUpstream.Start().Say("one two three");
        using var listening = new Listening(upstream.BaseUrl.Port);
        using var client = ClientOf(upstream);

        await client.Chat.Completions.CreateAsync(
            new([new UserMessage("Hello")], "gpt-4o-mini") { Temperature = 0.5, TopP = 0.9, MaxCompletionTokens = 7, Seed = 3, N = 2, Stop = new[] { "a", "b" }, ServiceTier = "flex" },
            cancellationToken: Token);

        var span = listening.Span;
        Assert.Equal("chat gpt-4o-mini", span.DisplayName);
        Assert.Equal(ActivityKind.Client, span.Kind);
        Assert.Equal(ActivityStatusCode.Unset, span.Status);
        Assert.Equal("chat", span.GetTagItem("gen_ai.operation.name"));
        Assert.Equal("openai", span.GetTagItem("gen_ai.provider.name"));
        Assert.Equal("chat_completions", span.GetTagItem("openai.api.type"));
        Assert.Equal("127.0.0.1", span.GetTagItem("server.address"));
        Assert.Equal(0.5, span.GetTagItem("gen_ai.request.temperature"));
        Assert.Equal(0.9, span.GetTagItem("gen_ai.request.top_p"));
        Assert.Equal(7L, span.GetTagItem("gen_ai.request.max_tokens"));
        Assert.Equal(3L, span.GetTagItem("gen_ai.request.seed"));
        Assert.Equal(2L, span.GetTagItem("gen_ai.request.choice.count"));
        Assert.Equal(new[] { "a", "b" }, span.GetTagItem("gen_ai.request.stop_sequences"));
        Assert.Equal("flex", span.GetTagItem("openai.request.service_tier"));
        Assert.Equal("chatcmpl-canned", span.GetTagItem("gen_ai.response.id"));
        Assert.Equal("gpt-4o-mini", span.GetTagItem("gen_ai.response.model"));
        Assert.Equal(new[] { "stop" }, span.GetTagItem("gen_ai.response.finish_reasons"));
        Assert.Equal(9L, span.GetTagItem("gen_ai.usage.input_tokens"));
        Assert.Equal(3L, span.GetTagItem("gen_ai.usage.output_tokens"));
        Assert.Equal(200, span.GetTagItem("http.response.status_code"));
        Assert.Null(span.GetTagItem("http.request.resend_count"));
        Assert.Null(span.GetTagItem("gen_ai.input.messages"));
        Assert.Null(span.GetTagItem("gen_ai.output.messages"));

        var duration = Assert.Single(listening.Measured("gen_ai.client.operation.duration"));
        Assert.Equal("gpt-4o-mini", duration.Tags["gen_ai.request.model"]);
        Assert.Equal([("input", 9d), ("output", 3d)], listening.Measured("gen_ai.client.token.usage").Select(told => ((string)told.Tags["gen_ai.token.type"]!, told.Value)));
        Assert.Empty(listening.Measured("gen_ai.client.operation.time_to_first_chunk"));
    }

    [Fact]
    public async Task Details_of_usage_are_told_by_the_conventions_names()
    {
        Assert.SkipWhen(SharedFolder.FullPath is null, SharedFolder.SkipReason ?? "");
        var recording = Recording.FromSession(SharedFolder.Combine("recordings", "ResponsesTests", "ResponsesWithReasoning.json"));
        var exchange = recording.Exchanges.First(exchange => exchange.Method == "POST" && exchange.Uri.AbsolutePath == "/v1/responses" && !exchange.IsStream);
        await using var upstream = ReplayUpstream.Start().Replay(Recording.Of(exchange));
        using var listening = new Listening(upstream.BaseUrl.Port);
        using var client = ClientOf(upstream);

        Response response = await client.Responses.CreateAsync(WireJson.Deserialize<ResponseRequest>(exchange.RequestBody.Span), cancellationToken: Token);

        var span = listening.Span;
        Assert.Equal("responses", span.GetTagItem("openai.api.type"));
        Assert.Equal(response.Id, span.GetTagItem("gen_ai.response.id"));
        Assert.Equal(response.Usage!.InputTokens, span.GetTagItem("gen_ai.usage.input_tokens"));
        Assert.Equal(response.Usage.OutputTokensDetails.ReasoningTokens, span.GetTagItem("gen_ai.usage.reasoning.output_tokens"));
        Assert.Equal(response.Usage.InputTokensDetails.CachedTokens, span.GetTagItem("gen_ai.usage.cache_read.input_tokens"));
        Assert.Equal(new[] { response.Status!.Value.Value }, span.GetTagItem("gen_ai.response.finish_reasons"));
        Assert.DoesNotContain(response.Id, listening.MetricTagNames);
    }

    [Fact]
    public async Task A_stream_tells_its_first_chunk_its_usage_and_why_it_ended()
    {
        await using var upstream = ReplayUpstream.Start().Say("one two three");
        using var listening = new Listening(upstream.BaseUrl.Port);
        using var client = ClientOf(upstream);

        var count = 0;
        await foreach (var _ in client.Chat.Completions.StreamAsync(new([new UserMessage("Hello")], "gpt-4o-mini") { StreamOptions = new() { IncludeUsage = true } }, cancellationToken: Token))
        {
            count++;
        }

        var span = listening.Span;
        Assert.Equal(true, span.GetTagItem("gen_ai.request.stream"));
        Assert.NotNull(span.GetTagItem("gen_ai.response.time_to_first_chunk"));
        Assert.Equal(new[] { "stop" }, span.GetTagItem("gen_ai.response.finish_reasons"));
        Assert.Equal(3L, span.GetTagItem("gen_ai.usage.output_tokens"));
        Assert.Single(listening.Measured("gen_ai.client.operation.time_to_first_chunk"));
        Assert.Equal(count - 1, listening.Measured("gen_ai.client.operation.time_per_output_chunk").Count);
        Assert.Equal(2, listening.Measured("gen_ai.client.token.usage").Count);
    }

    [Fact]
    public async Task A_stream_that_is_left_ends_its_span_with_what_it_has()
    {
        await using var upstream = ReplayUpstream.Start().Say("one two three");
        using var listening = new Listening(upstream.BaseUrl.Port);
        using var client = ClientOf(upstream);

        await foreach (var _ in client.Chat.Completions.StreamAsync(new([new UserMessage("Hello")], "gpt-4o-mini"), cancellationToken: Token))
        {
            break;
        }

        var span = listening.Span;
        Assert.Equal(ActivityStatusCode.Unset, span.Status);
        Assert.Equal("chatcmpl-canned", span.GetTagItem("gen_ai.response.id"));
        Assert.Null(span.GetTagItem("gen_ai.response.finish_reasons"));
        Assert.Null(span.GetTagItem("error.type"));
        Assert.Single(listening.Measured("gen_ai.client.operation.duration"));
        Assert.Null(Activity.Current);
    }

    [Fact]
    public async Task A_failure_sets_its_kind_and_retries_are_counted()
    {
        await using var upstream = ReplayUpstream.Start();
        upstream.Reply(500, """{"error":{"message":"secret prompt"}}""", ("retry-after-ms", "1")).Reply(401, """{"error":{"message":"bad key sk-test-key"}}""");
        using var listening = new Listening(upstream.BaseUrl.Port);
        using var client = ClientOf(upstream);

        await Assert.ThrowsAsync<ApiAuthenticationException>(() => client.Files.ListAsync(cancellationToken: Token));

        var span = listening.Span;
        Assert.Equal("listFiles", span.DisplayName);
        Assert.Equal(ActivityStatusCode.Error, span.Status);
        Assert.Equal("401", span.GetTagItem("error.type"));
        Assert.Equal(401, span.GetTagItem("http.response.status_code"));
        Assert.Equal(1, span.GetTagItem("http.request.resend_count"));
        Assert.Equal("retry", Assert.Single(span.Events).Name);
        Assert.Null(span.StatusDescription);
        Assert.Equal("401", Assert.Single(listening.Measured("gen_ai.client.operation.duration")).Tags["error.type"]);
    }

    [Fact]
    public async Task An_error_inside_a_stream_is_a_failure()
    {
        await using var upstream = ReplayUpstream.Start();
        upstream.ReplyStream(ServerSentEvents.Data("""{"id":"c","object":"chat.completion.chunk","created":1,"model":"m","choices":[]}"""), ServerSentEvents.Data("""{"error":{"message":"broken"}}"""));
        using var listening = new Listening(upstream.BaseUrl.Port);
        using var client = ClientOf(upstream);

        await Assert.ThrowsAsync<ApiStreamException>(async () =>
        {
            await foreach (var _ in client.Chat.Completions.StreamAsync(new([new UserMessage("Hello")], "m"), cancellationToken: Token))
            {
            }
        });

        Assert.Equal(typeof(ApiStreamException).FullName, listening.Span.GetTagItem("error.type"));
    }

    [Fact]
    public async Task The_trace_goes_on_at_the_server()
    {
        await using var upstream = ReplayUpstream.Start();
        using var listening = new Listening(upstream.BaseUrl.Port, isMeasuring: false);
        using var client = ClientOf(upstream);

        await client.Embeddings.CreateAsync(new EmbeddingRequest("text", "e") { EncodingFormat = EmbeddingRequestEncodingFormat.Base64 }, cancellationToken: Token);

        var span = listening.Span;
        Assert.Equal("embeddings e", span.DisplayName);
        Assert.Equal(new[] { "base64" }, span.GetTagItem("gen_ai.request.encoding_formats"));
        Assert.Contains(span.TraceId.ToHexString(), Assert.Single(upstream.Requests).Header("traceparent"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Content_is_told_where_it_is_wanted()
    {
        await using var upstream = ReplayUpstream.Start().Say("one two");
        using var listening = new Listening(upstream.BaseUrl.Port, isMeasuring: false);
        using var client = ClientOf(upstream).WithOptions(options => options with { CapturesContent = true });
        var request = new ChatCompletionRequest([new SystemMessage("Be short."), new UserMessage("Hello")], "gpt-4o-mini");

        await client.Chat.Completions.CreateAsync(request, cancellationToken: Token);
        await foreach (var _ in client.Chat.Completions.StreamAsync(request, cancellationToken: Token))
        {
        }

        Assert.Equal(2, listening.Spans.Count);
        Assert.All(listening.Spans, span =>
        {
            Assert.Equal(
                """[{"role":"system","parts":[{"type":"text","content":"Be short."}]},{"role":"user","parts":[{"type":"text","content":"Hello"}]}]""",
                span.GetTagItem("gen_ai.input.messages"));
            Assert.Equal("""[{"role":"assistant","parts":[{"type":"text","content":"one two"}],"finish_reason":"stop"}]""", span.GetTagItem("gen_ai.output.messages"));
        });
    }

    [Fact]
    public async Task Tools_and_their_answers_are_told_too()
    {
        Assert.SkipWhen(SharedFolder.FullPath is null, SharedFolder.SkipReason ?? "");
        var recording = Recording.FromSession(SharedFolder.Combine("recordings", "ResponsesTests", "FunctionCallStreamingWorks.json"));
        await using var upstream = ReplayUpstream.Start().Replay(recording);
        using var listening = new Listening(upstream.BaseUrl.Port, isMeasuring: false);
        using var client = ClientOf(upstream).WithOptions(options => options with { CapturesContent = true });
        foreach (var exchange in recording.Exchanges.Where(exchange => exchange.IsStream))
        {
            await foreach (var _ in client.Responses.StreamAsync(WireJson.Deserialize<ResponseRequest>(exchange.RequestBody.Span), cancellationToken: Token))
            {
            }
        }

        var parts = listening.Spans
            .SelectMany(span => new[] { span.GetTagItem("gen_ai.input.messages"), span.GetTagItem("gen_ai.output.messages") })
            .OfType<string>()
            .SelectMany(json => JsonElement.Parse(json).EnumerateArray())
            .SelectMany(message => message.GetProperty("parts").EnumerateArray())
            .Select(part => part.GetProperty("type").GetString());
        Assert.Contains("tool_call", parts);
        Assert.All(listening.Spans, span => Assert.NotNull(span.GetTagItem("gen_ai.tool.definitions")));
    }

    [Theory]
    [InlineData("true", true)]
    [InlineData("SPAN_ONLY", true)]
    [InlineData("false", false)]
    [InlineData("EVENT_ONLY", false)]
    [InlineData(null, false)]
    public void The_environment_can_want_content(string? value, bool expected)
    {
        var options = Switchboard.Client.Transport.ClientEnvironment.Resolve(new(), name => name == "OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT" ? value : null);

        Assert.Equal(expected, options.CapturesContent);
    }

    [Fact]
    public async Task Usage_that_was_counted_before_is_not_counted_again()
    {
        const string Stored = """{"id":"chatcmpl-1","object":"chat.completion","created":1,"model":"m","choices":[],"usage":{"prompt_tokens":5,"completion_tokens":6,"total_tokens":11}}""";
        await using var upstream = ReplayUpstream.Start();
        upstream.Reply(200, Stored);
        using var listening = new Listening(upstream.BaseUrl.Port);
        using var client = ClientOf(upstream);

        await client.Chat.Completions.RetrieveAsync("chatcmpl-1", cancellationToken: Token);

        Assert.Single(listening.Measured("gen_ai.client.operation.duration"));
        Assert.Empty(listening.Measured("gen_ai.client.token.usage"));
        Assert.Null(listening.Span.GetTagItem("gen_ai.usage.input_tokens"));
    }

    private static SwitchboardClient ClientOf(ReplayUpstream upstream) => new(new SwitchboardClientOptions { ApiKey = "sk-test-key", BaseUrl = upstream.BaseUrl, ReadsEnvironment = false });
}
