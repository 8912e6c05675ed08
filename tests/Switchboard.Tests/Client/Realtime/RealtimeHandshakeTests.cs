using System.Text;
using Microsoft.AspNetCore.Http;
using Switchboard.Client;
using Switchboard.Testing.Time;

namespace Switchboard.Tests.Client.Realtime;

/// <summary>Handshakes that fail, each with the exception that the same failure of a call has.</summary>
public sealed class RealtimeHandshakeTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_refusal_is_the_status_exception_with_its_body()
    {
        const string body = """{"error":{"message":"Incorrect API key provided.","type":"invalid_request_error","code":"invalid_api_key","param":null}}""";
        await using var server = await SocketServer.StartRawAsync(context => AnswerAsync(context, 401, body, ("x-request-id", "req_1")));
        using var client = server.Connect();

        var fault = await Assert.ThrowsAsync<ApiAuthenticationException>(() => client.Realtime.ConnectAsync("m", Token));

        Assert.Equal((401, "invalid_api_key", "req_1"), (fault.Status, fault.Code, fault.RequestId));
        Assert.Equal(body, Encoding.UTF8.GetString(fault.Body.Span));
    }

    [Fact]
    public async Task A_server_that_is_overloaded_is_asked_again()
    {
        await using var server = await SocketServer.StartRawAsync(
            context => AnswerAsync(context, 503, "{}"),
            SocketServer.Accepting(socket => socket.ReceiveTypeAsync()));
        var clock = new HastyTimeProvider(TimeSpan.FromSeconds(30));
        using var client = server.Connect(options => (options.MaxRetries, options.TimeProvider) = (1, clock));

        await (await client.Realtime.ConnectAsync("m", Token)).DisposeAsync();

        Assert.Equal(["0", "1"], server.Handshakes.Select(handshake => handshake.Headers["X-Stainless-Retry-Count"]));
    }

    [Fact]
    public async Task A_page_in_place_of_a_websocket_is_no_websocket()
    {
        await using var server = await SocketServer.StartRawAsync(context => AnswerAsync(context, 200, "<html>Welcome</html>"));
        using var client = server.Connect();

        var fault = await Assert.ThrowsAsync<ApiResponseException>(() => client.Realtime.ConnectAsync("m", Token));

        Assert.Equal((200, "<html>Welcome</html>"), (fault.Status, Encoding.UTF8.GetString(fault.Body.Span)));
    }

    [Fact]
    public async Task A_redirect_to_the_same_server_is_followed_with_the_key()
    {
        await using var server = await SocketServer.StartRawAsync(
            context => AnswerAsync(context, 307, "", ("Location", "/other/realtime?model=m")),
            SocketServer.Accepting(socket => socket.ReceiveTypeAsync()));
        using var client = server.Connect();

        await (await client.Realtime.ConnectAsync("m", Token)).DisposeAsync();

        Assert.Equal(["/v1/realtime?model=m", "/other/realtime?model=m"], server.Handshakes.Select(handshake => handshake.Target));
        Assert.Equal("Bearer sk-secret-key", server.Handshakes.Last().Headers["Authorization"]);
    }

    [Fact]
    public async Task A_faulty_handshake_is_a_fault_of_the_connection()
    {
        await using var server = await SocketServer.StartRawAsync(context => AnswerAsync(context, 101, "", ("Upgrade", "websocket"), ("Connection", "Upgrade"), ("Sec-WebSocket-Accept", "wrong")));
        using var client = server.Connect();

        var fault = await Assert.ThrowsAsync<ApiConnectionException>(() => client.Realtime.ConnectAsync("m", Token));

        Assert.False(fault.IsTransient);
    }

    [Fact]
    public async Task Nobody_there_is_a_fault_of_the_connection()
    {
        using var client = new SwitchboardClient(new SwitchboardClientOptions { ApiKey = "sk", BaseUrl = new Uri("http://127.0.0.1:1/v1"), MaxRetries = 0, ReadsEnvironment = false });

        var fault = await Assert.ThrowsAsync<ApiConnectionException>(() => client.Realtime.ConnectAsync("m", Token));

        Assert.True(fault.IsTransient);
    }

    [Fact]
    public async Task A_server_that_hangs_is_left_by_the_clock_or_the_caller()
    {
        var silence = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var server = await SocketServer.StartRawAsync(_ => silence.Task);
        var clock = new HastyTimeProvider(TimeSpan.FromSeconds(5));
        using var hasty = server.Connect(options => (options.TimeProvider, options.Timeout) = (clock, TimeSpan.FromSeconds(5)));
        using var patient = server.Connect();
        using var stop = new CancellationTokenSource();

        await Assert.ThrowsAsync<ApiTimeoutException>(() => hasty.Realtime.ConnectAsync("m", Token));
        var waiting = patient.Realtime.ConnectAsync("m", stop.Token);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);

        silence.SetResult();
    }

    [Fact]
    public async Task Without_a_key_nothing_is_sent_to_OpenAI()
    {
        using var client = new SwitchboardClient(new SwitchboardClientOptions { ReadsEnvironment = false });

        await Assert.ThrowsAsync<ApiConfigurationException>(() => client.Realtime.ConnectAsync("m", Token));
    }

    private static Task AnswerAsync(HttpContext context, int status, string body, params (string Name, string Value)[] headers)
    {
        context.Response.StatusCode = status;
        foreach (var (name, value) in headers)
        {
            context.Response.Headers[name] = value;
        }

        return body.Length == 0 ? Task.CompletedTask : context.Response.WriteAsync(body, Token);
    }
}
