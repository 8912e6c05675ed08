using System.Net;
using System.Text;
using System.Text.Json;
using Switchboard.Testing.Misbehaviours;
using Switchboard.Testing.Upstream;

namespace Switchboard.Tests.Server.Surfaces;

/// <summary>Callers whose dialect the provider speaks itself: the bytes go both ways as they are.</summary>
public sealed class PassedDialectTests
{
    private const string Request = """{ "new_beta":[1.50,2e3], "model" : "sonnet","max_tokens":9, "messages":[{"role":"user","content":[{"type":"hologram","x":1}]},{"role":"assistant","content":[{"type":"thinking","thinking":"T","signature":"S/+="}]}]}""";
    private const string Answer = """{"id":"msg_1","type":"message","role":"assistant","model":"claude-sonnet-4-5","content":[{"type":"future_block","x":1.0},{"type":"text","text":"Hi"}],"stop_reason":"end_turn","usage":{"input_tokens":3,"cache_read_input_tokens":2,"output_tokens":4},"context_management":{"applied_edits":[]}}""";

    private static readonly string[] s_stream =
    [
        ServerSentEvents.Named("message_start", """{"type":"message_start","message":{"id":"msg_1","type":"message","role":"assistant","content":[],"usage":{"input_tokens":3,"cache_read_input_tokens":2,"output_tokens":1}}}"""),
        ServerSentEvents.Named("ping", """{"type": "ping"}"""),
        ServerSentEvents.Named("content_block_start", """{"type":"content_block_start","index":0,"content_block":{"type":"server_tool_use","id":"s","name":"web_search","input":{}}}"""),
        ServerSentEvents.Named("content_block_delta", """{"type":"content_block_delta","index":0,"delta":{"type":"future_delta","x":"\u00e4"}}"""),
        ServerSentEvents.Named("content_block_stop", """{"type":"content_block_stop","index":0}"""),
        ServerSentEvents.Named("message_delta", """{"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":4}}"""),
        ServerSentEvents.Named("message_stop", """{"type":"message_stop"}"""),
    ];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Anthropics_bytes_pass_save_the_models_name()
    {
        await using var gateway = await SurfacedGateway.StartAsync();
        gateway.Upstream.Reply(200, Answer, ("request-id", "req_up"));

        using var response = await gateway.SendAsync("/v1/messages?beta=true&key=sk-caller", Request, ("anthropic-beta", "context-1m"), ("anthropic-version", "2023-01-01"), ("x-api-key", "sk-caller"), ("authorization", "Bearer sk-caller"));

        Assert.Equal(Answer, await response.Content.ReadAsStringAsync(Token));
        Assert.Equal("req_up", Assert.Single(response.Headers.GetValues("x-switchboard-upstream-request-id")));
        Assert.False(response.Headers.Contains("x-switchboard-dropped"));
        var asked = Assert.Single(gateway.Upstream.Requests);
        Assert.Equal(("/v1/messages", "?beta=true"), (asked.Path, asked.Query));
        Assert.Equal(Request.Replace("\"sonnet\"", "\"claude-sonnet-4-5\"", StringComparison.Ordinal), asked.BodyText);
        Assert.Equal(["context-1m"], ValuesOf(asked, "anthropic-beta"));
        Assert.Equal(["2023-01-01"], ValuesOf(asked, "anthropic-version"));
        Assert.Equal(["key-of-the-gateway"], ValuesOf(asked, "x-api-key"));
        Assert.DoesNotContain(asked.Headers, header => header.Value.Contains("sk-caller", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("sonnet", "claude-sonnet-4-5", true)]
    [InlineData("claude/kimi-k2", "kimi-k2", false)]
    public async Task What_another_provider_left_in_the_conversation_stays_away_from_Claude(string model, string deployment, bool isMended)
    {
        const string unsigned = """{"type":"thinking","thinking":"U","signature":""}""";
        const string kept = """{"type":"redacted_thinking","data":"eyJpZCI6IiIsImtlcHQiOnsidHlwZSI6InJlYXNvbmluZy5lbmNyeXB0ZWQifX0="}""";
        const string thought = $$"""{"role":"assistant","content":[{{unsigned}},{{kept}}]}""";
        var request = $$$"""
            {"max_tokens":9,"messages":[{"role":"user","content":"Hi"},
            {"role":"assistant","content":[{{{unsigned}}} , {"type":"text","text":"A"},{{{kept}}}, {"type":"tool_use","id":"functions.f:0","name":"f","input":{ }},{{{unsigned}}} ]},
            {"role":"user","content":[{"type":"tool_result","tool_use_id":"functions.f:0","content":[{"type":"text","text":"1"}]}]},
            {{{thought}}},
            {"role":"assistant","content":[{"type":"thinking","thinking":"T","signature":"S/+="}, {"type":"redacted_thinking","data":"R=="},{{{unsigned}}}]},
            {"role":"user","content":"And?"}],"model":"{{{model}}}"}
            """.ReplaceLineEndings("\n");
        var mended = request
            .Replace($",\n{thought}", "", StringComparison.Ordinal)
            .Replace($"{unsigned} , ", "", StringComparison.Ordinal)
            .Replace($",{kept}", "", StringComparison.Ordinal)
            .Replace($",{unsigned}", "", StringComparison.Ordinal)
            .Replace("functions.f:0", "toolu_d6bdd4de328a22edd610f954", StringComparison.Ordinal);
        await using var gateway = await SurfacedGateway.StartAsync();
        gateway.Upstream.Reply(200, Answer);

        using var response = await gateway.SendAsync("/v1/messages", request);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal((isMended ? mended : request).Replace(model, deployment, StringComparison.Ordinal), gateway.Upstream.Requests[0].BodyText);
    }

    [Fact]
    public async Task Anthropics_stream_passes_and_needs_no_close_to_end()
    {
        await using var gateway = await SurfacedGateway.StartAsync();
        gateway.Upstream.Reply(UpstreamAnswer.Stream(s_stream).With(Misbehaviour.Named("hang before the end")));

        using var response = await gateway.SendAsync("/v1/messages", MessagesEndpointTests.Ask("claude/m", stream: true));

        Assert.Equal(string.Concat(s_stream), await response.Content.ReadAsStringAsync(Token));
    }

    [Fact]
    public async Task Who_does_not_send_the_version_gets_the_gateways()
    {
        await using var gateway = await SurfacedGateway.StartAsync();
        gateway.Upstream.Reply(200, Answer);

        using var response = await gateway.SendAsync("/v1/messages", Request);

        Assert.Equal(["2023-06-01"], ValuesOf(gateway.Upstream.Requests[0], "anthropic-version"));
    }

    [Theory]
    [InlineData("reset after 2 events")]
    [InlineData("clean early end after 2 events")]
    [InlineData("error event after 2 events")]
    public async Task A_fault_in_a_passed_stream_is_told_as_Anthropic_tells_it(string misbehaviour)
    {
        await using var gateway = await SurfacedGateway.StartAsync();
        gateway.Upstream.Reply(UpstreamAnswer.Stream(s_stream).With(Misbehaviour.Named(misbehaviour)));

        using var response = await gateway.SendAsync("/v1/messages", MessagesEndpointTests.Ask("claude/m", stream: true));
        var text = await response.Content.ReadAsStringAsync(Token);

        Assert.StartsWith(string.Concat(s_stream[..2]) + "event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"api_error\",\"message\":", text, StringComparison.Ordinal);
        Assert.EndsWith("\"}}\n\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_error_of_Anthropics_keeps_its_status_and_type()
    {
        await using var gateway = await SurfacedGateway.StartAsync();
        gateway.Upstream.Reply(529, """{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"},"request_id":"req_1"}""");

        using var response = await gateway.SendAsync("/v1/messages", Request);

        Assert.Equal(529, (int)response.StatusCode);
        await MessagesEndpointTests.AssertErrorAsync(response, "overloaded_error");
    }

    [Fact]
    public async Task After_a_failover_to_another_dialect_the_answer_is_translated()
    {
        await using var gateway = await SurfacedGateway.StartAsync();
        gateway.Upstream.Reply(500, "{}");

        using var response = await gateway.SendAsync("/v1/messages", MessagesEndpointTests.Ask("either"));
        var message = JsonElement.Parse(await response.Content.ReadAsByteArrayAsync(Token));

        Assert.Equal(["/v1/messages", "/v1/chat/completions"], gateway.Upstream.Requests.Select(request => request.Path));
        Assert.Equal("Hello from upstream.", message.GetProperty("content")[0].GetProperty("text").GetString());
    }

    [Fact]
    public async Task Anthropic_counts_its_tokens_itself()
    {
        await using var gateway = await SurfacedGateway.StartAsync();
        gateway.Upstream.Reply(200, """{"input_tokens":42}""");

        using var response = await gateway.SendAsync("/v1/messages/count_tokens", Request);

        Assert.Equal("""{"input_tokens":42}""", await response.Content.ReadAsStringAsync(Token));
        Assert.Equal("/v1/messages/count_tokens", gateway.Upstream.Requests[0].Path);
        Assert.False(response.Headers.Contains("x-switchboard-estimate"));
    }

    [Fact]
    public async Task A_refusal_to_translate_holds_for_other_dialects_alone()
    {
        await using var gateway = await SurfacedGateway.StartAsync();
        gateway.Upstream.Reply(200, Answer);

        using var passed = await gateway.SendAsync("/v1/messages", Request);
        using var refused = await gateway.SendAsync("/v1/messages", Request.Replace("sonnet", "up/m", StringComparison.Ordinal));

        Assert.Equal(HttpStatusCode.OK, passed.StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        Assert.Single(gateway.Upstream.Requests);
    }

    [Fact]
    public async Task Googles_bytes_pass_as_they_are()
    {
        const string request = """{"contents":[{"role":"user","parts":[{"hologram":1}]}],"cachedContent":"cachedContents/1"}""";
        const string answer = """{"candidates":[{"content":{"parts":[{"text":"Hi","thoughtSignature":"Sig=="}],"role":"model"},"finishReason":"STOP","index":0,"future":1.0}],"usageMetadata":{"promptTokenCount":3,"candidatesTokenCount":1}}""";
        await using var gateway = await SurfacedGateway.StartAsync();
        gateway.Upstream.Reply(200, answer);

        using var response = await gateway.SendAsync("/v1beta/models/google/gemini-x:generateContent?key=sk-caller", request, ("x-goog-api-key", "sk-caller"));

        Assert.Equal(answer, await response.Content.ReadAsStringAsync(Token));
        var asked = Assert.Single(gateway.Upstream.Requests);
        Assert.Equal(("/v1beta/models/gemini-x:generateContent", "", request), (asked.Path, asked.Query, asked.BodyText));
        Assert.Equal(["key-of-the-gateway"], ValuesOf(asked, "x-goog-api-key"));
    }

    [Fact]
    public async Task Googles_stream_passes_and_its_faults_are_Googles()
    {
        string[] stream =
        [
            ServerSentEvents.Data("""{"candidates":[{"content":{"parts":[{"text":"Hi"}],"role":"model"},"index":0}],"usageMetadata":{"promptTokenCount":3}}"""),
            ServerSentEvents.Data("""{"candidates":[{"content":{"parts":[{"text":"!"}],"role":"model"},"finishReason":"STOP","index":0}],"usageMetadata":{"promptTokenCount":3,"candidatesTokenCount":2,"thoughtsTokenCount":5}}"""),
        ];
        await using var gateway = await SurfacedGateway.StartAsync();
        gateway.Upstream.Reply(UpstreamAnswer.Stream(stream)).Reply(UpstreamAnswer.Stream(stream[..1]));
        const string path = "/v1beta/models/google/gemini-x:streamGenerateContent?alt=sse";
        const string body = """{"contents":[{"parts":[{"text":"Hi"}]}]}""";

        using var whole = await gateway.SendAsync(path, body);
        using var cut = await gateway.SendAsync(path, body);

        Assert.Equal(string.Concat(stream), await whole.Content.ReadAsStringAsync(Token));
        Assert.Equal("?alt=sse", gateway.Upstream.Requests[0].Query);
        var text = await cut.Content.ReadAsStringAsync(Token);
        Assert.StartsWith(stream[0] + "data: {\"error\":{\"code\":502,\"message\":", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_large_answer_passes_as_it_comes()
    {
        var answer = Answer.Replace("\"Hi\"", $"\"{new string('x', 3 * 1024 * 1024)}\"", StringComparison.Ordinal);
        await using var gateway = await SurfacedGateway.StartAsync();
        gateway.Upstream.Reply(200, answer);

        using var response = await gateway.SendAsync("/v1/messages", Request);

        var told = await response.Content.ReadAsByteArrayAsync(Token);
        Assert.True(told.AsSpan().SequenceEqual(Encoding.UTF8.GetBytes(answer)));
    }

    private static IEnumerable<string> ValuesOf(UpstreamRequest request, string name) =>
        request.Headers.Where(header => header.Key.Equals(name, StringComparison.OrdinalIgnoreCase)).Select(header => header.Value);
}
