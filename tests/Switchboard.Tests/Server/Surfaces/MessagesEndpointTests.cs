using System.Net;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Switchboard.Gateway.Configuration;
using Switchboard.Server.Draining;
using Switchboard.Testing.Misbehaviours;
using Switchboard.Testing.Upstream;
using Switchboard.Tests.Gateway.Surfaces;

namespace Switchboard.Tests.Server.Surfaces;

/// <summary><c>/v1/messages</c> over real sockets, before a provider of OpenAI's dialect and before the local engine.</summary>
public sealed class MessagesEndpointTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("/v1/messages")]
    [InlineData("/messages")]
    public async Task A_message_is_answered_as_Anthropic_does(string path)
    {
        await using var gateway = await SurfacedGateway.StartAsync();

        using var response = await gateway.SendAsync(path, Ask("up/m"), ("x-api-key", "sk-of-the-caller"), ("anthropic-version", "2023-06-01"), ("x-request-id", "mine"));
        var message = JsonElement.Parse(await response.Content.ReadAsByteArrayAsync(Token));

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("mine", Assert.Single(response.Headers.GetValues("request-id")));
        Assert.Equal("up/m", Assert.Single(response.Headers.GetValues("x-switchboard-deployment")));
        Assert.Equal("message", message.GetProperty("type").GetString());
        Assert.Equal("Hello from upstream.", message.GetProperty("content")[0].GetProperty("text").GetString());
        Assert.Equal("end_turn", message.GetProperty("stop_reason").GetString());
        Assert.True(message.GetProperty("usage").GetProperty("output_tokens").GetInt32() > 0);
        var asked = Assert.Single(gateway.Upstream.Requests);
        Assert.Equal("/v1/chat/completions", asked.Path);
        Assert.Equal("""{"model":"m","messages":[{"role":"user","content":"Hi"}],"max_tokens":64}""", asked.BodyText);
        Assert.DoesNotContain(asked.Headers, header => header.Value.Contains("sk-of-the-caller", StringComparison.Ordinal) || header.Key.StartsWith("anthropic", StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task A_stream_has_the_grammar_and_the_usage_which_is_asked_for()
    {
        await using var gateway = await SurfacedGateway.StartAsync();

        using var response = await gateway.SendAsync("/v1/messages", Ask("up/m", stream: true));
        var text = await response.Content.ReadAsStringAsync(Token);

        Assert.Equal("text/event-stream", response.Content.Headers.ContentType?.MediaType);
        MessageGrammar.Check(text);
        Assert.True(gateway.Upstream.Requests[0].Json.GetProperty("stream_options").GetProperty("include_usage").GetBoolean());
        var end = JsonElement.Parse(ServerSentEvents.Read(text).Single(one => one.Name == "message_delta").Data);
        Assert.True(end.GetProperty("usage").GetProperty("input_tokens").GetInt32() > 0);
    }

    [Fact]
    public async Task Events_arrive_as_the_provider_sends_them()
    {
        await using var gateway = await SurfacedGateway.StartAsync();
        gateway.Upstream.HoldEvents();
        var asking = gateway.SendAsync("/v1/messages", Ask("up/m", stream: true));
        await gateway.Upstream.ReleaseAsync(2, Token);
        using var response = await asking;
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(Token));
        var lines = new List<string?>();
        while (!(lines.LastOrDefault() ?? "").Contains("text_delta", StringComparison.Ordinal))
        {
            lines.Add(await reader.ReadLineAsync(Token));
        }

        Assert.Contains("event: message_start", lines);
        await gateway.Upstream.ReleaseAsync(5, Token);
        Assert.EndsWith("{\"type\":\"message_stop\"}\n\n", await reader.ReadToEndAsync(Token), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(400, "invalid_request_error", 400)]
    [InlineData(401, "authentication_error", 401)]
    [InlineData(403, "permission_error", 403)]
    [InlineData(404, "not_found_error", 404)]
    [InlineData(413, "request_too_large", 413)]
    [InlineData(422, "invalid_request_error", 422)]
    [InlineData(429, "rate_limit_error", 429)]
    [InlineData(500, "api_error", 502)]
    [InlineData(503, "overloaded_error", 529)]
    [InlineData(529, "overloaded_error", 529)]
    public async Task A_providers_error_is_told_as_Anthropic_tells_it(int status, string type, int told)
    {
        await using var gateway = await SurfacedGateway.StartAsync();
        gateway.Upstream.Reply(status, """{"error":{"message":"So it is.","type":"x","param":null,"code":null}}""");

        using var response = await gateway.SendAsync("/v1/messages", Ask("up/m", stream: true));

        Assert.Equal(told, (int)response.StatusCode);
        await AssertErrorAsync(response, type);
        Assert.Equal(status is 429 or 503 or 529, response.Headers.RetryAfter is not null);
    }

    [Theory]
    [InlineData("error event after 2", "api_error")]
    [InlineData("reset after 2 events", "api_error")]
    [InlineData("clean early end after 2", "api_error")]
    public async Task A_fault_in_the_stream_is_one_error_event(string misbehaviour, string type)
    {
        await using var gateway = await SurfacedGateway.StartAsync();
        gateway.Upstream.Misbehave(Misbehaviour.All.Single(one => one.Name.StartsWith(misbehaviour, StringComparison.Ordinal)));

        using var response = await gateway.SendAsync("/v1/messages", Ask("up/m", stream: true));
        var events = ServerSentEvents.Read(await response.Content.ReadAsStringAsync(Token)).ToList();

        Assert.Equal("error", events[^1].Name);
        Assert.Equal(type, JsonElement.Parse(events[^1].Data).GetProperty("error").GetProperty("type").GetString());
        Assert.DoesNotContain(events, one => one.Name is "message_stop" or "message_delta");
        Assert.Single(events, one => one.Name == "error");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_caller_that_leaves_ends_the_providers_work(bool stream)
    {
        await using var gateway = await SurfacedGateway.StartAsync();
        gateway.Upstream.Misbehave(stream ? Misbehaviour.Named("hang after 2 events") : Misbehaviour.HangAfterHeaders);
        using var leaving = CancellationTokenSource.CreateLinkedTokenSource(Token);
        using var caller = new HttpClient { BaseAddress = gateway.Gateway.Address };
        var asking = caller.PostAsync("/v1/messages", ServedGateway.Body(Ask("up/m", stream)), leaving.Token);
        await gateway.Upstream.WaitForRequestAsync(Token);

        await leaving.CancelAsync();

        await gateway.Upstream.WaitForDisconnectAsync(Token);
        _ = await Record.ExceptionAsync(() => asking);
    }

    [Theory]
    [InlineData("/v1/messages", "{", "application/json", 400, "invalid_request_error")]
    [InlineData("/v1/messages", """{"model":"up/m","max_tokens":1}""", "application/json", 400, "invalid_request_error")]
    [InlineData("/v1/messages", "{}", "text/plain", 415, "invalid_request_error")]
    [InlineData("/v1/messages", """{"model":"nobody-has-it","max_tokens":1,"messages":[{"role":"user","content":"Hi"}]}""", "application/json", 404, "not_found_error")]
    [InlineData("/v1/messages", """{"model":"up/m","max_tokens":1,"messages":[{"role":"user","content":[{"type":"hologram"}]}]}""", "application/json", 400, "invalid_request_error")]
    [InlineData("/v1/messages/batches", "{}", "application/json", 404, "not_found_error")]
    public async Task The_gateways_own_refusals_have_the_shape(string path, string body, string contentType, int status, string type)
    {
        await using var gateway = await SurfacedGateway.StartAsync();

        using var response = await gateway.Gateway.PostAsync(path, body, contentType);

        Assert.Equal(status, (int)response.StatusCode);
        await AssertErrorAsync(response, type);
    }

    [Fact]
    public async Task A_wrong_method_and_a_body_too_large_have_it_too()
    {
        await using var gateway = await SurfacedGateway.StartAsync(new ServerSettings { MaxBodyMegabytes = 1 });

        using var get = await gateway.Gateway.Client.GetAsync("/v1/messages", Token);
        using var large = await gateway.Gateway.PostAsync("/v1/messages", Ask(new string('x', 1024 * 1024)));

        Assert.Equal(HttpStatusCode.MethodNotAllowed, get.StatusCode);
        await AssertErrorAsync(get, "invalid_request_error");
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, large.StatusCode);
        await AssertErrorAsync(large, "request_too_large");
    }

    [Fact]
    public async Task A_gateway_that_stops_is_overloaded_to_it()
    {
        await using var gateway = await SurfacedGateway.StartAsync();
        gateway.Gateway.Services.GetRequiredService<DrainState>().Begin();

        using var response = await gateway.SendAsync("/v1/messages", Ask("up/m"));

        Assert.Equal(529, (int)response.StatusCode);
        await AssertErrorAsync(response, "overloaded_error");
    }

    [Fact]
    public async Task The_local_engine_answers_too()
    {
        await using var gateway = await SurfacedGateway.StartAsync();

        using var whole = await gateway.SendAsync("/v1/messages", Ask("local/switchboard-tiny"));
        using var streamed = await gateway.SendAsync("/v1/messages", Ask("local/switchboard-tiny", stream: true));
        var text = await streamed.Content.ReadAsStringAsync(Token);

        var message = JsonElement.Parse(await whole.Content.ReadAsByteArrayAsync(Token));
        Assert.NotEqual("", message.GetProperty("content")[0].GetProperty("text").GetString());
        MessageGrammar.Check(text);
    }

    [Theory]
    [InlineData("up/m", true)]
    [InlineData("local/switchboard-tiny", false)]
    public async Task Tokens_are_counted_or_estimated(string model, bool isEstimate)
    {
        await using var gateway = await SurfacedGateway.StartAsync();

        using var response = await gateway.SendAsync("/v1/messages/count_tokens", Ask(model));
        var count = JsonElement.Parse(await response.Content.ReadAsByteArrayAsync(Token)).GetProperty("input_tokens").GetInt32();

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.InRange(count, 1, 60);
        Assert.Equal(isEstimate, response.Headers.Contains("x-switchboard-estimate"));
    }

    [Fact]
    public async Task Models_have_Anthropics_shape_for_who_sends_its_version()
    {
        await using var gateway = await SurfacedGateway.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/models");
        request.Headers.Add("anthropic-version", "2023-06-01");
        using var one = new HttpRequestMessage(HttpMethod.Get, "/v1/models/nobody");
        one.Headers.Add("anthropic-version", "2023-06-01");

        using var response = await gateway.Gateway.Client.SendAsync(request, Token);
        using var missing = await gateway.Gateway.Client.SendAsync(one, Token);
        var list = JsonElement.Parse(await response.Content.ReadAsByteArrayAsync(Token));

        Assert.False(list.GetProperty("has_more").GetBoolean());
        var model = list.GetProperty("data").EnumerateArray().Single(model => model.GetProperty("id").GetString() == "sonnet");
        Assert.Equal("model", model.GetProperty("type").GetString());
        Assert.Matches(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$", model.GetProperty("created_at").GetString());
        await AssertErrorAsync(missing, "not_found_error");
    }

    [Fact]
    public async Task What_is_left_out_on_the_way_is_named()
    {
        await using var gateway = await SurfacedGateway.StartAsync();

        using var response = await gateway.SendAsync("/v1/messages", """{"model":"up/m","max_tokens":1,"top_k":5,"container":"c","messages":[{"role":"user","content":"Hi"}]}""");

        Assert.Equal("container, top_k", Assert.Single(response.Headers.GetValues("x-switchboard-dropped")));
    }

    [Theory]
    [InlineData("openai", ExtensionHandling.Engine)]
    [InlineData("openai", ExtensionHandling.Pass)]
    [InlineData("vllm", null)]
    [InlineData("openrouter", null)]
    public async Task Who_is_known_to_take_extensions_gets_them(string type, ExtensionHandling? extensions)
    {
        await using var gateway = await SurfacedGateway.StartAsync(change: settings => settings.Type != "openai" ? settings
            : extensions is { } handling ? settings with { Extensions = handling }
            : settings with { Type = type });

        using var response = await gateway.SendAsync("/v1/messages", """{"model":"up/m","max_tokens":1,"top_k":5,"messages":[{"role":"user","content":[{"type":"text","text":"Hi","cache_control":{"type":"ephemeral"}}]}]}""");

        Assert.False(response.Headers.Contains("x-switchboard-dropped"));
        Assert.Equal("""{"model":"m","messages":[{"role":"user","content":[{"type":"text","text":"Hi","cache_control":{"type":"ephemeral"}}]}],"max_tokens":1,"top_k":5}""", gateway.Upstream.Requests[0].BodyText);
    }

    [Fact]
    public async Task Mistral_gets_none_that_it_would_refuse()
    {
        await using var gateway = await SurfacedGateway.StartAsync(change: settings => settings.Type == "openai" ? settings with { Type = "mistral" } : settings);

        using var response = await gateway.SendAsync("/v1/messages", """{"model":"up/m","max_tokens":1,"top_k":5,"messages":[{"role":"user","content":[{"type":"text","text":"Hi","cache_control":{"type":"ephemeral"}}]}]}""");

        Assert.Equal("cache_control, top_k", Assert.Single(response.Headers.GetValues("x-switchboard-dropped")));
        Assert.Equal("""{"model":"m","max_tokens":1,"messages":[{"role":"user","content":[{"type":"text","text":"Hi"}]}]}""", gateway.Upstream.Requests[0].BodyText);
    }

    internal static string Ask(string model, bool stream = false) =>
        $$"""{"model":"{{model}}","max_tokens":64,"messages":[{"role":"user","content":"Hi"}]{{(stream ? ",\"stream\":true" : "")}}}""";

    internal static async Task AssertErrorAsync(HttpResponseMessage response, string type)
    {
        var body = JsonElement.Parse(await response.Content.ReadAsByteArrayAsync(Token));
        Assert.Equal("error", body.GetProperty("type").GetString());
        Assert.Equal(type, body.GetProperty("error").GetProperty("type").GetString());
        Assert.NotEqual("", body.GetProperty("error").GetProperty("message").GetString());
        Assert.Equal(Assert.Single(response.Headers.GetValues("request-id")), body.GetProperty("request_id").GetString());
    }
}
