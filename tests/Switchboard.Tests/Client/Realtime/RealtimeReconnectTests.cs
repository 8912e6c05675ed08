using Switchboard.Client;
using Switchboard.Client.Realtime;
using Switchboard.Protocol.Realtime;

namespace Switchboard.Tests.Client.Realtime;

/// <summary>A session that goes on over another connection, as a program sees it.</summary>
public sealed class RealtimeReconnectTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_hook_changes_the_options_and_says_the_session_again()
    {
        await using var server = await SocketServer.StartAsync(
            async socket =>
            {
                await socket.SendAsync(Shapes.SessionCreated);
                await socket.CloseAsync(1012, "restart");
            },
            async socket =>
            {
                Assert.Equal("session.update", await socket.ReceiveTypeAsync());
                await socket.SendAsync(Shapes.SessionCreated);
                Assert.Equal("response.create", await socket.ReceiveTypeAsync());
                await socket.CloseAsync();
            });
        using var client = server.Connect();
        await using var session = await client.Realtime.ConnectAsync(
            new RealtimeConnectionOptions
            {
                Model = "first",
                Socket = new() { Reconnect = new() { FirstDelay = TimeSpan.Zero } },
                Reconnecting = (context, _) =>
                {
                    Assert.Equal(1012, Assert.IsType<ApiSocketClosedException>(context.Cause).CloseCode);
                    context.Options = context.Options with { Model = "second" };
                    context.First.Add(new RealtimeSessionUpdateClientEvent(new RealtimeSessionOptions { Instructions = "Be brief." }));
                    return ValueTask.CompletedTask;
                },
            },
            Token);
        var types = new List<string>();

        await foreach (var news in session.ReceiveAsync(Token))
        {
            types.Add(news.Type);
            if (news is UnknownRealtimeServerEvent { Type: ReconnectOptions.ReconnectedType })
            {
                await session.CreateResponseAsync(cancellationToken: Token);
            }
        }

        Assert.Equal(["session.created", "switchboard.reconnected", "session.created"], types);
        Assert.Equal(["/v1/realtime?model=first", "/v1/realtime?model=second"], server.Handshakes.Select(handshake => handshake.Target));
    }

    [Fact]
    public async Task A_refusal_after_the_break_is_the_end()
    {
        await using var server = await SocketServer.StartRawAsync(
            SocketServer.Accepting(socket => socket.CloseAsync(1011)),
            context =>
            {
                context.Response.StatusCode = 401;
                return Task.CompletedTask;
            });
        using var client = server.Connect(options => options.MaxRetries = 2);
        await using var session = await client.Realtime.ConnectAsync(
            new RealtimeConnectionOptions { Model = "m", Socket = new() { Reconnect = new() { FirstDelay = TimeSpan.Zero } } }, Token);

        await Assert.ThrowsAsync<ApiAuthenticationException>(async () => await session.ReceiveAsync(Token).ToListAsync(Token));

        Assert.Equal(2, server.Handshakes.Count);
    }
}
