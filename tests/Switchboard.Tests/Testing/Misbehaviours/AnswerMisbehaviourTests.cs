using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Switchboard.Testing.Misbehaviours;
using Switchboard.Testing.Upstream;

namespace Switchboard.Tests.Testing.Misbehaviours;

public sealed class AnswerMisbehaviourTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("401 invalid_api_key", 401, "invalid_api_key")]
    [InlineData("404 model_not_found", 404, "model_not_found")]
    [InlineData("429 with Retry-After: 1", 429, "rate_limit_exceeded")]
    [InlineData("429 with retry-after-ms: 20", 429, "rate_limit_exceeded")]
    [InlineData("429 insufficient_quota", 429, "insufficient_quota")]
    [InlineData("500 server_error", 500, null)]
    [InlineData("503 unavailable", 503, null)]
    public async Task Tells_an_error_in_the_way_of_the_api(string name, int status, string? code)
    {
        using var response = await AskAsync(Misbehaviour.Named(name), stream: false);

        var error = JsonElement.Parse(await response.Content.ReadAsStringAsync(Token)).GetProperty("error");

        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal(code, error.GetProperty("code").GetString());
    }

    [Fact]
    public async Task Tells_when_to_try_again()
    {
        using var seconds = await AskAsync(Misbehaviour.RateLimited, stream: false);
        using var milliseconds = await AskAsync(Misbehaviour.RateLimitedForMilliseconds, stream: false);

        Assert.Equal(TimeSpan.FromSeconds(1), seconds.Headers.RetryAfter?.Delta);
        Assert.Equal(["20"], milliseconds.Headers.GetValues("retry-after-ms"));
    }

    [Fact]
    public async Task Is_overloaded_in_the_shape_of_anthropic()
    {
        using var response = await AskAsync(Misbehaviour.Overloaded, stream: true);

        Assert.Equal(529, (int)response.StatusCode);
        Assert.Contains("overloaded_error", await response.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Redirects_and_keeps_the_method()
    {
        using var response = await AskAsync(Misbehaviour.Redirect, stream: false, new HttpClientHandler { AllowAutoRedirect = false });

        Assert.Equal(HttpStatusCode.TemporaryRedirect, response.StatusCode);
        Assert.Equal("/elsewhere", response.Headers.Location?.OriginalString);
    }

    [Theory]
    [InlineData("HTML page with 200", 200)]
    [InlineData("HTML page with 502", 502)]
    public async Task Answers_with_the_page_of_a_proxy(string name, int status)
    {
        using var response = await AskAsync(Misbehaviour.Named(name), stream: false);

        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal("text/html", response.Content.Headers.ContentType?.MediaType);
        Assert.StartsWith("<html>", await response.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Lies_about_the_type_of_a_good_body(bool stream)
    {
        using var response = await AskAsync(Misbehaviour.WrongContentType, stream);

        Assert.Equal("text/plain", response.Content.Headers.ContentType?.MediaType);
        Assert.Contains("chatcmpl-canned", await response.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Answers_200_with_nothing(bool stream)
    {
        using var response = await AskAsync(Misbehaviour.EmptyBody, stream);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Empty(await response.Content.ReadAsByteArrayAsync(Token));
    }

    [Fact]
    public async Task Sends_half_of_the_json_well_framed()
    {
        using var response = await AskAsync(Misbehaviour.HalfJson, stream: false);

        var body = await response.Content.ReadAsStringAsync(Token);

        Assert.ThrowsAny<JsonException>(() => JsonElement.Parse(body));
    }

    [Fact]
    public async Task Sends_more_headers_than_a_client_takes()
    {
        var error = await Assert.ThrowsAsync<HttpRequestException>(() => AskAsync(Misbehaviour.HugeHeaders, stream: false));

        Assert.Equal(HttpRequestError.ConfigurationLimitExceeded, error.HttpRequestError);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Starts_with_a_byte_order_mark(bool stream)
    {
        using var response = await AskAsync(Misbehaviour.ByteOrderMark, stream);

        var body = await response.Content.ReadAsByteArrayAsync(Token);

        Assert.True(body.AsSpan().StartsWith(Encoding.UTF8.Preamble));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Compresses_the_same_body(bool stream)
    {
        using var plain = await AskAsync(null, stream);
        using var raw = await AskAsync(Misbehaviour.Gzip, stream);
        using var unpacked = await AskAsync(Misbehaviour.Gzip, stream, new HttpClientHandler { AutomaticDecompression = DecompressionMethods.GZip });

        Assert.Equal(["gzip"], raw.Content.Headers.ContentEncoding);
        Assert.Equal(await plain.Content.ReadAsStringAsync(Token), await unpacked.Content.ReadAsStringAsync(Token));
    }

    [Fact]
    public async Task Ends_the_body_with_the_connection()
    {
        using var response = await AskAsync(Misbehaviour.BodyUntilClose, stream: true);

        var body = await response.Content.ReadAsStringAsync(Token);

        Assert.True(response.Headers.ConnectionClose);
        Assert.Null(response.Headers.TransferEncodingChunked);
        Assert.EndsWith(ServerSentEvents.Done, body, StringComparison.Ordinal);
    }

    [Fact]
    public void Has_a_name_for_each_misbehaviour()
    {
        var names = Misbehaviour.Names.ToList();

        Assert.Equal(names.Count, names.Distinct().Count());
        Assert.All(names, name => Assert.Equal(name, Misbehaviour.Named(name).ToString()));
    }

    private static async Task<HttpResponseMessage> AskAsync(Misbehaviour? misbehaviour, bool stream, HttpClientHandler? handler = null)
    {
        await using var upstream = ReplayUpstream.Start();
        if (misbehaviour is not null)
        {
            upstream.Misbehave(misbehaviour);
        }

        using var client = new HttpClient(handler ?? new HttpClientHandler());
        return await client.PostAsJsonAsync($"{upstream.BaseUrl}/chat/completions", new { model = "m", stream, messages = Array.Empty<object>() }, Token);
    }
}
