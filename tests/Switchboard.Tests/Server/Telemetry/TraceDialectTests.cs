using Switchboard.Gateway.Configuration;
using Switchboard.Testing.Places;
using Switchboard.Testing.Telemetry;
using Switchboard.Testing.Upstream;

namespace Switchboard.Tests.Server.Telemetry;

/// <summary>What spans tell of answers that are not OpenAI's: the engine's own, and those in other dialects.</summary>
[Collection(ExportAlone.Name)]
public sealed class TraceDialectTests
{
    private const int Server = 2;
    private const string Said = """[{"role":"assistant","parts":[{"type":"text","content":"The key is [SECRET] indeed."},{"type":"tool_call","id":"toolu_1","name":"look","arguments":"{\"at\":1}"}],"finish_reason":"tool_calls"}]""";

    private static CancellationToken Ends => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("/v1/chat/completions", "\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}],", false)]
    [InlineData("/v1/chat/completions", "\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}],", true)]
    [InlineData("/v1/completions", "\"prompt\":\"Hi\",", false)]
    [InlineData("/v1/completions", "\"prompt\":\"Hi\",", true)]
    public async Task The_engine_tells_its_model_and_why_it_ended(string path, string asked, bool stream)
    {
        await using var gateway = await ExportedGateway.StartAsync(configure: WithOthers);

        using var answer = await gateway.Gateway.PostAsync(path, $$"""{"model":"local/switchboard-tiny",{{asked}}"max_tokens":2,"stream":{{(stream ? "true" : "false")}}}""");
        var text = await answer.Content.ReadAsStringAsync(Ends);
        var spans = await gateway.StopAsync();

        var call = Assert.Single(spans, span => span.Kind == Server);
        Assert.Equal("switchboard-tiny", call["gen_ai.response.model"]);
        Assert.Contains($"\"finish_reason\":\"{call["gen_ai.response.finish_reasons"]}\"", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Content_in_Anthropics_dialect_is_told(bool stream)
    {
        await using var gateway = await ExportedGateway.StartAsync(telemetry => telemetry with { CaptureContent = true }, WithOthers);
        gateway.Upstream.On("/v1/messages", _ => stream
            ? UpstreamAnswer.Stream([
                ServerSentEvents.Named("message_start", """{"type":"message_start","message":{"id":"msg_1","type":"message","role":"assistant","model":"claude-x","content":[],"usage":{"input_tokens":3,"output_tokens":1}}}"""),
                ServerSentEvents.Named("content_block_start", """{"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}"""),
                ServerSentEvents.Named("content_block_delta", """{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"The key is sk-abcdefghijklmn"}}"""),
                ServerSentEvents.Named("content_block_delta", """{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"opqrstuvwxyz012345 indeed."}}"""),
                ServerSentEvents.Named("content_block_stop", """{"type":"content_block_stop","index":0}"""),
                ServerSentEvents.Named("content_block_start", """{"type":"content_block_start","index":1,"content_block":{"type":"tool_use","id":"toolu_1","name":"look","input":{}}}"""),
                ServerSentEvents.Named("content_block_delta", """{"type":"content_block_delta","index":1,"delta":{"type":"input_json_delta","partial_json":"{\"at\":1}"}}"""),
                ServerSentEvents.Named("content_block_stop", """{"type":"content_block_stop","index":1}"""),
                ServerSentEvents.Named("message_delta", """{"type":"message_delta","delta":{"stop_reason":"tool_use"},"usage":{"output_tokens":4}}"""),
                ServerSentEvents.Named("message_stop", """{"type":"message_stop"}""")])
            : UpstreamAnswer.Json("""{"id":"msg_1","type":"message","role":"assistant","model":"claude-x","content":[{"type":"text","text":"The key is sk-abcdefghijklmnopqrstuvwxyz012345 indeed."},{"type":"tool_use","id":"toolu_1","name":"look","input":{"at":1}}],"stop_reason":"tool_use","usage":{"input_tokens":3,"output_tokens":4}}"""));

        using var answer = await gateway.Gateway.PostAsync("/v1/messages", $$"""{"model":"claude/claude-x","max_tokens":9,"messages":[{"role":"user","content":"Hi"}],"stream":{{(stream ? "true" : "false")}}}""");
        await answer.Content.ReadAsStringAsync(Ends);

        Assert.Equal(Said, CallOf(await gateway.StopAsync())["gen_ai.output.messages"]);
    }

    [Theory]
    [InlineData("generateContent")]
    [InlineData("streamGenerateContent?alt=sse")]
    public async Task Content_in_Googles_dialect_is_told(string action)
    {
        const string First = """{"candidates":[{"content":{"role":"model","parts":[{"text":"The key is sk-abcdefghijklmn"}]},"index":0}],"modelVersion":"gemini-x"}""";
        const string Last = """{"candidates":[{"content":{"role":"model","parts":[{"text":"opqrstuvwxyz012345 indeed."}]},"finishReason":"STOP","index":0}],"usageMetadata":{"promptTokenCount":3,"candidatesTokenCount":4}}""";
        await using var gateway = await ExportedGateway.StartAsync(telemetry => telemetry with { CaptureContent = true }, WithOthers);
        gateway.Upstream
            .On("/v1beta/models/gemini-x:generateContent", _ => UpstreamAnswer.Json("""{"candidates":[{"content":{"role":"model","parts":[{"text":"The key is sk-abcdefghijklmnopqrstuvwxyz012345 indeed."}]},"finishReason":"STOP","index":0}],"usageMetadata":{"promptTokenCount":3,"candidatesTokenCount":4}}"""))
            .On("/v1beta/models/gemini-x:streamGenerateContent", _ => UpstreamAnswer.Stream([$"data: {First}\n\n", $"data: {Last}\n\n"]));

        using var answer = await gateway.Gateway.PostAsync($"/v1beta/models/google/gemini-x:{action}", """{"contents":[{"role":"user","parts":[{"text":"Hi"}]}]}""");
        Assert.Contains("indeed", await answer.Content.ReadAsStringAsync(Ends), StringComparison.Ordinal);

        Assert.Equal(
            """[{"role":"assistant","parts":[{"type":"text","content":"The key is [SECRET] indeed."}],"finish_reason":"stop"}]""",
            CallOf(await gateway.StopAsync())["gen_ai.output.messages"]);
    }

    private static ReceivedSpan CallOf(IReadOnlyList<ReceivedSpan> spans) => Assert.Single(spans, span => span.Attributes.ContainsKey("gen_ai.output.messages"));

    private static GatewayConfiguration WithOthers(GatewayConfiguration configuration)
    {
        var upstream = configuration.Providers["openai"].BaseUrl!;
        return configuration with
        {
            Providers = new Dictionary<string, ProviderSettings>(configuration.Providers)
            {
                ["claude"] = new() { Type = "anthropic", BaseUrl = upstream, ApiKey = new Secret("key-of-the-gateway") },
                ["google"] = new() { Type = "gemini", BaseUrl = new Uri(upstream, "/v1beta"), ApiKey = new Secret("key-of-the-gateway") },
                ["local"] = new() { Type = "local", ModelsDirectory = RepositoryRoot.Combine("models") },
            },
        };
    }
}
