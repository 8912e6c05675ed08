using System.Text.Json;
using Switchboard.Client;
using Switchboard.Client.Responses;
using Switchboard.Protocol.Responses;
using Switchboard.Tests.Client.Realtime;

namespace Switchboard.Tests.Client.Responses;

/// <summary>Responses over a websocket: turns, lanes, errors.</summary>
public sealed class ResponsesConnectionTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Turn_after_turn_goes_over_one_connection()
    {
        var requests = new List<JsonElement>();
        await using var server = await SocketServer.StartAsync(async socket =>
        {
            for (var turn = 1; turn <= 2; turn++)
            {
                requests.Add(await socket.ReceiveAsync());
                await socket.SendAsync(Delta(turn));
                await socket.SendAsync(Completed(turn));
            }

            Assert.Equal("closed", await socket.ReceiveTypeAsync());
        });
        using var client = server.Connect();
        await using var connection = await client.Responses.ConnectAsync(cancellationToken: Token);

        var first = await connection.StreamAsync(new ResponseRequest { Model = "gpt-5", Input = "Hello", Stream = true }, Token).ToListAsync(Token);
        var second = await connection.StreamAsync(new ResponseRequest { Model = "gpt-5", Input = "And?", PreviousResponseId = "resp_1" }, Token).ToListAsync(Token);

        Assert.Equal("Hello 1", Assert.IsType<ResponseTextDeltaEvent>(first[0]).Delta);
        Assert.Equal("resp_2", Assert.IsType<ResponseCompletedEvent>(second[1]).Response.Id);
        var (target, headers) = Assert.Single(server.Handshakes);
        Assert.Equal(("/v1/responses", "Bearer sk-secret-key"), (target, headers["Authorization"]));
        Assert.Equal(("response.create", "Hello", false), (requests[0].GetProperty("type").GetString(), requests[0].GetProperty("input").GetString(), requests[0].TryGetProperty("stream", out _)));
        Assert.Equal("resp_1", requests[1].GetProperty("previous_response_id").GetString());
    }

    [Fact]
    public async Task Lanes_are_told_apart_by_their_names()
    {
        await using var server = await SocketServer.StartAsync(async socket =>
        {
            var lanes = new[] { await socket.ReceiveAsync(), await socket.ReceiveAsync() }.Select(request => request.GetProperty("stream_id").GetString()).ToList();
            await socket.SendAsync(Completed(2, lanes[1]));
            await socket.SendAsync(Completed(1, lanes[0]));
            await socket.CloseAsync();
        });
        using var client = server.Connect();
        await using var connection = await client.Responses.ConnectAsync(cancellationToken: Token);
        await connection.SendAsync(new ResponseCreateClientEvent { Model = "m", Input = "a", StreamId = "one" }, Token);
        await connection.SendAsync(new ResponseCreateClientEvent { Model = "m", Input = "b", StreamId = "two" }, Token);

        var events = await connection.ReceiveAsync(Token).Cast<ResponseCompletedEvent>().ToListAsync(Token);

        Assert.Equal([("two", "resp_2"), ("one", "resp_1")], events.Select(done => (done.StreamId, done.Response.Id)));
    }

    [Fact]
    public async Task An_error_ends_the_turn_and_not_the_connection()
    {
        await using var server = await SocketServer.StartAsync(async socket =>
        {
            await socket.ReceiveAsync();
            await socket.SendAsync("""{"type":"error","status":400,"error":{"type":"invalid_request_error","code":"previous_response_not_found","message":"No such response.","param":"previous_response_id"}}""");
            await socket.ReceiveAsync();
            await socket.SendAsync(Completed(1));
            await socket.ReceiveTypeAsync();
        });
        using var client = server.Connect();
        await using var connection = await client.Responses.ConnectAsync(cancellationToken: Token);
        var request = new ResponseRequest { Model = "m", Input = "a" };

        var fault = await Assert.ThrowsAsync<ApiStreamException>(async () => await connection.StreamAsync(request, Token).ToListAsync(Token));
        var next = await connection.StreamAsync(request, Token).ToListAsync(Token);

        Assert.Equal(("previous_response_not_found", "No such response."), (fault.Code, fault.Error.Message));
        Assert.Single(next);
    }

    [Fact]
    public async Task A_connection_that_is_closed_in_a_turn_is_a_fault()
    {
        await using var server = await SocketServer.StartAsync(async socket =>
        {
            await socket.ReceiveAsync();
            await socket.SendAsync(Delta(1));
            await socket.CloseAsync();
        });
        using var client = server.Connect();
        await using var connection = await client.Responses.ConnectAsync(cancellationToken: Token);

        await Assert.ThrowsAsync<ApiConnectionException>(async () => await connection.StreamAsync(new ResponseRequest { Model = "m", Input = "a" }, Token).ToListAsync(Token));
    }

    [Fact]
    public async Task A_turn_does_not_outlive_its_connection()
    {
        await using var server = await SocketServer.StartAsync(
            async socket =>
            {
                await socket.ReceiveAsync();
                await socket.CloseAsync(1012);
            },
            async socket =>
            {
                await socket.ReceiveAsync();
                await socket.SendAsync(Completed(1));
                await socket.ReceiveTypeAsync();
            });
        using var client = server.Connect();
        await using var connection = await client.Responses.ConnectAsync(new ResponsesConnectionOptions { Socket = new() { Reconnect = new() { FirstDelay = TimeSpan.Zero } } }, Token);
        var request = new ResponseRequest { Model = "m", Input = "a" };

        await Assert.ThrowsAsync<ApiConnectionException>(async () => await connection.StreamAsync(request, Token).ToListAsync(Token));

        Assert.Single(await connection.StreamAsync(request, Token).ToListAsync(Token));
    }

    private static string Delta(int turn) =>
        $$"""{"type":"response.output_text.delta","item_id":"msg_1","output_index":0,"content_index":0,"delta":"Hello {{turn}}","sequence_number":1,"logprobs":[]}""";

    private static string Completed(int turn, string? lane = null) =>
        "{\"type\":\"response.completed\",\"sequence_number\":2," + (lane is null ? "" : $"\"stream_id\":\"{lane}\",")
        + $$"""
          "response":{"id":"resp_{{turn}}","object":"response","created_at":1750000000,"status":"completed","model":"gpt-5","output":[],"parallel_tool_calls":true,"tool_choice":"auto","tools":[]} }
          """;
}
