using System.Text.Json;
using Switchboard.Client;
using Switchboard.Client.Realtime;
using Switchboard.Protocol.Json;
using Switchboard.Protocol.Realtime;
using Switchboard.Testing.Time;

namespace Switchboard.Tests.Client.Realtime;

/// <summary>Events there and back over a real websocket, and how a session ends.</summary>
public sealed class RealtimeConnectionTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_handshake_is_a_call_like_every_other()
    {
        await using var server = await SocketServer.StartAsync(socket => socket.ReceiveTypeAsync());
        using var client = server.Connect(options =>
        {
            (options.Organization, options.Project) = ("org-1", "proj-1");
            options.Headers["X-Mine"] = "1";
            options.Query["region"] = "eu";
        });

        await using (await client.Realtime.ConnectAsync(new RealtimeConnectionOptions { Model = "gpt-realtime", Call = new() { Headers = new Dictionary<string, string?> { ["X-Call"] = "2" } } }, Token))
        {
        }

        var (target, headers) = Assert.Single(server.Handshakes);
        Assert.Equal("/v1/realtime?model=gpt-realtime&region=eu", target);
        Assert.Equal(
            ("Bearer sk-secret-key", "org-1", "proj-1", "1", "2", "realtime"),
            (headers["Authorization"], headers["OpenAI-Organization"], headers["OpenAI-Project"], headers["X-Mine"], headers["X-Call"], headers["Sec-WebSocket-Protocol"]));
    }

    [Theory]
    [InlineData(AzureSurface.V1, "/openai/v1/realtime?model=voice")]
    [InlineData(AzureSurface.Deployments, "/openai/realtime?api-version=2025-04-01-preview&deployment=voice")]
    public async Task Azure_has_its_own_addresses_and_key(AzureSurface surface, string expected)
    {
        await using var server = await SocketServer.StartAsync(socket => socket.ReceiveTypeAsync());
        using var client = server.Connect(options => options.Azure = new AzureOptions
        {
            Endpoint = server.Address,
            ApiKey = "azure-key",
            Surface = surface,
            ApiVersion = surface == AzureSurface.Deployments ? "2025-04-01-preview" : null,
        });

        await (await client.Realtime.ConnectAsync("voice", Token)).DisposeAsync();

        var (target, headers) = Assert.Single(server.Handshakes);
        Assert.Equal((expected, "azure-key"), (target, headers["api-key"]));
        Assert.False(headers.ContainsKey("Authorization"));
    }

    [Theory]
    [InlineData("call_1", null, false, "/v1/realtime?call_id=call_1")]
    [InlineData(null, "transcription", false, "/v1/realtime?intent=transcription")]
    [InlineData(null, null, true, "/v1/realtime/translations")]
    public async Task Other_sessions_have_their_own_addresses(string? call, string? intent, bool translates, string expected)
    {
        await using var server = await SocketServer.StartAsync(socket => socket.ReceiveTypeAsync());
        using var client = server.Connect(options => options.ApiKey = "ek_client_secret");

        await (await client.Realtime.ConnectAsync(new RealtimeConnectionOptions { CallId = call, Intent = intent, IsTranslation = translates }, Token)).DisposeAsync();

        var (target, headers) = Assert.Single(server.Handshakes);
        Assert.Equal((expected, "Bearer ek_client_secret"), (target, headers["Authorization"]));
    }

    [Fact]
    public async Task What_contradicts_itself_is_refused_before_the_wire()
    {
        using var client = new SwitchboardClient("sk", new Uri("http://127.0.0.1:1/v1"));

        await Assert.ThrowsAsync<ArgumentException>(() => client.Realtime.ConnectAsync(new RealtimeConnectionOptions { Model = "m", CallId = "c" }, Token));
        await Assert.ThrowsAsync<ArgumentException>(() => client.Realtime.ConnectAsync(new RealtimeConnectionOptions { IsTranslation = true, Intent = "transcription" }, Token));
        await Assert.ThrowsAsync<ArgumentException>(() => client.Realtime.ConnectAsync(" ", Token));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => client.Realtime.ConnectAsync(new RealtimeConnectionOptions { Model = "m", Socket = new() { SendQueueBytes = 0 } }, Token));
    }

    [Fact]
    public async Task Events_go_in_and_come_out_typed_and_unknown_ones_as_unknown()
    {
        var said = new List<JsonElement>();
        await using var server = await SocketServer.StartAsync(async socket =>
        {
            await socket.SendAsync(Shapes.SessionCreated);
            said.Add(await socket.ReceiveAsync());
            said.Add(await socket.ReceiveAsync());
            await socket.SendAsync("""{"type":"weather.changed","sky":"blue"}""");
            await socket.CloseAsync();
        });
        using var client = server.Connect();
        await using var session = await client.Realtime.ConnectAsync("gpt-realtime", Token);
        await session.AddUserTextAsync("Hello", Token);
        await session.CreateResponseAsync(cancellationToken: Token);

        var events = await session.ReceiveAsync(Token).ToListAsync(Token);

        Assert.Equal("sess_1", Assert.IsType<RealtimeSession>(Assert.IsType<RealtimeSessionCreatedEvent>(events[0]).Session).Id);
        var unknown = Assert.IsType<UnknownRealtimeServerEvent>(events[1]);
        Assert.Equal(("weather.changed", "blue"), (unknown.Type, unknown.Json.ToElement().GetProperty("sky").GetString()));
        Assert.Equal("""{"type":"conversation.item.create","item":{"object":"realtime.item","type":"message","role":"user","content":[{"type":"input_text","text":"Hello"}]}}""", Compact(said[0]));
        Assert.Equal("""{"type":"response.create"}""", Compact(said[1]));
    }

    [Fact]
    public async Task Large_events_go_in_many_frames_and_come_out_whole()
    {
        var heard = new List<byte[]>();
        var sound = new byte[2_500_000];
        new Random(7).NextBytes(sound);
        await using var server = await SocketServer.StartAsync(async socket =>
        {
            while (heard.Sum(part => part.Length) < sound.Length)
            {
                heard.Add((await socket.ReceiveAsync()).GetProperty("audio").GetBytesFromBase64());
            }

            await socket.SendAsync(Shapes.Audio(sound), frames: 50);
            await socket.SendAsync(Shapes.ResponseDone);
            await socket.ReceiveTypeAsync();
        });
        using var client = server.Connect();
        await using var session = await client.Realtime.ConnectAsync("gpt-realtime", Token);

        await session.AppendAudioAsync(sound, Token);
        using var answer = new MemoryStream();
        var length = await session.CopyAudioToAsync(answer, Token);

        Assert.Equal(sound, heard.SelectMany(part => part));
        Assert.Equal(sound, answer.ToArray());
        Assert.Equal(sound.Length, length);
    }

    [Fact]
    public async Task An_event_that_is_too_large_ends_the_session()
    {
        await using var server = await SocketServer.StartAsync(async socket =>
        {
            await socket.SendAsync(Shapes.Audio(new byte[4000]));
            Assert.Equal("closed", await socket.ReceiveTypeAsync());
            Assert.Equal(1009, (int?)socket.Closed);
        });
        using var client = server.Connect();
        await using var session = await client.Realtime.ConnectAsync(new RealtimeConnectionOptions { Model = "m", Socket = new() { MaxMessageBytes = 1000 } }, Token);

        var fault = await Assert.ThrowsAsync<ApiConnectionException>(async () => await session.ReceiveAsync(Token).ToListAsync(Token));

        Assert.False(fault.IsTransient);
        Assert.Contains("1000 bytes", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_normal_close_ends_the_loop_and_later_sends_say_so()
    {
        await using var server = await SocketServer.StartAsync(socket => socket.CloseAsync());
        using var client = server.Connect();
        await using var session = await client.Realtime.ConnectAsync("m", Token);

        Assert.Empty(await session.ReceiveAsync(Token).ToListAsync(Token));

        var fault = await Assert.ThrowsAsync<ApiSocketClosedException>(async () => await session.CreateResponseAsync(cancellationToken: Token));
        Assert.Equal(1000, fault.CloseCode);
    }

    [Theory]
    [InlineData(1008, "The session is over.", false)]
    [InlineData(1011, null, true)]
    [InlineData(4001, "mine", false)]
    public async Task Another_close_is_an_exception_with_its_code(int code, string? reason, bool isTransient)
    {
        await using var server = await SocketServer.StartAsync(async socket =>
        {
            await socket.SendAsync(Shapes.SessionCreated);
            await socket.CloseAsync(code, reason);
        });
        using var client = server.Connect();
        await using var session = await client.Realtime.ConnectAsync("m", Token);
        await using var events = session.ReceiveAsync(Token).GetAsyncEnumerator(Token);
        await events.NextAsync<RealtimeSessionCreatedEvent>();

        var fault = await Assert.ThrowsAsync<ApiSocketClosedException>(async () => await events.MoveNextAsync());

        Assert.Equal((code, reason, isTransient), (fault.CloseCode, fault.CloseReason, fault.IsTransient));
        Assert.Same(fault, await Assert.ThrowsAsync<ApiSocketClosedException>(async () => await session.CommitAudioAsync(Token)));
    }

    [Fact]
    public async Task A_connection_that_breaks_has_the_code_of_one()
    {
        await using var server = await SocketServer.StartAsync(async socket =>
        {
            await socket.ReceiveTypeAsync();
            socket.Break();
        });
        using var client = server.Connect();
        await using var session = await client.Realtime.ConnectAsync("m", Token);
        await session.CommitAudioAsync(Token);

        var fault = await Assert.ThrowsAsync<ApiSocketClosedException>(async () => await session.ReceiveAsync(Token).ToListAsync(Token));

        Assert.Equal((ApiSocketClosedException.Abnormal, true), (fault.CloseCode, fault.IsTransient));
    }

    [Fact]
    public async Task Cancelling_a_loop_leaves_the_session_as_it_is()
    {
        await using var server = await SocketServer.StartAsync(async socket =>
        {
            await socket.ReceiveTypeAsync();
            await socket.SendAsync(Shapes.SessionCreated);
            await socket.ReceiveTypeAsync();
        });
        using var client = server.Connect();
        await using var session = await client.Realtime.ConnectAsync("m", Token);
        using var stop = new CancellationTokenSource();
        var waiting = session.ReceiveAsync(stop.Token).ToListAsync(Token);

        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await waiting);
        await session.ClearAudioAsync(Token);
        await using var events = session.ReceiveAsync(Token).GetAsyncEnumerator(Token);

        Assert.Equal("event_1", (await events.NextAsync<RealtimeSessionCreatedEvent>()).EventId);
    }

    [Fact]
    public async Task Two_loops_at_a_time_are_refused()
    {
        await using var server = await SocketServer.StartAsync(socket => socket.ReceiveTypeAsync());
        using var client = server.Connect();
        await using var session = await client.Realtime.ConnectAsync("m", Token);
        await using var first = session.ReceiveAsync(Token).GetAsyncEnumerator(Token);
        var waiting = first.MoveNextAsync();

        await Assert.ThrowsAsync<InvalidOperationException>(async () => await session.ReceiveAsync(Token).ToListAsync(Token));

        await session.DisposeAsync();
        Assert.False(await waiting);
    }

    [Fact]
    public async Task Disposing_sends_what_waits_closes_and_ends_the_loops()
    {
        var types = new List<string>();
        await using var server = await SocketServer.StartAsync(async socket =>
        {
            for (var i = 0; i < 101; i++)
            {
                types.Add(await socket.ReceiveTypeAsync());
            }

            Assert.Equal(1000, (int?)socket.Closed);
            await socket.CloseAsync();
        });
        using var client = server.Connect();
        var session = await client.Realtime.ConnectAsync("m", Token);
        var reading = session.ReceiveAsync(Token).ToListAsync(Token).AsTask();
        for (var i = 0; i < 100; i++)
        {
            await session.ClearAudioAsync(Token);
        }

        await session.DisposeAsync();
        await session.DisposeAsync();

        Assert.Empty(await reading.WithinAsync("the loop's end", Token));
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await session.ClearAudioAsync(Token));
        Assert.Equal([.. Enumerable.Repeat("input_audio_buffer.clear", 100), "closed"], types);
    }

    [Fact]
    public async Task An_event_that_cannot_be_read_throws_and_the_next_loop_goes_on()
    {
        await using var server = await SocketServer.StartAsync(async socket =>
        {
            await socket.SendAsync("""{"type":"session.created","session":""");
            await socket.SendAsync(Shapes.SessionCreated);
            await socket.CloseAsync();
        });
        using var client = server.Connect();
        await using var session = await client.Realtime.ConnectAsync("m", Token);

        await Assert.ThrowsAsync<ApiStreamException>(async () => await session.ReceiveAsync(Token).ToListAsync(Token));

        Assert.IsType<RealtimeSessionCreatedEvent>(Assert.Single(await session.ReceiveAsync(Token).ToListAsync(Token)));
    }

    private static string Compact(JsonElement json) => RawJson.Parse(json.GetRawText()).ToString();
}
