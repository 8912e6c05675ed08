using System.Net;
using System.Text;
using System.Text.Json;
using Switchboard.EndToEnd.Tests.BuiltIn;

namespace Switchboard.EndToEnd.Tests.Requests;

[Collection<OnBuiltInGateway>]
public sealed class BadRequestTests(BuiltInGateway gateway)
{
    private const string Good = """{"model":"switchboard-tiny","messages":[{"role":"user","content":"Hello"}],"max_tokens":1}""";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("POST", "/v1/chat/completions", "{\"model\":", "application/json", 400, "invalid_request_error")]
    [InlineData("POST", "/v1/chat/completions", "\u0000", "application/json", 400, "invalid_request_error")]
    [InlineData("POST", "/v1/chat/completions", "null", "application/json", 400, "invalid_request_error")]
    [InlineData("POST", "/v1/chat/completions", "{\"model\":\"switchboard-tiny\"}", "application/json", 400, "invalid_request_error")]
    [InlineData("POST", "/v1/chat/completions", "{\"model\":\"switchboard-tiny\",\"messages\":[]}", "application/json", 400, "invalid_request_error")]
    [InlineData("POST", "/v1/chat/completions", "{\"model\":\"switchboard-tiny\",\"messages\":\"Hi\"}", "application/json", 400, "invalid_request_error")]
    [InlineData("POST", "/v1/chat/completions", "{\"model\":\"switchboard-tiny\",\"messages\":[{\"role\":\"user\",\"content\":1}]}", "application/json", 400, "invalid_request_error")]
    [InlineData("POST", "/v1/chat/completions", "{\"model\":\"switchboard-tiny\",\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}],\"temperature\":9}", "application/json", 400, "invalid_request_error")]
    [InlineData("POST", "/v1/chat/completions", "{\"model\":\"switchboard-tiny\",\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}],\"stream\":\"yes\"}", "application/json", 400, "invalid_request_error")]
    [InlineData("POST", "/v1/chat/completions", "{\"model\":\"gpt-99\",\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}", "application/json", 404, "invalid_request_error")]
    [InlineData("POST", "/v1/chat/completions", "{\"model\":\"switchboard-tiny-embed\",\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}", "application/json", 400, "invalid_request_error")]
    [InlineData("POST", "/v1/embeddings", "{\"model\":\"switchboard-tiny\",\"input\":\"Hi\"}", "application/json", 400, "invalid_request_error")]
    [InlineData("POST", "/v1/chat/completions", Good, "text/plain", 415, "invalid_request_error")]
    [InlineData("POST", "/v1/images/dreams", "{}", "application/json", 404, "invalid_request_error")]
    [InlineData("PUT", "/v1/chat/completions", Good, "application/json", 405, "invalid_request_error")]
    [InlineData("GET", "/v1/embeddings", null, null, 405, "invalid_request_error")]
    [InlineData("GET", "/v1/models/gpt-99", null, null, 404, "invalid_request_error")]
    [InlineData("GET", "/favicon.ico", null, null, 404, "invalid_request_error")]
    public async Task A_bad_request_is_told_why_and_the_next_good_one_is_answered(string method, string path, string? body, string? contentType, int status, string type)
    {
        using var client = new HttpClient { BaseAddress = gateway.BaseUrl };
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        if (body is not null)
        {
            request.Content = new StringContent(body, Encoding.UTF8, contentType!);
        }

        using var bad = await client.SendAsync(request, Cancellation);
        using var good = await client.PostAsync("/v1/chat/completions", new StringContent(Good, Encoding.UTF8, "application/json"), Cancellation);

        using var json = JsonDocument.Parse(await bad.Content.ReadAsStringAsync(Cancellation));
        var error = json.RootElement.GetProperty("error");
        Assert.Equal((status, type), ((int)bad.StatusCode, error.GetProperty("type").GetString()));
        Assert.NotEmpty(error.GetProperty("message").GetString()!);
        Assert.True(bad.Headers.Contains("x-request-id"));
        Assert.Equal(HttpStatusCode.OK, good.StatusCode);
    }

    [Fact]
    public async Task A_body_beyond_the_limit_is_refused_and_the_next_request_answered()
    {
        using var client = new HttpClient { BaseAddress = gateway.BaseUrl };
        using var body = new ByteArrayContent(new byte[(45 * 1024 * 1024) + 1]);
        body.Headers.ContentType = new("application/json");

        using var bad = await client.PostAsync("/v1/chat/completions", body, Cancellation);
        using var good = await client.PostAsync("/v1/chat/completions", new StringContent(Good, Encoding.UTF8, "application/json"), Cancellation);

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, bad.StatusCode);
        Assert.Contains("45 MB", await bad.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, good.StatusCode);
    }
}
