using System.Net;
using System.Text.Json.Nodes;
using Switchboard.Gateway.Configuration;
using Switchboard.Protocol.Conversations;
using Switchboard.Protocol.Responses;
using Switchboard.Testing.Misbehaviours;
using Switchboard.Testing.Upstream;
using Switchboard.Tests.Gateway.Responses;

namespace Switchboard.Tests.Server.Responses;

/// <summary><c>/v1/responses</c> and <c>/v1/conversations</c> over HTTP, in front of an OpenAI-compatible server that only has chat.</summary>
public sealed class ResponsesEndpointTests
{
    [Fact]
    public async Task A_response_is_made_read_and_deleted()
    {
        await using var gateway = await StartAsync();
        var made = await PostAsync(gateway, "/v1/responses", """{"model":"up/m","input":"Hi","metadata":{"a":"b"}}""");
        ResponsesRun.CheckType<Response>(made.ToJsonString());
        Assert.Equal("b", (string)made["metadata"]!["a"]!);

        var read = await GetAsync(gateway, $"/v1/responses/{made["id"]}");
        Assert.True(JsonNode.DeepEquals(made, read));
        var items = await GetAsync(gateway, $"/v1/responses/{made["id"]}/input_items");
        ResponsesRun.CheckType<ResponseItemList>(items.ToJsonString());
        Assert.Equal("Hi", (string)items["data"]![0]!["content"]![0]!["text"]!);

        var deleted = await ReadAsync(gateway, HttpMethod.Delete, $"/v1/responses/{made["id"]}");
        Assert.Equal("response.deleted", (string)deleted["object"]!);
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(gateway, HttpMethod.Get, $"/v1/responses/{made["id"]}"));
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(gateway, HttpMethod.Delete, $"/v1/responses/{made["id"]}"));
    }

    [Fact]
    public async Task The_provider_is_asked_for_chat_with_its_key_and_its_name_for_the_model()
    {
        await using var gateway = await StartAsync();

        using var answer = await gateway.Gateway.PostAsync("/v1/responses", """{"model":"up/m","input":"Hi","truncation":"auto"}""");

        var request = Assert.Single(gateway.Upstream.Requests);
        Assert.Equal("/v1/chat/completions", request.Path);
        Assert.Equal("m", request.Json.GetProperty("model").GetString());
        Assert.Equal($"Bearer {RelayedGateway.Key}", request.Header("authorization"));
        Assert.Equal("up/m", Assert.Single(answer.Headers.GetValues("x-switchboard-deployment")));
        Assert.Equal("truncation", Assert.Single(answer.Headers.GetValues("x-switchboard-dropped")));
        Assert.Contains("first_byte", Assert.Single(answer.Headers.GetValues("Server-Timing")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stream_says_what_a_whole_answer_says()
    {
        await using var gateway = await StartAsync();
        var whole = await PostAsync(gateway, "/v1/responses", """{"model":"up/m","input":"Hi"}""");

        using var answer = await gateway.Gateway.PostAsync("/v1/responses", """{"model":"up/m","input":"Hi","stream":true}""");

        Assert.Equal("text/event-stream", answer.Content.Headers.ContentType?.MediaType);
        var events = ResponsesRun.EventsOf(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.Equal("response.completed", (string)events[^1]["type"]!);
        Assert.Equal(TextOf(whole), TextOf(events[^1]["response"]!));
        Assert.Equal(whole["usage"]!.ToJsonString(), events[^1]["response"]!["usage"]!.ToJsonString());
        Assert.True(gateway.Upstream.Requests[^1].Json.GetProperty("stream_options").GetProperty("include_usage").GetBoolean());
    }

    [Fact]
    public async Task A_providers_error_is_told_as_it_is()
    {
        await using var gateway = await StartAsync();
        gateway.Upstream.On("/v1/chat/completions", _ => UpstreamAnswer.Json("""{"error":{"message":"Too many.","type":"rate_limit_error","param":null,"code":"rate_limit_exceeded"}}""", 429));

        using var answer = await gateway.Gateway.PostAsync("/v1/responses", """{"model":"up/m","input":"Hi","stream":true}""");

        Assert.Equal(HttpStatusCode.TooManyRequests, answer.StatusCode);
        Assert.NotNull(answer.Headers.RetryAfter);
    }

    [Fact]
    public async Task A_stream_that_is_cut_ends_with_an_error_and_is_not_kept()
    {
        await using var gateway = await StartAsync();
        var whole = UpstreamAnswer.Stream(ServerSentEvents.Split(ResponsesRun.Stream("stop", """{"content":"One"}""", """{"content":"two"}""")));
        gateway.Upstream.On("/v1/chat/completions", _ => whole.With(Misbehaviour.CloseAfterEvents(1)));

        using var answer = await gateway.Gateway.PostAsync("/v1/responses", """{"model":"up/m","input":"Hi","stream":true}""");

        var events = ResponsesRun.EventsOf(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.Equal("error", (string)events[^1]["type"]!);
        Assert.Equal("upstream_incomplete", (string)events[^1]["code"]!);
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(gateway, HttpMethod.Get, $"/v1/responses/{events[0]["response"]!["id"]}"));
    }

    [Fact]
    public async Task A_conversation_is_read_and_extended_by_responses()
    {
        await using var gateway = await StartAsync();
        var conversation = await PostAsync(gateway, "/v1/conversations", """{"metadata":{"topic":"t"},"items":[{"type":"message","role":"system","content":"Be brief."}]}""");
        ResponsesRun.CheckType<Conversation>(conversation.ToJsonString());
        var id = (string)conversation["id"]!;

        var first = await PostAsync(gateway, "/v1/responses", $$"""{"model":"up/m","input":"One","conversation":"{{id}}"}""");
        Assert.Equal(id, (string)first["conversation"]!["id"]!);
        await PostAsync(gateway, "/v1/responses", $$"""{"model":"up/m","input":"Two","conversation":{"id":"{{id}}"},"store":false}""");

        var messages = JsonNode.Parse(gateway.Upstream.Requests[^1].BodyText)!["messages"]!.AsArray();
        Assert.Equal(["system", "user", "assistant", "user"], messages.Select(message => (string)message!["role"]!));
        var items = await GetAsync(gateway, $"/v1/conversations/{id}/items?order=asc&limit=2");
        ResponsesRun.CheckType<ConversationItemList>(items.ToJsonString());
        Assert.Equal(["system", "user"], items["data"]!.AsArray().Select(item => (string)item!["role"]!));
        Assert.True((bool)items["has_more"]!);
        items = await GetAsync(gateway, $"/v1/conversations/{id}/items?order=asc&after={items["last_id"]}");
        Assert.Equal(["assistant", "user", "assistant"], items["data"]!.AsArray().Select(item => (string)item!["role"]!));
        Assert.False((bool)items["has_more"]!);
        Assert.Equal(HttpStatusCode.BadRequest, await StatusAsync(gateway, HttpMethod.Post, "/v1/responses", $$"""{"model":"up/m","input":"x","previous_response_id":"{{first["id"]}}"}"""));
    }

    [Fact]
    public async Task A_conversation_and_its_items_are_made_changed_and_deleted()
    {
        await using var gateway = await StartAsync();
        var id = (string)(await PostAsync(gateway, "/v1/conversations", "{}"))["id"]!;

        var added = await PostAsync(gateway, $"/v1/conversations/{id}/items", """{"items":[{"role":"user","content":"One"},{"role":"user","content":[{"type":"input_text","text":"Two"}]}]}""");
        var item = (string)added["data"]![0]!["id"]!;
        Assert.Equal("One", (string)(await GetAsync(gateway, $"/v1/conversations/{id}/items/{item}"))["content"]![0]!["text"]!);
        var changed = await PostAsync(gateway, $"/v1/conversations/{id}", """{"metadata":{"a":"b"}}""");
        Assert.Equal("b", (string)changed["metadata"]!["a"]!);
        Assert.Equal(id, (string)(await ReadAsync(gateway, HttpMethod.Delete, $"/v1/conversations/{id}/items/{item}"))["id"]!);
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(gateway, HttpMethod.Get, $"/v1/conversations/{id}/items/{item}"));
        Assert.Single((await GetAsync(gateway, $"/v1/conversations/{id}/items"))["data"]!.AsArray());
        Assert.Equal("conversation.deleted", (string)(await ReadAsync(gateway, HttpMethod.Delete, $"/v1/conversations/{id}"))["object"]!);
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(gateway, HttpMethod.Get, $"/v1/conversations/{id}"));
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(gateway, HttpMethod.Post, "/v1/responses", $$"""{"model":"up/m","input":"x","conversation":"{{id}}"}"""));
        Assert.Empty(gateway.Upstream.Requests);
    }

    [Theory]
    [InlineData("POST", "/v1/conversations", "[]", HttpStatusCode.BadRequest)]
    [InlineData("POST", "/v1/conversations", "{", HttpStatusCode.BadRequest)]
    [InlineData("POST", "/v1/conversations", """{"metadata":1}""", HttpStatusCode.BadRequest)]
    [InlineData("POST", "/v1/conversations", """{"items":[1]}""", HttpStatusCode.BadRequest)]
    [InlineData("GET", "/v1/conversations/ID/items?limit=0", null, HttpStatusCode.BadRequest)]
    [InlineData("GET", "/v1/conversations/ID/items?order=up", null, HttpStatusCode.BadRequest)]
    [InlineData("GET", "/v1/conversations/ID/items?after=none", null, HttpStatusCode.NotFound)]
    [InlineData("POST", "/v1/conversations/ID/items", "{}", HttpStatusCode.BadRequest)]
    [InlineData("POST", "/v1/conversations/ID", "{}", HttpStatusCode.BadRequest)]
    [InlineData("GET", "/v1/responses/RESPONSE?stream=true", null, HttpStatusCode.BadRequest)]
    [InlineData("POST", "/v1/responses/RESPONSE/cancel", null, HttpStatusCode.BadRequest)]
    [InlineData("POST", "/v1/responses/resp_sb00/cancel", null, HttpStatusCode.NotFound)]
    public async Task What_cannot_be_done_is_an_error_that_says_so(string method, string path, string? body, HttpStatusCode status)
    {
        await using var gateway = await StartAsync();
        var conversation = (string)(await PostAsync(gateway, "/v1/conversations", "{}"))["id"]!;
        var response = (string)(await PostAsync(gateway, "/v1/responses", """{"model":"up/m","input":"Hi"}"""))["id"]!;

        Assert.Equal(status, await StatusAsync(gateway, HttpMethod.Parse(method), path.Replace("ID", conversation, StringComparison.Ordinal).Replace("RESPONSE", response, StringComparison.Ordinal), body));
    }

    [Fact]
    public async Task A_body_that_is_no_UTF8_is_refused_and_not_kept()
    {
        await using var gateway = await StartAsync();
        using var content = new ByteArrayContent([.. """{"items":[{"role":"user","content":" """u8, 0xff, .. "\"}]}"u8]);
        content.Headers.ContentType = new("application/json");

        using var answer = await gateway.Gateway.Client.PostAsync(new Uri("/v1/conversations", UriKind.Relative), content, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains("UTF-8", await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(ExtensionHandling.Pass, true)]
    [InlineData(null, false)]
    public async Task Thoughts_go_back_to_servers_that_are_known_to_take_them(ExtensionHandling? extensions, bool areSent)
    {
        await using var gateway = await RelayedGateway.StartAsync(settings =>
            extensions is { } known ? settings with { Responses = ResponsesHandling.Chat, Extensions = known } : settings with { Responses = ResponsesHandling.Chat });
        gateway.Upstream.On("/v1/chat/completions", _ => UpstreamAnswer.Json(ResponsesRun.Whole(
            """{"role":"assistant","content":"1","reasoning_content":"Hm.","reasoning_details":[{"type":"reasoning.encrypted","data":"d"}]}""")));
        var first = await PostAsync(gateway, "/v1/responses", """{"model":"up/m","input":"One"}""");

        using var answer = await gateway.Gateway.PostAsync("/v1/responses", $$"""{"model":"up/m","input":"Two","previous_response_id":"{{first["id"]}}","top_k":4}""");

        var sent = JsonNode.Parse(gateway.Upstream.Requests[^1].BodyText)!;
        Assert.Equal(areSent, sent["messages"]![1]!["reasoning_content"] is not null);
        Assert.Equal(areSent, sent["messages"]![1]!["reasoning_details"] is not null);
        Assert.Equal("1", (string)sent["messages"]![1]!["content"]!);
        Assert.Equal(!areSent, answer.Headers.TryGetValues("x-switchboard-dropped", out var dropped));
        Assert.Equal(areSent ? "" : "reasoning_content, reasoning_details", string.Join(", ", dropped ?? []));

        // The caller's own, not the translation's.
        Assert.Equal(4, (int)sent["top_k"]!);
    }

    [Fact]
    public async Task A_provider_that_speaks_the_API_is_not_told_what_it_cannot_read_of_another_models_items()
    {
        await using var gateway = await RelayedGateway.StartAsync();
        gateway.Upstream.On("/v1/responses", _ => UpstreamAnswer.Json(Native));
        const string Key = "_sb0123456789abcdef0123456789abcdef_";
        const string Request = $$"""
            {"model":"up/m","store":false,"input":[{"role":"user","content":"Hi"},
            {"type":"reasoning","id":"rs{{Key}}0","summary":[],"encrypted_content":"sb1.e30"},{"type":"reasoning","summary":[],"encrypted_content":"gAAAA"},
            {"type":"function_call","id":"fc{{Key}}1","status":"completed","call_id":"c","name":"f","arguments":"{}","extra_content":{"a":1} },
            {"type":"function_call_output","call_id":"c","output":"x"},{"type":"item_reference","id":"msg_0123"}]}
            """;

        await PostAsync(gateway, "/v1/responses", Request);

        var sent = JsonNode.Parse(Assert.Single(gateway.Upstream.Requests).BodyText)!["input"]!.AsArray();
        Assert.Equal(["message", "reasoning", "function_call", "function_call_output", "item_reference"], sent.Select(item => (string)item!["type"]!));
        Assert.Equal("gAAAA", (string)sent[1]!["encrypted_content"]!);
        Assert.Equal(["type", "call_id", "name", "arguments"], sent[2]!.AsObject().Select(member => member.Key));
        Assert.Equal("msg_0123", (string)sent[4]!["id"]!);
    }

    [Fact]
    public async Task A_provider_that_speaks_the_API_gets_its_calls_as_they_came()
    {
        await using var gateway = await RelayedGateway.StartAsync();
        gateway.Upstream.On("/v1/responses", _ => UpstreamAnswer.Json(Native));
        const string Request = """{"model":"up/m","input":"Hi","previous_response_id":"resp_0123","x":"_sb"}""";

        await PostAsync(gateway, "/v1/responses", Request);

        Assert.Equal(Request.Replace("up/m", "m", StringComparison.Ordinal), Assert.Single(gateway.Upstream.Requests).BodyText);
    }

    [Fact]
    public async Task A_provider_that_speaks_the_API_is_told_what_the_gateway_keeps()
    {
        await using var other = ReplayUpstream.Start();
        other.On("/v1/responses", _ => UpstreamAnswer.Json(Native));
        await using var upstream = ReplayUpstream.Start();
        await using var gateway = await ServedGateway.OverAsync(
            [("up", upstream.BaseUrl), ("other", other.BaseUrl)],
            configuration => configuration with { Providers = configuration.Providers.ToDictionary(one => one.Key, one => one.Key == "up" ? one.Value with { Responses = ResponsesHandling.Chat } : one.Value) });
        using var made = await gateway.PostAsync("/v1/responses", """{"model":"up/m","input":"One"}""");
        var first = JsonNode.Parse(await made.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!;

        using var answer = await gateway.PostAsync("/v1/responses", $$"""{"model":"other/m","input":"Two","previous_response_id":"{{first["id"]}}","temperature":1}""");

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var sent = JsonNode.Parse(other.Requests.Single(request => request.Method == "POST").BodyText)!;
        Assert.Null(sent["previous_response_id"]);
        Assert.Equal(1, (int)sent["temperature"]!);
        var items = sent["input"]!.AsArray();
        Assert.Equal(["user", "assistant", "user"], items.Select(item => (string)item!["role"]!));
        Assert.All(items, item => Assert.Null(item!["id"]));
        Assert.Equal("Two", (string)items[2]!["content"]![0]!["text"]!);
    }

    [Fact]
    public async Task A_conversation_is_the_gateways_where_no_provider_has_any()
    {
        await using var gateway = await ServedGateway.StartAsync();

        using var made = await gateway.PostAsync("/v1/conversations", "{}");

        Assert.Equal(HttpStatusCode.OK, made.StatusCode);
        Assert.StartsWith("conv_sb", (string)JsonNode.Parse(await made.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!["id"]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_conversation_is_the_providers_where_it_has_them()
    {
        await using var gateway = await RelayedGateway.StartAsync();
        gateway.Upstream.On("/v1/conversations", _ => UpstreamAnswer.Json("""{"id":"conv_0123","object":"conversation","created_at":1,"metadata":{}}"""));

        Assert.Equal("conv_0123", (string)(await PostAsync(gateway, "/v1/conversations", "{}"))["id"]!);
    }

    [Fact]
    public async Task What_was_kept_outlives_a_change_of_the_configuration()
    {
        await using var gateway = await StartAsync();
        var made = await PostAsync(gateway, "/v1/responses", """{"model":"up/m","input":"Hi"}""");
        var runtime = (Switchboard.Server.GatewayRuntime)gateway.Gateway.Services.GetService(typeof(Switchboard.Server.GatewayRuntime))!;

        runtime.Take(runtime.Configuration with { Server = new ServerSettings { Strict = true } });
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(gateway, HttpMethod.Get, $"/v1/responses/{made["id"]}"));

        runtime.Take(runtime.Configuration with { Responses = new ResponseStoreSettings { MaxStored = 0 } });
        await PostAsync(gateway, "/v1/responses", """{"model":"up/m","input":"Hi"}""");
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(gateway, HttpMethod.Get, $"/v1/responses/{made["id"]}"));
    }

    private const string Native = """{"id":"resp_0123","object":"response","created_at":1,"status":"completed","model":"m","output":[],"usage":{"input_tokens":1,"output_tokens":1,"total_tokens":2}}""";

    private static Task<RelayedGateway> StartAsync() => RelayedGateway.StartAsync(settings => settings with { Responses = ResponsesHandling.Chat });

    private static string TextOf(JsonNode response) => (string)response["output"]![0]!["content"]![0]!["text"]!;

    private static Task<JsonNode> PostAsync(RelayedGateway gateway, string path, string body) => ReadAsync(gateway, HttpMethod.Post, path, body);

    private static Task<JsonNode> GetAsync(RelayedGateway gateway, string path) => ReadAsync(gateway, HttpMethod.Get, path);

    private static async Task<JsonNode> ReadAsync(RelayedGateway gateway, HttpMethod method, string path, string? body = null)
    {
        using var answer = await SendAsync(gateway, method, path, body);
        var text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True(answer.IsSuccessStatusCode, text);
        return JsonNode.Parse(text)!;
    }

    private static async Task<HttpStatusCode> StatusAsync(RelayedGateway gateway, HttpMethod method, string path, string? body = null)
    {
        using var answer = await SendAsync(gateway, method, path, body);
        return answer.StatusCode;
    }

    private static async Task<HttpResponseMessage> SendAsync(RelayedGateway gateway, HttpMethod method, string path, string? body)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : ServedGateway.Body(body) };
        return await gateway.Gateway.Client.SendAsync(request, TestContext.Current.CancellationToken);
    }
}
