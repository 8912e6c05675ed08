using System.Net;
using System.Text.Json;
using Switchboard.Gateway.Configuration;
using Switchboard.Testing.Upstream;
using Switchboard.Tests.Client.Realtime;
using Switchboard.Tests.Gateway.Support;

namespace Switchboard.Tests.Server.Providers;

/// <summary>Azure behind the gateway, over real sockets.</summary>
public sealed class AzureProviderTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_deployment_is_asked_at_its_path_with_the_key_in_its_header()
    {
        await using var gateway = await StartAsync(settings => settings with { ApiVersion = "2024-10-21" });
        gateway.Upstream.Reply(200, """{"id":"a","object":"chat.completion","created":1,"model":"gpt-4o-2024-08-06","choices":[{"index":0,"message":{"role":"assistant","content":"Hi"},"finish_reason":"stop"}]}""");

        using var response = await gateway.SendAsync(RelayedGateway.Chat(model: "up/my-gpt"));

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Contains("gpt-4o-2024-08-06", await response.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
        var request = Assert.Single(gateway.Upstream.Requests);
        Assert.Equal(("/openai/deployments/my-gpt/chat/completions", "?api-version=2024-10-21"), (request.Path, request.Query));
        Assert.Equal((RelayedGateway.Key, null), (request.Header("api-key"), request.Header("authorization")));
    }

    [Fact]
    public async Task Several_prompts_asked_one_by_one_all_go_to_the_deployment()
    {
        await using var gateway = await StartAsync(settings => settings with { ApiVersion = "2024-10-21", BatchPrompts = false });
        gateway.Upstream.On("/openai/deployments/d/completions", _ => UpstreamAnswer.Json("""{"id":"c","object":"text_completion","created":1,"model":"d","choices":[{"index":0,"text":"x","logprobs":null,"finish_reason":"stop"}]}"""));

        using var response = await gateway.Gateway.PostAsync("/v1/completions", """{"model":"up/d","prompt":["a","b"]}""");

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(2, gateway.Upstream.Requests.Count);
    }

    [Fact]
    public async Task A_token_as_key_is_a_bearer()
    {
        await using var gateway = await StartAsync(settings => settings with { Auth = KeyKind.Bearer });
        gateway.Upstream.On("/openai/v1/embeddings", _ => UpstreamAnswer.Json("""{"object":"list","data":[],"model":"e"}"""));

        using var response = await gateway.Gateway.PostAsync("/v1/embeddings", """{"model":"up/e","input":"x"}""");

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var request = Assert.Single(gateway.Upstream.Requests);
        Assert.Equal(($"Bearer {RelayedGateway.Key}", null), (request.Header("authorization"), request.Header("api-key")));
    }

    [Fact]
    public async Task An_application_signs_in_for_calls_and_lists()
    {
        await using var gateway = await StartAsync(settings => settings with
        {
            ApiKey = null,
            Authority = settings.Endpoint,
            TenantId = "t",
            ClientId = "app",
            ClientSecret = new Secret("client-secret"),
        });
        gateway.Upstream
            .On("/t/oauth2/v2.0/token", _ => UpstreamAnswer.Json("""{"token_type":"Bearer","expires_in":3600,"access_token":"entra-token"}"""))
            .On("/openai/v1/models", _ => UpstreamAnswer.Json("""{"object":"list","data":[{"id":"gpt-4o","object":"model","created_at":1715212800,"status":"succeeded"}]}"""))
            .On("/openai/v1/chat/completions", request => UpstreamAnswer.Json("""{"error":{"code":"401","message":"Access denied."}}""", 401));

        using var models = await gateway.Gateway.Client.GetAsync("/v1/models", Token);
        using var refused = await gateway.SendAsync(RelayedGateway.Chat());

        Assert.Contains("\"gpt-4o\"", await models.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
        Assert.Equal(["Bearer entra-token", "Bearer entra-token"], gateway.Upstream.Requests.Where(request => request.Path.StartsWith("/openai", StringComparison.Ordinal)).Select(request => request.Header("authorization")));
        Assert.Single(gateway.Upstream.Requests, request => request.Method == "POST" && request.Path.StartsWith("/t/", StringComparison.Ordinal));
        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        Assert.Contains("providers.up.client_secret", await refused.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_refused_application_is_an_answer_and_not_a_fault()
    {
        await using var gateway = await StartAsync(settings => settings with { ApiKey = null, Authority = settings.Endpoint, TenantId = "t", ClientId = "app", ClientSecret = new Secret("client-secret") });
        gateway.Upstream.On("/t/oauth2/v2.0/token", _ => UpstreamAnswer.Json("""{"error":"invalid_client","error_description":"client-secret is wrong"}""", 401));

        using var whole = await gateway.SendAsync(RelayedGateway.Chat());
        using var stream = await gateway.SendAsync(RelayedGateway.Chat(stream: true));

        foreach (var response in new[] { whole, stream })
        {
            Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
            var text = await response.Content.ReadAsStringAsync(Token);
            Assert.Contains("tenant_id, client_id and client_secret", text, StringComparison.Ordinal);
            Assert.DoesNotContain("client-secret", text, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("content_filter", "ResponsibleAIPolicyViolation")]
    [InlineData("contentFilter", "ResponsibleAIPolicyViolation")]
    public async Task A_content_policy_is_told_as_content_filter(string code, string inner)
    {
        await using var gateway = await StartAsync();
        gateway.Upstream.Reply(400, """{"error":{"message":"The response was filtered.","type":null,"param":"prompt","code":"OUTER","status":400,"innererror":{"code":"INNER","content_filter_result":{"violence":{"filtered":true,"severity":"high"}}}}}"""
            .Replace("OUTER", code, StringComparison.Ordinal).Replace("INNER", inner, StringComparison.Ordinal));

        using var response = await gateway.SendAsync(RelayedGateway.Chat());

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        using var document = JsonDocument.Parse(await response.Content.ReadAsStringAsync(Token));
        var error = document.RootElement.GetProperty("error");
        Assert.Equal(("content_filter", "prompt"), (error.GetProperty("code").GetString(), error.GetProperty("param").GetString()));
    }

    [Fact]
    public async Task The_filters_of_a_stream_come_first_and_its_usage_only_to_who_asks()
    {
        await using var gateway = await StartAsync();
        const string Filters = """data: {"choices":[],"created":0,"id":"","model":"","object":"","prompt_filter_results":[{"prompt_index":0,"content_filter_results":{}}]}""";
        const string Text = """data: {"choices":[{"delta":{"content":"Hi"},"finish_reason":"stop","index":0}],"created":1,"id":"c","model":"g","object":"chat.completion.chunk"}""";
        const string Usage = """data: {"choices":[],"created":1,"id":"c","model":"g","object":"chat.completion.chunk","usage":{"completion_tokens":1,"prompt_tokens":1,"total_tokens":2}}""";
        gateway.Upstream.ReplyStream(Filters + "\n\n", Text + "\n\n", Usage + "\n\n", "data: [DONE]\n\n");

        using var response = await gateway.SendAsync(RelayedGateway.Chat(stream: true));

        Assert.Equal($"{Filters}\n\n{Text}\n\ndata: [DONE]\n\n", await response.Content.ReadAsStringAsync(Token));
    }

    [Fact]
    public async Task A_form_names_its_deployment_before_its_file_where_the_path_has_it()
    {
        await using var gateway = await StartAsync(settings => settings with { ApiVersion = "2024-10-21" });
        gateway.Upstream.On("/openai/deployments/whisper/audio/transcriptions", _ => UpstreamAnswer.Json("""{"text":"hello"}"""));

        var file = Form.File("file", new string('x', 2 * 1024 * 1024));
        using var early = await gateway.Gateway.PostAsync("/v1/audio/transcriptions", Form.Of(Form.Field("model", "up/whisper"), file), "multipart/form-data; boundary=b");
        using var late = await gateway.Gateway.PostAsync("/v1/audio/transcriptions", Form.Of(file, Form.Field("model", "up/whisper")), "multipart/form-data; boundary=b");

        Assert.Equal("""{"text":"hello"}""", await early.Content.ReadAsStringAsync(Token));
        Assert.Equal("missing_model", (await ErrorAnswer.ReadAsync(late)).Code);
    }

    [Fact]
    public async Task A_session_of_a_dated_version_names_its_deployment()
    {
        await using var upstream = await SocketServer.StartAsync(async socket => await socket.CloseAsync());
        await using var gateway = await ServedGateway.StartAsync(configuration: new GatewayConfiguration
        {
            Providers = new Dictionary<string, ProviderSettings>
            {
                ["up"] = new() { Type = "azure", Endpoint = new Uri(upstream.Address, "/"), ApiKey = new Secret("k-1234"), ApiVersion = "2024-10-01-preview" },
            },
        });
        using var socket = new System.Net.WebSockets.ClientWebSocket();

        await socket.ConnectAsync(new Uri($"ws://{gateway.Address.Authority}/v1/realtime?model=up/talk"), Token);

        var (target, headers) = Assert.Single(upstream.Handshakes);
        Assert.Equal("/openai/realtime?deployment=talk&api-version=2024-10-01-preview", target);
        Assert.Equal("k-1234", headers["api-key"]);
    }

    private static Task<RelayedGateway> StartAsync(Func<ProviderSettings, ProviderSettings>? change = null) => RelayedGateway.StartAsync(settings =>
    {
        var azure = settings with { Type = "azure", BaseUrl = null, Endpoint = new Uri(settings.BaseUrl!, "/") };
        return change?.Invoke(azure) ?? azure;
    });
}
