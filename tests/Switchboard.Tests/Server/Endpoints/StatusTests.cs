using Switchboard.Gateway.Configuration;
using Switchboard.Testing.Upstream;

namespace Switchboard.Tests.Server.Endpoints;

/// <summary>The statuses of refusals, one a row, each in the OpenAI shape.</summary>
public sealed class StatusTests
{
    private const string NoModels = """{"object":"list","data":[]}""";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("POST", "/v1/chat/completions", """{"model":"openai/m","messages":[{}],"temperature":3}""", "application/json", 400, "temperature", "invalid_value")]
    [InlineData("POST", "/v1/chat/completions", """{"model":"openai/m","messages":[{}],"stream_options":{}}""", "application/json", 400, "stream_options", "invalid_value")]
    [InlineData("POST", "/v1/chat/completions", """{"model":"openai/m","messages":[{}],"top_k":1}""", "application/json", 400, "top_k", "unknown_parameter")]
    [InlineData("POST", "/v1/chat/completions", """{"messages":[{}]}""", "application/json", 400, "model", "missing_required_parameter")]
    [InlineData("POST", "/v1/chat/completions", """{"model":"nobody/m","messages":[{}]}""", "application/json", 404, "model", "model_not_found")]
    [InlineData("GET", "/v1/chat/nothing", null, null, 404, null, "unknown_url")]
    [InlineData("PUT", "/v1/chat/completions", null, null, 405, null, "method_not_allowed")]
    [InlineData("POST", "/v1/chat/completions", "large", "application/json", 413, null, "request_too_large")]
    [InlineData("POST", "/v1/chat/completions", "{}", "text/plain", 415, null, "unsupported_media_type")]
    [InlineData("POST", "/v1/chat/completions", """{"model":"openai/unprocessable","messages":[{}]}""", "application/json", 422, "messages", "unreadable")]
    [InlineData("POST", "/v1/moderations", """{"input":"x"}""", "application/json", 501, null, "unsupported_operation")]
    public async Task A_refusal_has_its_status_and_names_the_member(string method, string path, string? body, string? contentType, int status, string? param, string code)
    {
        // A provider that cannot be asked for its models may have any: this one says that it has none, twice.
        await using var upstream = code == "model_not_found"
            ? ReplayUpstream.Start().Reply(200, NoModels).Reply(200, NoModels)
            : ReplayUpstream.Start().Reply(422, """{"error":{"message":"no","type":"invalid_request_error","param":"messages","code":"unreadable"}}""");
        var isUnable = status == 501;
        await using var gateway = isUnable
            ? await ServedGateway.StartAsync()
            : await ServedGateway.OverAsync(upstream, configuration => configuration with { Server = new ServerSettings { Strict = true, MaxBodyMegabytes = 1 } });
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        request.Content = body is null ? null : ServedGateway.Body(body == "large" ? new string(' ', (1024 * 1024) + 1) : body, contentType);

        using var response = await gateway.Client.SendAsync(request, Token);

        var error = await ErrorAnswer.ReadAsync(response);
        Assert.Equal((status, param, code, "invalid_request_error"), (error.Status, error.Param, error.Code, error.Type));
        Assert.Equal(status == 422 ? 1 : 0, upstream.Requests.Count(sent => sent.Method == "POST"));
    }

    [Fact]
    public async Task A_stream_that_ends_with_an_error_has_its_end_marked_where_that_is_configured()
    {
        await using var upstream = ReplayUpstream.Start().ReplyStream(
            ServerSentEvents.Data("""{"id":"c1","choices":[{"index":0,"delta":{"content":"Hi"},"finish_reason":null}]}"""));
        await using var gateway = await ServedGateway.OverAsync(upstream, configuration => configuration with { Server = new ServerSettings { DoneAfterError = true } });

        using var response = await gateway.PostAsync("/v1/chat/completions", """{"model":"openai/m","messages":[{}],"stream":true}""");

        var events = ServerSentEvents.Read(await response.Content.ReadAsStringAsync(Token)).Select(one => one.Data).ToArray();
        Assert.Equal(3, events.Length);
        Assert.Contains("\"error\"", events[1], StringComparison.Ordinal);
        Assert.Equal("[DONE]", events[2]);
    }
}
