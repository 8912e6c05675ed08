using System.Text;
using Switchboard.Testing.Places;
using Switchboard.Testing.Recordings;
using Switchboard.Testing.Upstream;
using Switchboard.Tests.Testing.Upstream;

namespace Switchboard.Tests.Testing.Recordings;

public sealed class RecordingTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void Reads_every_session_of_the_shared_folder()
    {
        Assert.SkipWhen(SharedFolder.SkipReason is not null, SharedFolder.SkipReason ?? "");

        var exchanges = Directory.EnumerateFiles(SharedFolder.Combine("recordings"), "*.json", SearchOption.AllDirectories)
            .SelectMany(file => Recording.FromSession(file).Exchanges)
            .ToList();

        Assert.Equal(797, exchanges.Count);
        Assert.All(exchanges, e => Assert.NotEqual(0, e.ResponseBody.Length));
        Assert.Equal(23, exchanges.Count(e => e.IsStream));
    }

    [Fact]
    public void Reads_every_cassette_of_the_shared_folder()
    {
        Assert.SkipWhen(SharedFolder.SkipReason is not null, SharedFolder.SkipReason ?? "");

        var exchanges = Directory.EnumerateFiles(SharedFolder.Combine("fixtures", "crmne+ruby_llm"), "*.json", SearchOption.AllDirectories)
            .Sum(file => Recording.FromCassette(file).Exchanges.Count);

        Assert.True(exchanges > 1_000, $"{exchanges} exchanges");
    }

    [Fact]
    public void Reads_every_chunk_file_of_the_shared_folder()
    {
        Assert.SkipWhen(SharedFolder.SkipReason is not null, SharedFolder.SkipReason ?? "");

        var recordings = Directory.EnumerateFiles(SharedFolder.Combine("fixtures", "vercel+ai"), "*.chunks.txt", SearchOption.AllDirectories)
            // The first line of this one lacks closing braces.
            .Where(file => !file.EndsWith("parallel-tool-call-wrapper.1.chunks.txt", StringComparison.Ordinal))
            .Select(file => Recording.FromChunks(file, "/v1/x"))
            .ToList();

        Assert.True(recordings.Count > 100, $"{recordings.Count} files");
        Assert.All(recordings, r => Assert.NotEmpty(r.Exchanges[0].ToAnswer().Parts));
    }

    [Theory]
    [InlineData("openai-text.chunks.txt", "chat", "data: {\"id\"", "data: [DONE]\n\n")]
    [InlineData("openai-file-search-tool.1.chunks.txt", "responses", "event: response.created\ndata: {", "}\n\n")]
    public void Makes_the_stream_of_the_dialect_from_chunks(string name, string api, string first, string last)
    {
        Assert.SkipWhen(SharedFolder.SkipReason is not null, SharedFolder.SkipReason ?? "");
        var file = SharedFolder.Combine("fixtures", "vercel+ai", "packages", "openai", "src", api, "__fixtures__", name);

        var text = Recording.FromChunks(file, "/v1/x").Exchanges[0].ResponseText;

        Assert.StartsWith(first, text, StringComparison.Ordinal);
        Assert.EndsWith(last, text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Replays_a_recorded_stream_to_the_letter_with_its_headers()
    {
        Assert.SkipWhen(SharedFolder.SkipReason is not null, SharedFolder.SkipReason ?? "");
        var recording = Recording.FromSession(SharedFolder.Combine("recordings", "ChatTests", "TokenLogProbabilitiesStreaming(True).json"));
        var recorded = Assert.Single(recording.Exchanges);
        await using var upstream = ReplayUpstream.Start().Replay(recording, bytesPerWrite: 7);
        using var client = new HttpClient();

        using var response = await client.PostAsync($"{upstream.BaseUrl}/chat/completions", new StringContent(recorded.RequestText), Token);
        var text = await response.Content.ReadAsStringAsync(Token);

        Assert.Equal(recorded.ResponseText, text);
        Assert.EndsWith("data: [DONE]\n\n", text, StringComparison.Ordinal);
        Assert.True(response.Headers.Contains("x-request-id"));
        Assert.True(response.Headers.Contains("openai-processing-ms"));
    }

    [Fact]
    public void Keeps_base64_bodies_as_bytes()
    {
        Assert.SkipWhen(SharedFolder.SkipReason is not null, SharedFolder.SkipReason ?? "");

        var recording = Recording.FromSession(SharedFolder.Combine("recordings", "GenerateSpeechTests", "OutputFormatWorks(%wav%).json"));

        Assert.True(recording.Exchanges[0].ResponseBody.Span.StartsWith("RIFF"u8));
    }

    [Fact]
    public async Task Chooses_by_body_and_then_by_order_and_repeats_the_best()
    {
        var recording = Recording.Of(Exchange("""{"a":1,"b":[2]}""", "first"), Exchange("""{"a":2}""", "second"), Exchange("""{"a":2}""", "third"));
        await using var upstream = ReplayUpstream.Start().Replay(recording);
        using var client = new HttpClient();

        var answers = new List<string>();
        foreach (var body in new[] { """{"a":2}""", """{ "b": [2], "a": 1.0 }""", """{"a":2}""", """{"a":2}""", """{"other":1}""" })
        {
            using var response = await client.PostAsync($"{upstream.BaseUrl}/x", new StringContent(body), Token);
            answers.Add(await response.Content.ReadAsStringAsync(Token));
        }

        Assert.Equal(["second", "first", "third", "second", "first"], answers);
    }

    [Fact]
    public async Task Goes_through_recordings_in_order_when_no_body_is_the_same()
    {
        var recording = Recording.Of(Exchange("1", "first"), Exchange("2", "second"));
        await using var upstream = ReplayUpstream.Start().Replay(recording);
        using var client = new HttpClient();

        using var one = await client.PostAsync($"{upstream.BaseUrl}/x", new StringContent("?"), Token);
        using var two = await client.PostAsync($"{upstream.BaseUrl}/x", new StringContent("?"), Token);

        Assert.Equal("first", await one.Content.ReadAsStringAsync(Token));
        Assert.Equal("second", await two.Content.ReadAsStringAsync(Token));
    }

    [Fact]
    public async Task Drops_headers_of_the_hop_and_keeps_the_others()
    {
        var exchange = Exchange("", "body") with
        {
            ResponseHeaders = [new("Transfer-Encoding", "chunked"), new("Content-Encoding", "br"), new("x-ratelimit-limit-requests", "30000")],
        };
        await using var upstream = ReplayUpstream.Start().Replay(Recording.Of(exchange));
        using var client = new RawClient(upstream);

        await client.SendAsync("POST /v1/x HTTP/1.1\r\nConnection: close\r\n\r\n", Token);
        var answer = await client.ReadToEndAsync(Token);

        Assert.Equal("HTTP/1.1 200 OK\r\nx-ratelimit-limit-requests: 30000\r\nContent-Length: 4\r\n\r\nbody", answer);
    }

    [Theory]
    [InlineData("data: 1\n\ndata: 2\n\n", 2)]
    [InlineData("data: 1\r\n\r\ndata: 2\r\n\r\n", 2)]
    [InlineData("event: a\ndata: 1\n\n: comment\n\ndata: [DONE]", 3)]
    [InlineData("", 0)]
    public void Cuts_a_stream_in_its_events_and_loses_nothing(string text, int count)
    {
        var events = ServerSentEvents.Split(text);

        Assert.Equal(count, events.Count);
        Assert.Equal(text, string.Concat(events));
    }

    private static RecordedExchange Exchange(string request, string response) => new()
    {
        Method = "POST",
        Uri = new Uri("https://api.openai.com/v1/x"),
        RequestBody = Encoding.UTF8.GetBytes(request),
        Status = 200,
        ResponseHeaders = [new("Content-Type", "text/plain")],
        ResponseBody = Encoding.UTF8.GetBytes(response),
    };
}
