using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Switchboard.Testing.Upstream;

namespace Switchboard.Tests.Testing.Upstream;

public sealed class ReplayUpstreamTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Records_method_path_query_headers_and_body_of_a_request()
    {
        await using var upstream = ReplayUpstream.Start();
        using var client = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{upstream.BaseUrl}/files?purpose=batch&limit=2");
        request.Headers.Add("Authorization", "Bearer sk-test");
        request.Content = new ByteArrayContent([0, 1, 255]);

        using var response = await client.SendAsync(request, Token);
        var recorded = await upstream.WaitForRequestAsync(Token);

        Assert.Equal(("POST", "/v1/files", "?purpose=batch&limit=2"), (recorded.Method, recorded.Path, recorded.Query));
        Assert.Equal("Bearer sk-test", recorded.Header("authorization"));
        Assert.Equal([0, 1, 255], recorded.Body.ToArray());
        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
    }

    [Fact]
    public async Task Reads_a_chunked_body_and_answers_an_expectation()
    {
        await using var upstream = ReplayUpstream.Start();
        using var client = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{upstream.BaseUrl}/files") { Content = new StringContent(new string('x', 100_000)) };
        request.Headers.TransferEncodingChunked = true;
        request.Headers.ExpectContinue = true;

        using var response = await client.SendAsync(request, Token);

        Assert.Equal(100_000, Assert.Single(upstream.Requests).Body.Length);
    }

    [Fact]
    public async Task Serves_several_requests_over_one_connection()
    {
        await using var upstream = ReplayUpstream.Start();
        using var client = new HttpClient();

        await client.GetStringAsync($"{upstream.BaseUrl}/models", Token);
        await client.GetStringAsync($"{upstream.BaseUrl}/models", Token);

        Assert.Equal([1, 1], upstream.Requests.Select(r => r.Connection));
        Assert.Equal(1, upstream.Connections);
    }

    [Fact]
    public async Task Gives_queued_replies_in_order_and_then_the_canned_answer()
    {
        await using var upstream = ReplayUpstream.Start();
        upstream.Reply(500, "{}").Reply(418, "short", ("Content-Type", "text/plain"), ("x-request-id", "req_1"));
        using var client = new HttpClient();

        var statuses = new List<HttpStatusCode>();
        for (var i = 0; i < 3; i++)
        {
            using var response = await client.GetAsync($"{upstream.BaseUrl}/models", Token);
            statuses.Add(response.StatusCode);
        }

        Assert.Equal([HttpStatusCode.InternalServerError, (HttpStatusCode)418, HttpStatusCode.OK], statuses);
    }

    [Fact]
    public async Task Asks_the_handler_of_the_path_and_shows_what_failed()
    {
        await using var upstream = ReplayUpstream.Start();
        upstream.On("/v1/echo", request => UpstreamAnswer.Text(request.BodyText, "text/plain"));
        upstream.On("/v1/broken", UpstreamAnswer (_) => throw new InvalidOperationException("wrong test"));
        using var client = new HttpClient();

        using var echo = await client.PostAsync($"{upstream.BaseUrl}/echo", new StringContent("back"), Token);
        using var broken = await client.GetAsync($"{upstream.BaseUrl}/broken", Token);
        using var notJson = await client.PostAsync($"{upstream.BaseUrl}/chat/completions", new StringContent("{"), Token);

        Assert.Equal("back", await echo.Content.ReadAsStringAsync(Token));
        Assert.Equal(HttpStatusCode.InternalServerError, broken.StatusCode);
        Assert.Equal(HttpStatusCode.InternalServerError, notJson.StatusCode);
        Assert.Equal(["wrong test"], upstream.Failures.OfType<InvalidOperationException>().Select(e => e.Message));
        Assert.Single(upstream.Failures, e => e is JsonException);
    }

    [Fact]
    public async Task Answers_a_chat_with_the_given_text()
    {
        await using var upstream = ReplayUpstream.Start().Say("Good day.", "m-1");
        using var client = new HttpClient();

        using var response = await client.PostAsJsonAsync($"{upstream.BaseUrl}/chat/completions", new { messages = Array.Empty<object>() }, Token);
        var root = JsonElement.Parse(await response.Content.ReadAsStringAsync(Token));

        Assert.Equal("m-1", root.GetProperty("model").GetString());
        Assert.Equal("Good day.", root.GetProperty("choices")[0].GetProperty("message").GetProperty("content").GetString());
    }

    [Theory]
    [InlineData("chat/completions", false)]
    [InlineData("chat/completions", true)]
    [InlineData("completions", true)]
    public async Task Streams_the_given_text_in_chunks_with_usage_only_when_asked(string path, bool asksUsage)
    {
        await using var upstream = ReplayUpstream.Start().Say("One two three.");
        using var client = new HttpClient();
        var body = new { model = "m", stream = true, stream_options = new { include_usage = asksUsage } };

        using var response = await client.PostAsJsonAsync($"{upstream.BaseUrl}/{path}", body, Token);
        var text = await response.Content.ReadAsStringAsync(Token);

        Assert.Equal("text/event-stream", response.Content.Headers.ContentType?.MediaType);
        Assert.EndsWith("data: [DONE]\n\n", text, StringComparison.Ordinal);
        Assert.Equal(asksUsage, text.Contains("\"usage\":{", StringComparison.Ordinal));
        Assert.Contains(" three.", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("float", JsonValueKind.Array)]
    [InlineData("base64", JsonValueKind.String)]
    public async Task Embeds_each_input_in_the_asked_format(string format, JsonValueKind kind)
    {
        await using var upstream = ReplayUpstream.Start();
        using var client = new HttpClient();

        using var response = await client.PostAsJsonAsync($"{upstream.BaseUrl}/embeddings", new { input = new[] { "a", "b" }, encoding_format = format }, Token);
        var data = JsonElement.Parse(await response.Content.ReadAsStringAsync(Token)).GetProperty("data");

        Assert.Equal([kind, kind], data.EnumerateArray().Select(e => e.GetProperty("embedding").ValueKind));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    [InlineData(4096)]
    public async Task Sends_the_same_stream_however_it_is_cut(int bytesPerWrite)
    {
        string[] events = [ServerSentEvents.Data("""{"ü":1}"""), ServerSentEvents.Named("x", "{}"), ServerSentEvents.Done];
        await using var upstream = ReplayUpstream.Start();
        upstream.Reply(UpstreamAnswer.Stream(events) with { BytesPerWrite = bytesPerWrite });
        using var client = new RawClient(upstream);

        await client.SendAsync("GET /v1/x HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", Token);
        var chunks = RawClient.Chunks(await client.ReadToEndAsync(Token));

        Assert.Equal(string.Concat(events), Encoding.UTF8.GetString([.. chunks.SelectMany(c => c)]));
        Assert.All(chunks.SkipLast(1), chunk => Assert.Equal(bytesPerWrite, chunk.Length));
    }
}
