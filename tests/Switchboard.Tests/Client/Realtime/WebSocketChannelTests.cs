using System.Text;
using Switchboard.Client;
using Switchboard.Client.Transport;
using Switchboard.Testing.Time;

namespace Switchboard.Tests.Client.Realtime;

/// <summary>The queues and the reconnecting below every websocket, step by step.</summary>
public sealed class WebSocketChannelTests
{
    private static readonly ReconnectOptions s_atOnce = new() { FirstDelay = TimeSpan.Zero, MaxDelay = TimeSpan.Zero, MaxAttempts = 3 };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_send_waits_while_the_queue_is_full()
    {
        var socket = new ScriptedSocket();
        await using var channel = await OpenAsync(new ScriptedSource(socket), new SocketOptions { SendQueueBytes = 10 });
        await channel.SendAsync(ScriptedSource.Message("123456"), Token);

        var second = channel.SendAsync(ScriptedSource.Message("abcdef"), Token).AsTask();
        Assert.False(second.IsCompleted);
        socket.Pass();
        await second.WithinAsync("room", Token);
        socket.PassAll();

        Assert.Equal(["123456", "abcdef"], [await socket.Sent.Reader.ReadAsync(Token), await socket.Sent.Reader.ReadAsync(Token)]);
    }

    [Fact]
    public async Task A_wait_for_room_that_is_cancelled_takes_none()
    {
        var socket = new ScriptedSocket();
        await using var channel = await OpenAsync(new ScriptedSource(socket), new SocketOptions { SendQueueBytes = 10 });
        await channel.SendAsync(ScriptedSource.Message("123456"), Token);
        using var stop = new CancellationTokenSource();
        var second = channel.SendAsync(ScriptedSource.Message("abcdef"), stop.Token).AsTask();

        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);
        await channel.SendAsync(ScriptedSource.Message("xyz"), Token).AsTask().WithinAsync("the room that was left", Token);
        socket.PassAll();

        Assert.Equal(["123456", "xyz"], [await socket.Sent.Reader.ReadAsync(Token), await socket.Sent.Reader.ReadAsync(Token)]);
    }

    [Fact]
    public async Task An_event_larger_than_the_queue_goes_alone()
    {
        var socket = new ScriptedSocket();
        socket.PassAll();
        await using var channel = await OpenAsync(new ScriptedSource(socket), new SocketOptions { SendQueueBytes = 4 });

        await channel.SendAsync(ScriptedSource.Message("0123456789"), Token).AsTask().WithinAsync("room for one", Token);

        Assert.Equal("0123456789", await socket.Sent.Reader.ReadAsync(Token));
    }

    [Fact]
    public async Task Who_waits_for_room_hears_of_the_end()
    {
        var socket = new ScriptedSocket();
        var channel = await OpenAsync(new ScriptedSource(socket), new SocketOptions { SendQueueBytes = 10 });
        await channel.SendAsync(ScriptedSource.Message("123456"), Token);
        var second = channel.SendAsync(ScriptedSource.Message("abcdef"), Token).AsTask();

        socket.CloseBy(1008, "rules");

        var fault = await Assert.ThrowsAsync<ApiSocketClosedException>(() => second);
        Assert.Equal((1008, "rules"), (fault.CloseCode, fault.CloseReason));
        await channel.DisposeAsync();
    }

    [Fact]
    public async Task What_was_not_sent_is_sent_over_the_next_connection()
    {
        var (broken, next) = (new ScriptedSocket(), new ScriptedSocket());
        next.PassAll();
        var source = new ScriptedSource(broken, next) { First = "session" };
        await using var channel = await OpenAsync(source, new SocketOptions { Reconnect = s_atOnce });
        broken.Pass();
        broken.Pass(breaks: true);
        foreach (var text in (string[])["1", "2", "3"])
        {
            await channel.SendAsync(ScriptedSource.Message(text), Token);
        }

        Assert.Equal("1", await broken.Sent.Reader.ReadAsync(Token));
        broken.CloseBy(1012);
        next.Say("hello");
        var seen = await channel.ReadAsync(Token).Take(2).Select(Text).ToListAsync(Token);

        Assert.Equal(["session", "2", "3"], [await next.Sent.Reader.ReadAsync(Token), await next.Sent.Reader.ReadAsync(Token), await next.Sent.Reader.ReadAsync(Token)]);
        Assert.Equal(["reconnected after 1", "hello"], seen);
        Assert.Equal((1, 1012), (Assert.Single(source.Asked).Attempt, ((ApiSocketClosedException)source.Asked[0].Cause).CloseCode));
    }

    [Fact]
    public async Task Attempts_are_counted_until_an_event_comes()
    {
        var first = new ScriptedSocket();
        var source = new ScriptedSource(first, null, null, null);
        await using var channel = await OpenAsync(source, new SocketOptions { Reconnect = s_atOnce });
        first.CloseBy(1011);

        var fault = await Assert.ThrowsAsync<ApiConnectionException>(async () => await channel.ReadAsync(Token).ToListAsync(Token));

        Assert.Equal("refused", fault.Message);
        Assert.Equal([1, 2, 3], source.Asked.Select(asked => asked.Attempt));
    }

    [Fact]
    public async Task Connections_that_fall_at_once_come_to_an_end_too()
    {
        var sockets = Enumerable.Range(0, 5).Select(_ => new ScriptedSocket()).ToArray();
        foreach (var socket in sockets)
        {
            socket.CloseBy(1001);
        }

        var source = new ScriptedSource(sockets);
        await using var channel = await OpenAsync(source, new SocketOptions { Reconnect = s_atOnce });

        await Assert.ThrowsAsync<ApiSocketClosedException>(async () => await channel.ReadAsync(Token).ToListAsync(Token));

        Assert.Equal(3, source.Asked.Count);
    }

    [Theory]
    [InlineData(1008)]
    [InlineData(4000)]
    public async Task A_close_that_is_not_listed_is_the_end(int code)
    {
        var socket = new ScriptedSocket();
        var source = new ScriptedSource(socket);
        await using var channel = await OpenAsync(source, new SocketOptions { Reconnect = s_atOnce });
        socket.CloseBy(code);

        await Assert.ThrowsAsync<ApiSocketClosedException>(async () => await channel.ReadAsync(Token).ToListAsync(Token));

        Assert.Empty(source.Asked);
    }

    [Fact]
    public async Task A_normal_close_can_be_listed()
    {
        var (first, second) = (new ScriptedSocket(), new ScriptedSocket());
        await using var channel = await OpenAsync(new ScriptedSource(first, second), new SocketOptions { Reconnect = s_atOnce with { CloseCodes = [1000] } });
        first.CloseBy(1000);
        second.CloseBy(1011);

        await using var messages = channel.ReadAsync(Token).GetAsyncEnumerator(Token);

        Assert.True(await messages.MoveNextAsync());
        Assert.Equal("reconnected after 1", Text(messages.Current));
        await Assert.ThrowsAsync<ApiSocketClosedException>(async () => await messages.MoveNextAsync());
    }

    [Fact]
    public async Task The_hook_may_give_up()
    {
        var socket = new ScriptedSocket();
        await using var channel = await OpenAsync(new ScriptedSource(socket) { GivesUp = true }, new SocketOptions { Reconnect = s_atOnce });
        socket.CloseBy(1012);

        var fault = await Assert.ThrowsAsync<ApiSocketClosedException>(async () => await channel.ReadAsync(Token).ToListAsync(Token));

        Assert.Equal(1012, fault.CloseCode);
    }

    [Fact]
    public async Task A_fault_of_the_hook_is_the_readers()
    {
        var socket = new ScriptedSocket();
        await using var channel = await OpenAsync(new ScriptedSource(socket) { Fault = new FormatException("mine") }, new SocketOptions { Reconnect = s_atOnce });
        socket.CloseBy(1012);

        await Assert.ThrowsAsync<FormatException>(async () => await channel.ReadAsync(Token).ToListAsync(Token));
    }

    [Fact]
    public async Task Disposing_ends_the_wait_before_an_attempt()
    {
        var clock = new ManualTimeProvider();
        var socket = new ScriptedSocket();
        var channel = await WebSocketChannel.OpenAsync(new ScriptedSource(socket), new SocketOptions { Reconnect = new ReconnectOptions() }, clock, Token);
        socket.CloseBy(1012);
        await clock.WaitForTimersAsync(1, Token);

        await channel.DisposeAsync().AsTask().WithinAsync("the end", Token);

        Assert.Empty(await channel.ReadAsync(Token).ToListAsync(Token));
    }

    [Fact]
    public async Task A_reader_that_is_slow_stops_the_server()
    {
        var socket = new ScriptedSocket();
        await using var channel = await OpenAsync(new ScriptedSource(socket), new SocketOptions { ReceiveQueueBytes = 10 });
        foreach (var text in (string[])["aaaaaa", "bbbbbb", "cccccc"])
        {
            socket.Say(text);
        }

        socket.CloseBy(1000);

        Assert.Equal(["aaaaaa", "bbbbbb", "cccccc"], await channel.ReadAsync(Token).Select(Text).ToListAsync(Token));
    }

    [Theory]
    [InlineData(1, 0.375, 0.5)]
    [InlineData(3, 1.5, 2)]
    [InlineData(50, 6, 8)]
    public void The_wait_doubles_up_to_its_limit(int attempt, double least, double most) =>
        Assert.InRange(new ReconnectOptions().DelayBefore(attempt).TotalSeconds, least, most);

    private static Task<WebSocketChannel> OpenAsync(ScriptedSource source, SocketOptions options) => WebSocketChannel.OpenAsync(source, options, TimeProvider.System, Token);

    private static string Text(SocketMessage message)
    {
        using var body = message.Body;
        return body is null ? $"reconnected after {message.Attempts}" : Encoding.UTF8.GetString(body.WrittenSpan);
    }
}
