using System.Text;
using Switchboard.Gateway.Configuration;
using Switchboard.Gateway.Pipeline;
using Switchboard.Gateway.Relay;
using Switchboard.Gateway.Relay.Http;
using Switchboard.Gateway.Routing.Attempts;

namespace Switchboard.Tests.Gateway.Relay;

public sealed class UpstreamErrorsTests
{
    private static readonly DateTimeOffset s_now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(400, 400, "invalid_request_error")]
    [InlineData(401, 401, "authentication_error")]
    [InlineData(402, 402, "invalid_request_error")]
    [InlineData(451, 451, "invalid_request_error")]
    [InlineData(403, 403, "permission_error")]
    [InlineData(404, 404, "invalid_request_error")]
    [InlineData(405, 502, "upstream_error")]
    [InlineData(408, 504, "timeout_error")]
    [InlineData(409, 409, "invalid_request_error")]
    [InlineData(413, 413, "invalid_request_error")]
    [InlineData(422, 422, "invalid_request_error")]
    [InlineData(429, 429, "rate_limit_error")]
    [InlineData(301, 502, "upstream_error")]
    [InlineData(307, 502, "upstream_error")]
    [InlineData(500, 502, "upstream_error")]
    [InlineData(501, 502, "upstream_error")]
    [InlineData(502, 502, "upstream_error")]
    [InlineData(503, 503, "overloaded_error")]
    [InlineData(504, 504, "timeout_error")]
    [InlineData(529, 503, "overloaded_error")]
    public void Each_status_means_the_same_here(int upstream, int status, string type)
    {
        var error = Map(upstream, "");

        Assert.Equal((status, type), (error.Status, error.Body.Type));
        Assert.Equal(status is 429 or 503 ? TimeSpan.FromSeconds(1) : null, error.RetryAfter);
    }

    [Theory]
    [InlineData("""{"error":{"message":"m","type":"t","param":"p","code":"c"}}""", "m", "t", "p", "c")]
    [InlineData("""{"error":{"message":"m","code":42}}""", "m", "invalid_request_error", null, "42")]
    [InlineData("""{"error":"m"}""", "m", "invalid_request_error", null, null)]
    [InlineData("""{"error":"m","code":"c"}""", "m", "invalid_request_error", null, "c")]
    [InlineData("""{"message":"m","type":"t"}""", "m", "t", null, null)]
    [InlineData("""{"object":"error","message":"m","type":"BadRequestError","param":null,"code":400}""", "m", "BadRequestError", null, "400")]
    [InlineData("""{"detail":"m"}""", "m", "invalid_request_error", null, null)]
    [InlineData("""{"detail":[{"loc":["body","temperature"],"msg":"m","type":"value_error"}]}""", "m", "value_error", "temperature", null)]
    [InlineData("""[{"error":{"message":"m","status":"INVALID_ARGUMENT"}}]""", "m", "INVALID_ARGUMENT", null, null)]
    [InlineData("""{"errors":[{"message":"m"}]}""", "m", "invalid_request_error", null, null)]
    [InlineData("plain words", "plain words", "invalid_request_error", null, null)]
    [InlineData("<html><body>nginx</body></html>", "The provider 'up' refused the request with status 400 and no reason.", "invalid_request_error", null, null)]
    [InlineData("", "The provider 'up' refused the request with status 400 and no reason.", "invalid_request_error", null, null)]
    [InlineData("""{"error":{"message":"\ud800"}}""", "\\ud800", "invalid_request_error", null, null)]
    [InlineData("[]", "The provider 'up' refused the request with status 400 and no reason.", "invalid_request_error", null, null)]
    [InlineData("{\"error\":{\"message\":\"cut", "The provider 'up' refused the request with status 400 and no reason.", "invalid_request_error", null, null)]
    public void Every_usual_shape_is_understood(string body, string message, string type, string? param, string? code)
    {
        var error = Map(400, body);

        Assert.Equal((message, type, param, code), (error.Body.Message, error.Body.Type, error.Body.Param, error.Body.Code));
    }

    [Theory]
    [InlineData("Key my-secret-key is wrong", "Key *** is wrong")]
    [InlineData("Incorrect API key provided: sk-proj-abc********wxyz. See", "Incorrect API key provided: ***. See")]
    [InlineData("got 'Authorization: Bearer abc.def'", "got 'Authorization: Bearer ***")]
    [InlineData("gsk_is_no_key but gsk-0123456789 is", "gsk_is_no_key but *** is")]
    [InlineData("a task-based mask-abcdefgh stays", "a task-based mask-abcdefgh stays")]
    public void No_key_comes_through(string said, string told)
    {
        var error = Map(400, $$$"""{"error":{"message":"{{{said}}}","param":"my-secret-key","code":"sk-abcdefghijk"}}""");

        Assert.Equal((told, "***", "***"), (error.Body.Message, error.Body.Param, error.Body.Code));
    }

    [Theory]
    [InlineData("openai", 401, "The provider 'openai' refused the gateway's key. Check providers.openai.api_key or OPENAI_API_KEY.")]
    [InlineData("eu", 401, "The provider 'eu' refused the gateway's key. Check providers.eu.api_key.")]
    public void A_refused_key_names_the_setting(string provider, int status, string message)
    {
        var error = Map(status, """{"error":{"message":"Incorrect API key provided: my-secret-key","code":"invalid_api_key"}}""", provider: provider);

        Assert.Equal((message, "invalid_api_key"), (error.Body.Message, error.Body.Code));
    }

    [Fact]
    public void An_input_that_moderation_refused_is_no_matter_of_the_key()
    {
        var error = Map(403, """{"error":{"code":403,"message":"Your input was flagged","metadata":{"reasons":["violence"],"flagged_input":"how to","provider_name":"x"}}}""");

        Assert.Equal((400, "content_filter", "Your input was flagged"), (error.Status, error.Body.Code, error.Body.Message));
        Assert.Equal(Failure.ContentFilter, Failures.Of(error));
    }

    [Fact]
    public void A_missing_key_says_so()
    {
        var error = new UpstreamErrors("eu", new ProviderSettings { Type = "openai" }).FromAnswer(new EmptyAnswer(401, new AnswerHeaders()), [], s_now);

        Assert.Equal("The provider 'eu' asks for a key, and the gateway has none for it. Set providers.eu.api_key.", error.Body.Message);
    }

    [Theory]
    [InlineData("retry-after", "7", 7)]
    [InlineData("retry-after", "0.5", 0.5)]
    [InlineData("retry-after-ms", "250", 0.25)]
    [InlineData("retry-after", "Thu, 01 Jan 2026 00:01:00 GMT", 60)]
    [InlineData("retry-after", "Thu, 01 Jan 2015 00:01:00 GMT", 0)]
    [InlineData("retry-after", "soon", 1)]
    [InlineData("retry-after", "-5", 1)]
    [InlineData("retry-after", "410400", 86_400)]
    [InlineData("x-other", "9", 1)]
    public void When_to_come_again_is_taken_from_upstream(string header, string value, double seconds)
    {
        var error = Map(429, "", (header, value));

        Assert.Equal(TimeSpan.FromSeconds(seconds), error.RetryAfter);
    }

    [Fact]
    public void Only_chosen_headers_pass_and_retry_after_is_left_to_the_error()
    {
        var error = Map(429, "", ("retry-after", "3"), ("x-request-id", "req_1"), ("x-ratelimit-limit-requests", "5"), ("set-cookie", "a=b"), ("via", "proxy"), ("connection", "close"));

        Assert.Equal(["x-ratelimit-limit-requests", "x-switchboard-upstream-request-id"], error.Headers.Select(header => header.Key).Order());
    }

    private static GatewayError Map(int status, string body, params ReadOnlySpan<(string Name, string Value)> headers) => Map(status, body, "up", headers);

    private static GatewayError Map(int status, string body, string provider, params ReadOnlySpan<(string Name, string Value)> headers)
    {
        var kept = new AnswerHeaders();
        foreach (var (name, value) in headers)
        {
            if (AnswerHeaders.NameOf(name) is { } known)
            {
                kept.Keep(known, value);
            }
        }

        return new UpstreamErrors(provider, new ProviderSettings { Type = "openai", ApiKey = new Secret("my-secret-key") }).FromAnswer(new EmptyAnswer(status, kept), Encoding.UTF8.GetBytes(body), s_now);
    }

    private sealed class EmptyAnswer(int status, AnswerHeaders headers) : UpstreamAnswer(status, headers)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken) => new(0);

        public override void Dispose()
        {
        }
    }
}
