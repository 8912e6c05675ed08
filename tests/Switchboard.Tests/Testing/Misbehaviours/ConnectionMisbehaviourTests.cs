using System.Net.Sockets;
using Switchboard.Testing.Misbehaviours;
using Switchboard.Testing.Upstream;
using Switchboard.Tests.Testing.Upstream;

namespace Switchboard.Tests.Testing.Misbehaviours;

public sealed class ConnectionMisbehaviourTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Refuses_connections_until_it_behaves_again()
    {
        await using var upstream = ReplayUpstream.Start();
        using var client = new HttpClient();
        await client.GetStringAsync($"{upstream.BaseUrl}/models", Token);

        upstream.Misbehave(Misbehaviour.RefuseConnections);
        var refused = await Assert.ThrowsAsync<HttpRequestException>(() => client.GetAsync($"{upstream.BaseUrl}/models", Token));
        upstream.Behave();
        using var response = await client.GetAsync($"{upstream.BaseUrl}/models", Token);

        Assert.Equal(HttpRequestError.ConnectionError, refused.HttpRequestError);
        Assert.Equal(SocketError.ConnectionRefused, Assert.IsType<SocketException>(refused.InnerException).SocketErrorCode);
        Assert.True(response.IsSuccessStatusCode);
    }

    [Fact]
    public async Task Hangs_before_the_headers_until_the_client_gives_up()
    {
        await using var upstream = ReplayUpstream.Start().Misbehave(Misbehaviour.HangBeforeHeaders);
        using var client = new HttpClient();
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Token);

        var asking = client.GetAsync($"{upstream.BaseUrl}/models", patience.Token);
        await upstream.WaitForRequestAsync(Token);
        await patience.CancelAsync();
        var left = await upstream.WaitForDisconnectAsync(Token);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asking);
        Assert.Equal(0, left.EventsSent);
    }

    [Theory]
    [InlineData("hang after headers", "\r\n\r\n", 0)]
    [InlineData("hang after 2 events", "\"content\":\"Hello\"", 2)]
    [InlineData("hang before the end", "[DONE]", 7)]
    public async Task Hangs_at_the_told_place(string name, string lastSeen, int events)
    {
        await using var upstream = ReplayUpstream.Start().Misbehave(Misbehaviour.Named(name));
        UpstreamRequest left;
        string seen;
        using (var client = new RawClient(upstream))
        {
            await client.SendChatAsync(stream: true, Token);
            seen = await client.ReadUntilAsync(lastSeen, Token);
        }

        left = await upstream.WaitForDisconnectAsync(Token);

        Assert.DoesNotContain("\r\n0\r\n", seen, StringComparison.Ordinal);
        Assert.Equal(events, left.EventsSent);
    }

    [Theory]
    [InlineData("reset before headers", 0, false)]
    [InlineData("reset in mid body", 1, true)]
    [InlineData("reset after 2 events", 2, true)]
    public async Task Resets_at_the_told_place(string name, int events, bool hasHead)
    {
        await using var upstream = ReplayUpstream.Start().Misbehave(Misbehaviour.Named(name));
        using var client = new RawClient(upstream);
        await client.SendChatAsync(stream: true, Token);

        var (text, error) = await client.ReadUntilClosedAsync(Token);
        var request = await upstream.WaitForRequestAsync(Token);

        Assert.Equal(SocketError.ConnectionReset, error);
        Assert.Equal(hasHead, text.StartsWith("HTTP/1.1 200 OK\r\n", StringComparison.Ordinal));
        Assert.DoesNotContain("[DONE]", text, StringComparison.Ordinal);
        Assert.Equal(events, request.EventsSent);
        Assert.Equal(ExchangeEnd.CutByUpstream, await request.WaitForEndAsync(Token));
    }

    [Theory]
    [InlineData("close before headers", true, HttpRequestError.ResponseEnded)]
    [InlineData("truncated Content-Length body", false, HttpRequestError.ResponseEnded)]
    [InlineData("truncated Content-Length body", true, HttpRequestError.ResponseEnded)]
    [InlineData("chunked body without terminator", false, HttpRequestError.ResponseEnded)]
    [InlineData("chunked body without terminator", true, HttpRequestError.ResponseEnded)]
    [InlineData("close after 2 events", true, HttpRequestError.ResponseEnded)]
    public async Task Closes_in_order_before_the_body_is_whole(string name, bool stream, HttpRequestError expected)
    {
        await using var upstream = ReplayUpstream.Start().Misbehave(Misbehaviour.Named(name));
        using var raw = new RawClient(upstream);
        await raw.SendChatAsync(stream, Token);
        using var client = new HttpClient();
        using var content = new StringContent(stream ? """{"stream":true}""" : "{}");

        await raw.ReadToEndAsync(Token);
        var error = await Assert.ThrowsAsync<HttpRequestException>(() => client.PostAsync($"{upstream.BaseUrl}/chat/completions", content, Token));

        var cause = error.InnerException is HttpIOException io ? io.HttpRequestError : error.HttpRequestError;
        Assert.Equal(expected, cause);
    }

    [Fact]
    public async Task Sends_an_interim_response_before_the_answer()
    {
        await using var upstream = ReplayUpstream.Start().Misbehave(Misbehaviour.InterimResponse);
        using var raw = new RawClient(upstream);
        await raw.SendChatAsync(stream: false, Token);

        var text = await raw.ReadToEndAsync(Token);

        Assert.StartsWith("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 EarlyHints\r\n\r\nHTTP/1.1 200 OK\r\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Trickles_the_body_byte_by_byte()
    {
        await using var upstream = ReplayUpstream.Start().Say("Hi").Misbehave(Misbehaviour.TrickleWith(TimeSpan.Zero));
        using var raw = new RawClient(upstream);
        await raw.SendChatAsync(stream: true, Token);

        var chunks = RawClient.Chunks(await raw.ReadToEndAsync(Token));

        Assert.All(chunks, chunk => Assert.Single(chunk));
    }

    [Fact]
    public async Task Misbehaves_only_as_often_as_told()
    {
        await using var upstream = ReplayUpstream.Start().Misbehave(Misbehaviour.ServerError, times: 1).Misbehave(Misbehaviour.ByteOrderMark, times: 2);
        using var client = new HttpClient();

        var answers = new List<(int Status, bool HasMark)>();
        for (var i = 0; i < 3; i++)
        {
            using var response = await client.GetAsync($"{upstream.BaseUrl}/models", Token);
            var body = await response.Content.ReadAsByteArrayAsync(Token);
            answers.Add(((int)response.StatusCode, body[0] == 0xEF));
        }

        Assert.Equal([(500, true), (200, true), (200, false)], answers);
    }
}
