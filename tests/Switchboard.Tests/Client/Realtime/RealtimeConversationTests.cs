using System.Text.Json;
using Switchboard.Client;
using Switchboard.Client.Realtime;
using Switchboard.Protocol.Realtime;
using Switchboard.Testing.Places;

namespace Switchboard.Tests.Client.Realtime;

/// <summary>Sound, functions and interruptions: the events that stand behind each.</summary>
public sealed class RealtimeConversationTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(50, 50)]
    [InlineData(5000, 100)]
    [InlineData(-1, 0)]
    public async Task An_interruption_cancels_and_cuts_at_what_was_played(int playedMs, int expectedMs)
    {
        var said = new List<JsonElement>();
        await using var server = await SocketServer.StartAsync(async socket =>
        {
            await socket.SendAsync(Shapes.SessionCreated);
            await socket.SendAsync(Shapes.ResponseCreated);

            // 100 ms of PCM.
            await socket.SendAsync(Shapes.Audio(new byte[1800]));
            await socket.SendAsync(Shapes.Audio(new byte[3000]));
            said.Add(await socket.ReceiveAsync());
            said.Add(await socket.ReceiveAsync());
            said.Add(await socket.ReceiveAsync());
        });
        using var client = server.Connect();
        await using var session = await client.Realtime.ConnectAsync("m", Token);
        await using var events = session.ReceiveAsync(Token).GetAsyncEnumerator(Token);
        await events.NextAsync<RealtimeResponseAudioDeltaEvent>();
        await events.NextAsync<RealtimeResponseAudioDeltaEvent>();

        await session.InterruptAsync(TimeSpan.FromMilliseconds(playedMs), Token);
        await session.InterruptAsync(cancellationToken: Token);
        await session.DisposeAsync();

        Assert.Equal("""{"type":"response.cancel","response_id":"resp_1"}""", said[0].GetRawText());
        Assert.Equal($$"""{"type":"conversation.item.truncate","item_id":"item_1","content_index":0,"audio_end_ms":{{expectedMs}}}""", said[1].GetRawText());
        Assert.Equal(JsonValueKind.Undefined, said[2].ValueKind);
    }

    [Fact]
    public async Task An_answer_that_is_done_is_cut_and_not_cancelled()
    {
        await using var server = await SocketServer.StartAsync(async socket =>
        {
            await socket.SendAsync(Shapes.SessionCreated.Replace("""{"type":"audio/pcm","rate":24000},"voice""", """{"type":"audio/pcmu"},"voice""", StringComparison.Ordinal));
            await socket.SendAsync(Shapes.ResponseCreated);
            await socket.SendAsync(Shapes.Audio(new byte[8000]));
            await socket.SendAsync(Shapes.ResponseDone);
            var said = await socket.ReceiveAsync();
            Assert.Equal(("conversation.item.truncate", 1000), (said.GetProperty("type").GetString(), said.GetProperty("audio_end_ms").GetInt32()));
            Assert.Equal("closed", await socket.ReceiveTypeAsync());
        });
        using var client = server.Connect();
        await using var session = await client.Realtime.ConnectAsync("m", Token);
        await using var events = session.ReceiveAsync(Token).GetAsyncEnumerator(Token);
        await events.NextAsync<RealtimeResponseDoneEvent>();

        await session.InterruptAsync(cancellationToken: Token);
    }

    [Fact]
    public async Task A_calls_output_is_emptied()
    {
        await using var server = await SocketServer.StartAsync(async socket =>
        {
            await socket.SendAsync(Shapes.ResponseCreated);
            Assert.Equal("response.cancel", await socket.ReceiveTypeAsync());
            Assert.Equal("output_audio_buffer.clear", await socket.ReceiveTypeAsync());
            Assert.Equal("closed", await socket.ReceiveTypeAsync());
        });
        using var client = server.Connect();
        await using var session = await client.Realtime.ConnectAsync(new RealtimeConnectionOptions { CallId = "call_1" }, Token);
        await using var events = session.ReceiveAsync(Token).GetAsyncEnumerator(Token);
        await events.NextAsync<RealtimeResponseCreatedEvent>();

        await session.InterruptAsync(cancellationToken: Token);
    }

    [Fact]
    public async Task Sound_of_a_stream_goes_in_chunks()
    {
        var heard = new List<byte[]>();
        await using var server = await SocketServer.StartAsync(async socket =>
        {
            for (var i = 0; i < 3; i++)
            {
                heard.Add((await socket.ReceiveAsync()).GetProperty("audio").GetBytesFromBase64());
            }

            Assert.Equal("input_audio_buffer.commit", await socket.ReceiveTypeAsync());
            Assert.Equal("closed", await socket.ReceiveTypeAsync());
        });
        using var client = server.Connect();
        await using var session = await client.Realtime.ConnectAsync("m", Token);

        await session.AppendAudioAsync(new MemoryStream(new byte[250]), chunkBytes: 100, Token);
        await session.CommitAudioAsync(Token);
        await session.DisposeAsync();

        Assert.Equal([100, 100, 50], heard.Select(part => part.Length));
    }

    [Fact]
    public async Task An_error_ends_the_wait_for_sound_and_not_the_session()
    {
        await using var server = await SocketServer.StartAsync(async socket =>
        {
            await socket.SendAsync(Shapes.Audio([1, 2]));
            await socket.SendAsync(Shapes.Error);
            await socket.SendAsync(Shapes.Audio([3]));
            await socket.SendAsync(Shapes.ResponseDone);
            await socket.ReceiveTypeAsync();
        });
        using var client = server.Connect();
        await using var session = await client.Realtime.ConnectAsync("m", Token);
        using var sound = new MemoryStream();

        var fault = await Assert.ThrowsAsync<ApiStreamException>(() => session.CopyAudioToAsync(sound, Token));
        await session.CopyAudioToAsync(sound, Token);

        Assert.Equal(("invalid_value", "voice"), (fault.Code, fault.Param));
        Assert.Equal([1, 2, 3], sound.ToArray());
    }

    [Fact]
    public async Task Functions_are_called_in_a_loop()
    {
        await using var server = await SocketServer.StartAsync(async socket =>
        {
            await socket.SendAsync(Shapes.ResponseDone);
            var output = (await socket.ReceiveAsync()).GetProperty("item");
            Assert.Equal(("function_call_output", "call_1", "sun in Oslo"), (output.GetProperty("type").GetString(), output.GetProperty("call_id").GetString(), output.GetProperty("output").GetString()));
            Assert.Equal("response.create", await socket.ReceiveTypeAsync());
            await socket.CloseAsync();
        });
        using var client = server.Connect();
        await using var session = await client.Realtime.ConnectAsync("m", Token);

        await foreach (var done in session.ReceiveAsync(Token).OfType<RealtimeResponseDoneEvent>())
        {
            foreach (var call in done.FunctionCalls())
            {
                var city = JsonElement.Parse(call.Arguments).GetProperty("city").GetString();
                await session.AddFunctionOutputAsync(call.CallId!, $"sun in {city}", Token);
            }

            await session.CreateResponseAsync(cancellationToken: Token);
        }
    }

    [Fact]
    public async Task A_recorded_translation_comes_out_typed()
    {
        Assert.SkipWhen(SharedFolder.SkipReason is not null, SharedFolder.SkipReason ?? "");
        var recorded = File.ReadAllLines(SharedFolder.Combine("fixtures", "vercel+ai", "packages", "openai", "src", "speech-translation", "__fixtures__", "openai-realtime-speech-translation.chunks.txt")).Where(line => line.Length > 0).ToList();
        await using var server = await SocketServer.StartAsync(async socket =>
        {
            Assert.Equal("session.input_audio_buffer.append", await socket.ReceiveTypeAsync());
            Assert.Equal("session.close", await socket.ReceiveTypeAsync());
            foreach (var line in recorded)
            {
                await socket.SendAsync(line);
            }

            await socket.CloseAsync();
        });
        using var client = server.Connect();
        await using var session = await client.Realtime.ConnectAsync(new RealtimeConnectionOptions { Model = "gpt-realtime-translate", IsTranslation = true }, Token);
        await session.AppendAudioAsync(new byte[] { 1, 2 }, Token);
        await session.SendAsync(new RealtimeTranslationSessionCloseClientEvent(), Token);

        var events = await session.ReceiveAsync(Token).ToListAsync(Token);

        Assert.Equal(recorded.Select(line => JsonElement.Parse(line).GetProperty("type").GetString()), events.Select(serverEvent => serverEvent.Type));
        Assert.NotEmpty(events.OfType<RealtimeTranslationSessionOutputAudioDeltaEvent>());
        Assert.Empty(events.OfType<UnknownRealtimeServerEvent>());
    }
}
