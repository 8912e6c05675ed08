using Switchboard.Testing.Upstream;

namespace Switchboard.Tests.Testing.Upstream;

public sealed class HeldStreamTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Sends_an_event_only_when_it_is_released()
    {
        await using var upstream = ReplayUpstream.Start().HoldEvents().ReplyStream("data: 1\n\n", "data: 2\n\n", "data: 3\n\n");
        using var client = new RawClient(upstream);
        await client.SendChatAsync(stream: true, Token);
        var request = await upstream.WaitForRequestAsync(Token);

        var head = await client.ReadUntilAsync("\r\n\r\n", Token);
        await upstream.ReleaseAsync(2, Token);
        var two = await client.ReadUntilAsync("data: 2\n\n", Token);
        var sent = request.EventsSent;
        request.ReleaseRest();
        var rest = await client.ReadToEndAsync(Token);

        Assert.DoesNotContain("data:", head, StringComparison.Ordinal);
        Assert.DoesNotContain("data: 3", two, StringComparison.Ordinal);
        Assert.Equal(2, sent);
        Assert.EndsWith("data: 3\n\n\r\n0\r\n\r\n", rest, StringComparison.Ordinal);
        Assert.Equal(ExchangeEnd.Answered, await request.WaitForEndAsync(Token));
    }

    [Fact]
    public async Task Sees_the_client_go_away_while_a_stream_is_held()
    {
        await using var upstream = ReplayUpstream.Start().HoldEvents();
        using (var client = new RawClient(upstream))
        {
            await client.SendChatAsync(stream: true, Token);
            await upstream.ReleaseAsync(Token);
        }

        var left = await upstream.WaitForDisconnectAsync(Token);

        Assert.Equal(1, left.EventsSent);
        Assert.Equal(ExchangeEnd.ClientLeft, await left.WaitForEndAsync(Token));
        await Assert.ThrowsAsync<InvalidOperationException>(() => left.ReleaseAsync(Token));
    }

    [Fact]
    public async Task Tells_a_handler_that_the_client_went_away()
    {
        var told = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var upstream = ReplayUpstream.Start().On("/v1/chat/completions", async (_, gone) =>
        {
            using var registration = gone.Register(told.SetResult);
            await Task.Delay(Timeout.Infinite, gone);
            return UpstreamAnswer.Json("{}");
        });
        using (var client = new RawClient(upstream))
        {
            await client.SendChatAsync(stream: false, Token);
            await upstream.WaitForRequestAsync(Token);
        }

        var left = await upstream.WaitForDisconnectAsync(Token);

        Assert.True(told.Task.IsCompleted);
        Assert.Equal(0, left.EventsSent);
        Assert.Empty(upstream.Failures);
    }
}
