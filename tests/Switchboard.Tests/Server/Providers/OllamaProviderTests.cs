using System.Net;
using System.Text.Json.Nodes;
using Switchboard.Gateway.Configuration;
using Switchboard.Testing.Upstream;

namespace Switchboard.Tests.Server.Providers;

/// <summary>Ollama behind the gateway, over real sockets.</summary>
public sealed class OllamaProviderTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("")]
    [InlineData("/v1")]
    [InlineData("/api")]
    public async Task Chat_goes_to_its_own_api_wherever_its_address_points(string path)
    {
        await using var gateway = await StartAsync(path: path);
        gateway.Upstream.On("/api/chat", _ => UpstreamAnswer.Json("""{"model":"q","message":{"role":"assistant","content":"Hi"},"done":true,"done_reason":"stop","prompt_eval_count":3,"eval_count":1}"""));

        using var response = await gateway.SendAsync(RelayedGateway.Chat(model: "up/q"));

        var answer = JsonNode.Parse(await response.Content.ReadAsStringAsync(Token))!;
        Assert.Equal("Hi", (string?)answer["choices"]![0]!["message"]!["content"]);
        Assert.Equal(4, (int?)answer["usage"]!["total_tokens"]);
    }

    [Fact]
    public async Task A_stream_of_lines_becomes_events()
    {
        await using var gateway = await StartAsync();
        gateway.Upstream.Reply(Lines("""{"model":"q","message":{"role":"assistant","content":"Hi"},"done":false}""", """{"model":"q","message":{"role":"assistant","content":""},"done":true,"done_reason":"stop","prompt_eval_count":3,"eval_count":1}"""));

        using var response = await gateway.SendAsync(RelayedGateway.Chat(stream: true, model: "up/q"));

        var text = await response.Content.ReadAsStringAsync(Token);
        Assert.Contains("\"content\":\"Hi\"", text, StringComparison.Ordinal);
        Assert.EndsWith("data: [DONE]\n\n", text, StringComparison.Ordinal);
        Assert.True(Assert.Single(gateway.Upstream.Requests).Json.GetProperty("stream").GetBoolean());
    }

    [Fact]
    public async Task An_error_before_the_first_words_is_a_status_and_after_them_an_event()
    {
        await using var gateway = await StartAsync();
        const string Error = """{"error":"model runner has unexpectedly stopped"}""";
        gateway.Upstream.Reply(Lines(Error)).Reply(Lines("""{"model":"q","message":{"role":"assistant","content":"Hi"},"done":false}""", Error));

        using var early = await gateway.SendAsync(RelayedGateway.Chat(stream: true));
        using var late = await gateway.SendAsync(RelayedGateway.Chat(stream: true));

        Assert.Contains("unexpectedly stopped", (await ErrorAnswer.ReadAsync(early)).Message, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.BadGateway, early.StatusCode);
        var text = await late.Content.ReadAsStringAsync(Token);
        Assert.Contains("\"error\":{", text, StringComparison.Ordinal);
        Assert.DoesNotContain("[DONE]", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stream_that_is_not_done_is_cut()
    {
        await using var gateway = await StartAsync();
        gateway.Upstream.Reply(Lines("""{"model":"q","message":{"role":"assistant","content":"Hi"},"done":false}"""));

        using var response = await gateway.SendAsync(RelayedGateway.Chat(stream: true));

        Assert.Contains("upstream_incomplete", await response.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(404, """{"error":"model 'q' not found"}""", 404, null)]
    [InlineData(400, """{"error":"prompt too long; exceeded max context length by 3 tokens"}""", 400, "context_length_exceeded")]
    [InlineData(500, """{"error":"llama runner process has terminated"}""", 502, "upstream_error")]
    public async Task Errors_keep_their_meaning(int status, string body, int expected, string? code)
    {
        await using var gateway = await StartAsync();
        gateway.Upstream.Reply(status, body);

        using var response = await gateway.SendAsync(RelayedGateway.Chat());

        var error = await ErrorAnswer.ReadAsync(response);
        Assert.Equal((expected, code), (error.Status, error.Code));
    }

    [Theory]
    [InlineData("float", "[0.5,-1]")]
    [InlineData("base64", "\"AAAAPwAAgL8=\"")]
    public async Task Embeddings_go_to_its_own_api(string format, string expected)
    {
        await using var gateway = await StartAsync();
        gateway.Upstream.On("/api/embed", _ => UpstreamAnswer.Json("""{"model":"e","embeddings":[[0.5,-1],[2,3]],"prompt_eval_count":6}"""));

        using var response = await gateway.Gateway.PostAsync("/v1/embeddings", $$"""{"model":"up/e","input":["a","b\n"],"encoding_format":"{{format}}","dimensions":2,"keep_alive":"1m","user":"u"}""");

        var answer = JsonNode.Parse(await response.Content.ReadAsStringAsync(Token))!;
        Assert.Equal((2, expected, 6), (answer["data"]!.AsArray().Count, answer["data"]![0]!["embedding"]!.ToJsonString(), (int)answer["usage"]!["prompt_tokens"]!));
        Assert.Equal("""{"model":"e","input":["a","b\n"],"dimensions":2,"keep_alive":"1m"}""", Assert.Single(gateway.Upstream.Requests).BodyText);
        Assert.Equal("user", Assert.Single(response.Headers.GetValues("x-switchboard-dropped")));
    }

    [Theory]
    [InlineData("""{"model":"up/e","input":[1,2]}""", 400, "unsupported_value")]
    [InlineData("""{"model":"up/e","input":["a","b"]}""", 502, "upstream_bad_response")]
    public async Task Embeddings_that_cannot_be_are_refused(string body, int status, string code)
    {
        await using var gateway = await StartAsync();
        gateway.Upstream.On("/api/embed", _ => UpstreamAnswer.Json("""{"model":"e","embeddings":[[0.5,-1]]}"""));

        using var response = await gateway.Gateway.PostAsync("/v1/embeddings", body);

        var error = await ErrorAnswer.ReadAsync(response);
        Assert.Equal((status, code), (error.Status, error.Code));
    }

    [Fact]
    public async Task Everything_else_goes_to_the_compatible_api()
    {
        await using var gateway = await StartAsync();
        gateway.Upstream.On("/v1/completions", _ => UpstreamAnswer.Json("""{"id":"c","object":"text_completion","created":1,"model":"q","choices":[{"index":0,"text":"x","logprobs":null,"finish_reason":"stop"}]}"""));

        using var response = await gateway.Gateway.PostAsync("/v1/completions", """{"model":"up/q","prompt":"a"}""");

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("q", Assert.Single(gateway.Upstream.Requests).Json.GetProperty("model").GetString());
    }

    [Fact]
    public async Task Spoken_to_as_OpenAI_all_goes_there()
    {
        await using var gateway = await StartAsync(settings => settings with { Api = OllamaApi.OpenAI });
        gateway.Upstream.Say("Hi from /v1.");

        using var response = await gateway.SendAsync(RelayedGateway.Chat());

        Assert.Contains("Hi from /v1.", await response.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
        Assert.Equal("/v1/chat/completions", Assert.Single(gateway.Upstream.Requests).Path);
    }

    [Fact]
    public async Task Its_models_are_listed()
    {
        await using var gateway = await StartAsync();
        gateway.Upstream.On("/api/tags", _ => UpstreamAnswer.Json("""{"models":[{"name":"qwen3:8b","model":"qwen3:8b","modified_at":"2026-01-01T00:00:00.5+01:00","size":1,"details":{"family":"qwen3","parameter_size":"8.2B","quantization_level":"Q4_K_M"}}]}"""));

        using var response = await gateway.Gateway.Client.GetAsync("/v1/models", Token);

        var models = JsonNode.Parse(await response.Content.ReadAsStringAsync(Token))!["data"]!.AsArray();
        Assert.Contains(models, model => (string)model!["id"]! == "up/qwen3:8b" || (string)model!["id"]! == "qwen3:8b");
    }

    private static UpstreamAnswer Lines(params IEnumerable<string> lines) => UpstreamAnswer.Stream(lines.Select(line => line + "\n")).WithHeader("Content-Type", "application/x-ndjson");

    private static Task<RelayedGateway> StartAsync(Func<ProviderSettings, ProviderSettings>? change = null, string path = "") => RelayedGateway.StartAsync(settings =>
    {
        var ollama = settings with { Type = "ollama", BaseUrl = new Uri(settings.BaseUrl!.GetLeftPart(UriPartial.Authority) + path) };
        return change?.Invoke(ollama) ?? ollama;
    });
}
