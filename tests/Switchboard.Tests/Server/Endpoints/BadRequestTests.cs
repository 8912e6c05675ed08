using System.Net;

namespace Switchboard.Tests.Server.Endpoints;

public sealed class BadRequestTests
{
    private const string Good = """{"model":"parrot","messages":[{"role":"user","content":"Hi"}]}""";

    [Theory]
    [InlineData("POST", "/v1/chat/completions", "{", "application/json", 400, "invalid_json")]
    [InlineData("POST", "/v1/chat/completions", "", "application/json", 400, "invalid_json")]
    [InlineData("POST", "/v1/chat/completions", "[]", "application/json", 400, "invalid_json")]
    [InlineData("POST", "/v1/chat/completions", "{}", "application/json", 400, "missing_required_parameter")]
    [InlineData("POST", "/v1/chat/completions", """{"model":1,"messages":[{}]}""", "application/json", 400, "invalid_type")]
    [InlineData("POST", "/v1/chat/completions", """{"model":"parrot","messages":[]}""", "application/json", 400, "invalid_value")]
    [InlineData("POST", "/v1/chat/completions", """{"model":"nobody","messages":[{}]}""", "application/json", 404, "model_not_found")]
    [InlineData("POST", "/v1/chat/completions", Good, "text/plain", 415, "unsupported_media_type")]
    [InlineData("POST", "/v1/chat/completions", Good, "application/jsonx", 415, "unsupported_media_type")]
    [InlineData("POST", "/v1/embeddings", """{"model":"parrot","input":"x"}""", "application/json", 400, "unsupported_operation")]
    [InlineData("POST", "/v1/nothing", "{}", "application/json", 404, "unknown_url")]
    [InlineData("GET", "/nothing/at/all", null, null, 404, "unknown_url")]
    [InlineData("GET", "/v1/models/nobody", null, null, 404, "model_not_found")]
    [InlineData("PUT", "/v1/chat/completions", null, null, 405, "method_not_allowed")]
    [InlineData("DELETE", "/v1/models", null, null, 405, "method_not_allowed")]
    [InlineData("POST", "/health", "{}", "application/json", 405, "method_not_allowed")]
    public async Task A_bad_request_gets_the_openai_error_and_the_next_good_one_an_answer(string method, string path, string? body, string? contentType, int status, string code)
    {
        await using var gateway = await ServedGateway.StartAsync();
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        request.Content = body is null ? null : ServedGateway.Body(body, contentType);

        using var bad = await gateway.Client.SendAsync(request, TestContext.Current.CancellationToken);
        using var good = await gateway.PostAsync("/v1/chat/completions", Good);

        var error = await ErrorAnswer.ReadAsync(bad);
        Assert.Equal((status, code), (error.Status, error.Code));
        Assert.Equal("invalid_request_error", error.Type);
        Assert.True(bad.Headers.Contains("x-request-id"));
        Assert.Equal(HttpStatusCode.OK, good.StatusCode);
    }

    [Theory]
    [InlineData("application/json")]
    [InlineData("Application/JSON; charset=utf-8")]
    [InlineData("application/vnd.openai+json")]
    public async Task Every_way_to_say_json_is_taken(string contentType)
    {
        await using var gateway = await ServedGateway.StartAsync();

        using var response = await gateway.PostAsync("/v1/chat/completions", Good, contentType);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Fact]
    public async Task A_wrong_method_is_told_the_right_ones()
    {
        await using var gateway = await ServedGateway.StartAsync();

        using var response = await gateway.Client.PutAsync("/v1/models/x", null, TestContext.Current.CancellationToken);

        Assert.Equal(["GET", "HEAD", "DELETE"], response.Content.Headers.Allow);
        Assert.Equal("PUT is not allowed on /v1/models/x; use GET, HEAD, DELETE.", (await ErrorAnswer.ReadAsync(response)).Message);
    }

    [Fact]
    public async Task A_compressed_body_is_refused()
    {
        await using var gateway = await ServedGateway.StartAsync();
        var content = ServedGateway.Body(Good);
        content.Headers.ContentEncoding.Add("gzip");

        using var response = await gateway.Client.PostAsync("/v1/chat/completions", content, TestContext.Current.CancellationToken);

        Assert.Equal(415, (await ErrorAnswer.ReadAsync(response)).Status);
    }
}
