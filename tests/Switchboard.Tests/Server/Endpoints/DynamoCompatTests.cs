using System.Net;
using System.Text.Json;
using Switchboard.Gateway.Configuration;
using Switchboard.Gateway.Pipeline;
using Switchboard.Protocol.Errors;
using Switchboard.Testing.Upstream;

namespace Switchboard.Tests.Server.Endpoints;

/// <summary>The surface with <c>compat: dynamo</c>.</summary>
public sealed class DynamoCompatTests
{
    private const string Good = """{"model":"parrot","messages":[{"role":"user","content":"Hi"}]}""";

    private static readonly ServerSettings s_settings = new() { Compat = ApiCompat.Dynamo, MaxBodyMegabytes = 1 };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("POST", "/v1/chat/completions", "{", "application/json", 400, "Bad Request", "Failed to deserialize the JSON body into the target type: ")]
    [InlineData("POST", "/v1/chat/completions", """{"model":"parrot","messages":[]}""", "application/json", 400, "Bad Request", "Validation: ")]
    [InlineData("POST", "/v1/chat/completions", """{"model":"parrot","messages":[1],"zz":1}""", "application/json", 400, "Bad Request", "Validation: Unsupported parameter(s): `zz`")]
    [InlineData("POST", "/v1/chat/completions", """{"model":"parrot","messages":[1],"functions":[]}""", "application/json", 501, "Not Implemented", "Validation: ")]
    [InlineData("POST", "/v1/chat/completions", """{"model":"nobody","messages":[1]}""", "application/json", 404, "Not Found", "Model not found")]
    [InlineData("GET", "/v1/nothing", null, null, 404, "Not Found", "Route not found: GET /v1/nothing")]
    [InlineData("POST", "/v1/chat/completions", Good, "text/plain", 415, "Unsupported Media Type", "Expected request with Content-Type application/json")]
    public async Task Errors_are_flat_and_named_by_their_status(string method, string path, string? body, string? contentType, int status, string type, string message)
    {
        await using var gateway = await ServedGateway.StartAsync(server: s_settings);
        using var request = new HttpRequestMessage(new HttpMethod(method), path) { Content = body is null ? null : ServedGateway.Body(body, contentType) };

        using var response = await gateway.Client.SendAsync(request, Token);

        var error = await ReadAsync(response);
        Assert.Equal((status, status, type), ((int)response.StatusCode, error.GetProperty("code").GetInt32(), error.GetProperty("type").GetString()));
        Assert.StartsWith(message, error.GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_body_too_large_names_the_limit()
    {
        await using var gateway = await ServedGateway.StartAsync(server: s_settings);

        using var response = await gateway.PostAsync("/v1/chat/completions", new string(' ', (1024 * 1024) + 1));

        var error = await ReadAsync(response);
        Assert.Equal((413, "Request body exceeds the limit of 1 MB set by server.max_body_mb"), ((int)response.StatusCode, error.GetProperty("message").GetString()));
    }

    [Fact]
    public async Task An_overload_is_529_and_says_when_to_come_again()
    {
        await using var gateway = await ServedGateway.StartAsync(Failing(GatewayError.Overloaded("The queue of x is full.", TimeSpan.FromSeconds(3))), s_settings);

        using var response = await gateway.PostAsync("/v1/chat/completions", Good);

        var error = await ReadAsync(response);
        Assert.Equal((529, "Overloaded", "Service temporarily overloaded"), ((int)response.StatusCode, error.GetProperty("type").GetString(), error.GetProperty("message").GetString()));
        Assert.Equal(TimeSpan.FromSeconds(3), response.Headers.RetryAfter?.Delta);
    }

    [Fact]
    public async Task The_status_of_an_overload_can_still_be_chosen()
    {
        await using var gateway = await ServedGateway.StartAsync(Failing(GatewayError.Overloaded("x", TimeSpan.FromSeconds(3))), s_settings with { OverloadStatus = 503 });

        using var response = await gateway.PostAsync("/v1/chat/completions", Good);

        Assert.Equal((HttpStatusCode)503, response.StatusCode);
    }

    [Theory]
    [InlineData(502)]
    [InlineData(504)]
    public async Task What_failed_behind_is_500_without_its_words(int status)
    {
        await using var gateway = await ServedGateway.StartAsync(Failing(new GatewayError(status, new ErrorBody("secret words", ErrorTypes.Upstream))), s_settings);

        using var response = await gateway.PostAsync("/v1/chat/completions", Good);

        var error = await ReadAsync(response);
        Assert.Equal((500, "Internal server error"), ((int)response.StatusCode, error.GetProperty("message").GetString()));
        Assert.Equal(status, error.GetProperty("details").GetProperty("backend_status").GetInt32());
    }

    [Fact]
    public async Task An_error_in_a_stream_is_nested_and_done_follows()
    {
        await using var upstream = ReplayUpstream.Start().ReplyStream(
            ServerSentEvents.Data("""{"id":"c1","choices":[{"index":0,"delta":{"content":"Hi"},"finish_reason":null}]}"""),
            ServerSentEvents.Data("""{"error":{"message":"secret words"}}"""));
        await using var gateway = await ServedGateway.OverAsync(upstream, configuration => configuration with { Server = s_settings });

        using var response = await gateway.PostAsync("/v1/chat/completions", """{"model":"openai/m","messages":[{"role":"user","content":"Hi"}],"stream":true}""");

        var text = await response.Content.ReadAsStringAsync(Token);
        Assert.EndsWith("data: {\"error\":{\"message\":\"Internal server error\",\"type\":\"internal_server_error\",\"code\":500}}\n\ndata: [DONE]\n\n", text, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", text, StringComparison.Ordinal);
    }

    private static ScriptedProvider Failing(GatewayError error) => new() { Answer = (_, _) => new(GatewayOutcome.Failed(error)) };

    private static async Task<JsonElement> ReadAsync(HttpResponseMessage response)
    {
        using var json = JsonDocument.Parse(await response.Content.ReadAsStringAsync(Token));
        return json.RootElement.Clone();
    }
}
