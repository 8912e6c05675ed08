using Switchboard.Testing.Misbehaviours;
using Switchboard.Testing.Upstream;

namespace Switchboard.Tests.Server.Caching;

/// <summary>Streams are given again as streams, and only whole ones.</summary>
public sealed class CachedStreamTests
{
    private static CancellationToken Ends => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_stream_is_given_again_byte_by_byte()
    {
        await using var gateway = await CachedGateway.StartAsync();

        var first = await gateway.AskAsync(CachedGateway.Body(stream: true));
        var second = await gateway.AskAsync(CachedGateway.Body(stream: true));

        Assert.Equal(("miss", "hit"), (first.Cache, second.Cache));
        Assert.Equal(first.Text, second.Text);
        Assert.EndsWith("data: [DONE]\n\n", second.Text, StringComparison.Ordinal);
        Assert.Equal("text/event-stream; charset=utf-8", second.Headers["Content-Type"]);
        Assert.Equal("no", second.Headers["X-Accel-Buffering"]);
        Assert.Equal(1, gateway.Asked);
    }

    [Fact]
    public async Task A_stream_does_not_stand_for_a_whole_answer()
    {
        await using var gateway = await CachedGateway.StartAsync();
        await gateway.AskAsync(CachedGateway.Body(stream: true));

        var whole = await gateway.AskAsync(CachedGateway.Body());

        Assert.Equal(("miss", "application/json"), (whole.Cache, whole.Headers["Content-Type"]));
    }

    [Fact]
    public async Task A_long_stream_is_whole()
    {
        await using var gateway = await CachedGateway.StartAsync();
        gateway.Upstream.On(CachedGateway.Chat, _ => CachedGateway.Stream(1, words: 4000));

        var first = await gateway.AskAsync(CachedGateway.Body(stream: true));
        var second = await gateway.AskAsync(CachedGateway.Body(stream: true));

        Assert.True(first.Text.Length > 500_000);
        Assert.Equal(("hit", first.Text), (second.Cache, second.Text));
    }

    [Fact]
    public async Task A_stream_that_is_too_large_reaches_its_caller_and_is_not_kept()
    {
        await using var gateway = await CachedGateway.StartAsync(cache => cache with { MaxEntryKilobytes = 16 });
        gateway.Upstream.On(CachedGateway.Chat, _ => CachedGateway.Stream(1, words: 1000));
        var expected = string.Concat(CachedGateway.Events(1, 1000));

        var first = await gateway.AskAsync(CachedGateway.Body(stream: true));
        var second = await gateway.AskAsync(CachedGateway.Body(stream: true));

        Assert.Equal((expected, expected), (first.Text, second.Text));
        Assert.Equal(("miss", 2), (second.Cache, gateway.Asked));
    }

    [Fact]
    public async Task A_stream_that_breaks_off_is_not_kept()
    {
        await using var gateway = await CachedGateway.StartAsync();
        UpstreamAnswer[] broken =
        [
            CachedGateway.Stream(1, isWhole: false),
            UpstreamAnswer.Stream([.. CachedGateway.Events(1, isWhole: false), ServerSentEvents.Data("""{"error":{"message":"It failed.","type":"server_error"}}"""), ServerSentEvents.Done]),
            CachedGateway.Stream(1, 30).With(Misbehaviour.ResetMidBody),
        ];
        foreach (var answer in broken)
        {
            gateway.Upstream.On(CachedGateway.Chat, _ => answer);
            var first = await gateway.AskAsync(CachedGateway.Body(stream: true));
            Assert.Contains("\"error\"", first.Text, StringComparison.Ordinal);
        }

        gateway.Upstream.On(CachedGateway.Chat, gateway.Answer);
        var second = await gateway.AskAsync(CachedGateway.Body(stream: true));

        Assert.Equal("miss", second.Cache);
        Assert.DoesNotContain("\"error\"", second.Text, StringComparison.Ordinal);
        Assert.Equal(4, gateway.Asked);
    }

    [Fact]
    public async Task A_stream_whose_caller_left_is_not_kept_and_is_ended()
    {
        await using var gateway = await CachedGateway.StartAsync();
        gateway.Upstream.HoldEvents();
        using (var answer = await StartAsync(gateway))
        {
            await gateway.Upstream.ReleaseAsync(2, Ends);
        }

        await gateway.Upstream.WaitForDisconnectAsync(Ends);
        var next = gateway.AskAsync(CachedGateway.Body(stream: true));
        await gateway.Upstream.ReleaseAsync(5, Ends);

        Assert.Equal("miss", (await next).Cache);
    }

    [Theory]
    [InlineData("completed", "hit")]
    [InlineData("incomplete", "miss")]
    [InlineData("failed", "miss")]
    public async Task A_streamed_response_is_kept_where_it_says_that_it_is_complete(string status, string cache)
    {
        await using var gateway = await CachedGateway.StartAsync();
        gateway.Upstream.On("/v1/responses", _ => UpstreamAnswer.Stream(
        [
            """
            event: response.created
            data: {"type":"response.created","sequence_number":0,"response":{"id":"r","status":"in_progress"}}


            """,
            $$$"""
            event: response.{{{status}}}
            data: {"type":"response.{{{status}}}","sequence_number":1,"response":{"id":"r","status":"{{{status}}}"}}


            """,
        ]));
        const string Body = """{"model":"mine","input":"Hi","store":false,"stream":true}""";

        var first = await gateway.AskAsync(Body, "/v1/responses");
        var second = await gateway.AskAsync(Body, "/v1/responses");

        Assert.Equal((200, cache, first.Text), (first.Status, second.Cache, second.Text));
    }

    [Fact]
    public async Task Anthropics_and_Googles_callers_get_their_own_streams_again()
    {
        await using var gateway = await CachedGateway.StartAsync();
        const string Messages = """{"model":"mine","max_tokens":10,"messages":[{"role":"user","content":"Hi"}],"stream":true}""";
        const string Google = """{"contents":[{"role":"user","parts":[{"text":"Hi"}]}]}""";

        foreach (var (path, body) in new[] { ("/v1/messages", Messages), ("/v1/messages", Messages.Replace(",\"stream\":true", "", StringComparison.Ordinal)), ("/v1beta/models/mine:streamGenerateContent?alt=sse", Google), ("/v1beta/models/mine:generateContent", Google) })
        {
            var asked = gateway.Asked;
            var first = await gateway.AskAsync(body, path);
            var second = await gateway.AskAsync(body, path);
            Assert.Equal((path, 200, "miss", "hit", asked + 1), (path, first.Status, first.Cache, second.Cache, gateway.Asked));
            Assert.Equal(WordsOf(first.Text), WordsOf(second.Text));
        }
    }

    // What is translated has its own ids each time; what the model said is the same.
    private static string WordsOf(string text) => string.Concat(text.Split('"').Where(part => part.StartsWith('s') && part.Contains('-', StringComparison.Ordinal) && part.EndsWith(' ')));

    private static async Task<HttpResponseMessage> StartAsync(CachedGateway gateway)
    {
        var sending = gateway.SendAsync(CachedGateway.Body(stream: true), CachedGateway.Chat, HttpCompletionOption.ResponseHeadersRead, Ends);
        await gateway.Upstream.ReleaseAsync(1, Ends);
        return await sending;
    }
}
