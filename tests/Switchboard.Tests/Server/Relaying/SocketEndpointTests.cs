using System.Net.WebSockets;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Switchboard.Client;
using Switchboard.Gateway.Configuration;
using Switchboard.Testing.Time;
using Switchboard.Testing.Upstream;
using Switchboard.Tests.Client.Realtime;

namespace Switchboard.Tests.Server.Relaying;

/// <summary>Websockets through the gateway, over real sockets on both sides.</summary>
public sealed class SocketEndpointTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_session_passes_both_ways_with_the_gateways_key()
    {
        await using var upstream = await SocketServer.StartAsync(async socket =>
        {
            Assert.Equal("response.create", await socket.ReceiveTypeAsync());
            await socket.SendAsync("""{"type":"response.done","event_id":"e"}""", frames: 3);
            await socket.ReceiveTypeAsync();
        });
        await using var gateway = await OverAsync(upstream);
        using var client = Connect(gateway);

        await using (var session = await client.Realtime.ConnectAsync("openai/gpt-realtime", Token))
        {
            await session.CreateResponseAsync(cancellationToken: Token);
            await using var events = session.ReceiveAsync(Token).GetAsyncEnumerator(Token);
            Assert.True(await events.MoveNextAsync());
            Assert.Equal("response.done", events.Current.Type);
        }

        var (target, headers) = Assert.Single(upstream.Handshakes);
        Assert.Equal("/v1/realtime?model=gpt-realtime", target);
        Assert.Equal(("Bearer sk-openai", "realtime"), (headers["Authorization"], headers["Sec-WebSocket-Protocol"]));
    }

    [Theory]
    [InlineData("/v1/realtime?intent=transcription", "/v1/realtime?intent=transcription")]
    [InlineData("/realtime?call_id=rtc_1&provider=openai", "/v1/realtime?call_id=rtc_1")]
    [InlineData("/v1/realtime/translations?model=openai%2Ftalk&x=a%20b", "/v1/realtime/translations?model=talk&x=a%20b")]
    [InlineData("/v1/realtime?a=1&MODEL=mine", "/v1/realtime?a=1&model=gpt-realtime-2")]
    [InlineData("/v1/responses?beta=true", "/v1/responses?beta=true")]
    public async Task Path_and_query_are_the_providers(string target, string expected)
    {
        await using var upstream = await SocketServer.StartAsync(socket => socket.ReceiveTypeAsync());
        await using var gateway = await OverAsync(upstream, "mine", "gpt-realtime-2");

        using (await OpenAsync(gateway, target))
        {
        }

        Assert.Equal(expected, Assert.Single(upstream.Handshakes).Target);
    }

    [Fact]
    public async Task Responses_over_one_connection_pass_too()
    {
        await using var upstream = await SocketServer.StartAsync(async socket =>
        {
            Assert.Equal("response.create", await socket.ReceiveTypeAsync());
            await socket.CloseAsync();
        });
        await using var gateway = await OverAsync(upstream);
        using var client = Connect(gateway);

        await using var connection = await client.Responses.ConnectAsync(cancellationToken: Token);
        await connection.SendAsync(new() { Model = "gpt-5" }, Token);
        await foreach (var _ in connection.ReceiveAsync(Token))
        {
            Assert.Fail("There is no event.");
        }

        Assert.Equal("/v1/responses", Assert.Single(upstream.Handshakes).Target);
    }

    [Fact]
    public async Task Keys_in_subprotocols_end_here_and_the_agreed_protocol_comes_back()
    {
        await using var upstream = await SocketServer.StartAsync(socket => socket.ReceiveTypeAsync());
        await using var gateway = await OverAsync(upstream);
        using var socket = new ClientWebSocket();
        foreach (var protocol in new[] { "openai-insecure-api-key.sk-mine", "realtime", "OpenAI-Organization.org-1", "openai-project.p", "openai-beta.realtime-v1" })
        {
            socket.Options.AddSubProtocol(protocol);
        }

        socket.Options.SetRequestHeader("Authorization", "Bearer sk-mine");
        socket.Options.SetRequestHeader("OpenAI-Beta", "realtime=v1");
        socket.Options.SetRequestHeader("Cookie", "a=b");
        await socket.ConnectAsync(WsAddress(gateway, "/v1/realtime"), Token);

        var headers = Assert.Single(upstream.Handshakes).Headers;
        Assert.Equal(("realtime, openai-beta.realtime-v1", "realtime"), (headers["Sec-WebSocket-Protocol"], socket.SubProtocol));
        Assert.Equal(("Bearer sk-openai", "realtime=v1"), (headers["Authorization"], headers["OpenAI-Beta"]));
        Assert.DoesNotContain(headers, header => header.Value.Contains("sk-mine", StringComparison.Ordinal) || header.Key.Equals("Cookie", StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task Compression_is_agreed_between_the_ends()
    {
        await using var upstream = await SocketServer.StartRawAsync(async context =>
        {
            using var far = await context.WebSockets.AcceptWebSocketAsync(new WebSocketAcceptContext { DangerousEnableCompression = true });
            var buffer = new byte[1024];
            var read = await far.ReceiveAsync(buffer, Token);
            await far.SendAsync(buffer.AsMemory(0, read.Count), WebSocketMessageType.Text, endOfMessage: true, Token);
        });
        await using var gateway = await OverAsync(upstream);
        using var socket = new ClientWebSocket();
        socket.Options.DangerousDeflateOptions = new WebSocketDeflateOptions();
        socket.Options.CollectHttpResponseDetails = true;
        await socket.ConnectAsync(WsAddress(gateway, "/v1/realtime"), Token);

        var text = new string('a', 500);
        await socket.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, endOfMessage: true, Token);
        var buffer = new byte[1024];
        var read = await socket.ReceiveAsync(buffer, Token);

        Assert.Equal(text, Encoding.UTF8.GetString(buffer, 0, read.Count));
        Assert.Contains("permessage-deflate", socket.HttpResponseHeaders!["Sec-WebSocket-Extensions"].Single(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_large_message_passes_byte_for_byte_both_ways()
    {
        await using var upstream = await SocketServer.StartRawAsync(async context =>
        {
            using var far = await context.WebSockets.AcceptWebSocketAsync();
            var buffer = new byte[100_000];
            WebSocketReceiveResult read;
            while ((read = await far.ReceiveAsync(new ArraySegment<byte>(buffer), Token)).MessageType != WebSocketMessageType.Close)
            {
                await far.SendAsync(buffer.AsMemory(0, read.Count), read.MessageType, read.EndOfMessage, Token);
            }
        });
        await using var gateway = await OverAsync(upstream);
        using var socket = await OpenAsync(gateway, "/v1/realtime");
        var sent = new byte[3_000_000];
        new Random(7).NextBytes(sent);

        var sending = socket.SendAsync(sent, WebSocketMessageType.Binary, endOfMessage: true, Token);
        using var came = new MemoryStream();
        var buffer = new byte[64 * 1024];
        while (came.Length < sent.Length)
        {
            var read = await socket.ReceiveAsync(new ArraySegment<byte>(buffer), Token);
            came.Write(buffer, 0, read.Count);
        }

        await sending;
        Assert.True(came.ToArray().AsSpan().SequenceEqual(sent));
    }

    [Fact]
    public async Task A_close_of_either_end_reaches_the_other_with_its_code()
    {
        var closed = new TaskCompletionSource<WebSocketCloseStatus?>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var upstream = await SocketServer.StartAsync(
            socket => socket.CloseAsync(4001, "enough"),
            async socket =>
            {
                await socket.ReceiveTypeAsync();
                closed.SetResult(socket.Closed);
                await socket.CloseAsync();
            });
        await using var gateway = await OverAsync(upstream);

        using var first = await OpenAsync(gateway, "/v1/realtime");
        var far = await first.ReceiveAsync(new ArraySegment<byte>(new byte[100]), Token);
        using var second = await OpenAsync(gateway, "/v1/realtime");
        await second.CloseAsync((WebSocketCloseStatus)4002, "mine", Token);

        Assert.Equal((WebSocketMessageType.Close, (WebSocketCloseStatus)4001, "enough"), (far.MessageType, far.CloseStatus, far.CloseStatusDescription));
        Assert.Equal((WebSocketCloseStatus)4002, await closed.Task.WithinAsync("the close", Token));
        Assert.Equal(WebSocketState.Closed, second.State);
    }

    [Fact]
    public async Task A_provider_that_is_cut_off_cuts_the_caller_off()
    {
        await using var upstream = await SocketServer.StartAsync(async socket =>
        {
            await socket.ReceiveTypeAsync();
            socket.Break();
        });
        await using var gateway = await OverAsync(upstream);
        using var client = Connect(gateway);

        await using var session = await client.Realtime.ConnectAsync("openai/m", Token);
        await session.CreateResponseAsync(cancellationToken: Token);
        var fault = await Assert.ThrowsAsync<ApiSocketClosedException>(async () =>
        {
            await foreach (var _ in session.ReceiveAsync(Token))
            {
                Assert.Fail("There is no event.");
            }
        });

        Assert.Equal(ApiSocketClosedException.Abnormal, fault.CloseCode);
    }

    [Fact]
    public async Task A_caller_that_outlasts_the_drain_is_told_that_the_gateway_goes_away()
    {
        await using var upstream = await SocketServer.StartAsync(socket => socket.ReceiveTypeAsync());
        await using var gateway = await ServedGateway.OverAsync(
            [("openai", new Uri(upstream.Address, "v1"))],
            configuration => configuration with { Server = configuration.Server with { DrainTimeout = TimeSpan.Zero } });
        using var socket = await OpenAsync(gateway, "/v1/realtime");
        var receiving = socket.ReceiveAsync(new ArraySegment<byte>(new byte[10]), Token);

        var stopping = gateway.StopAsync();

        Assert.Equal(WebSocketMessageType.Close, (await receiving.WithinAsync("the close", Token)).MessageType);
        Assert.Equal(WebSocketCloseStatus.EndpointUnavailable, socket.CloseStatus);
        await stopping;
    }

    [Fact]
    public async Task A_caller_that_is_cut_off_ends_the_providers_connection()
    {
        var left = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var upstream = await SocketServer.StartRawAsync(async context =>
        {
            using var far = await context.WebSockets.AcceptWebSocketAsync();
            await Assert.ThrowsAnyAsync<Exception>(() => far.ReceiveAsync(new ArraySegment<byte>(new byte[10]), Token));
            left.SetResult();
        });
        await using var gateway = await OverAsync(upstream);

        using (var socket = await OpenAsync(gateway, "/v1/realtime"))
        {
            socket.Abort();
        }

        await left.Task.WithinAsync("the provider's connection to end", Token);
    }

    [Fact]
    public async Task A_refusal_of_the_provider_is_an_error_of_ours_before_there_is_a_socket()
    {
        await using var upstream = await SocketServer.StartRawAsync(
            context => AnswerAsync(context, 404, """{"error":{"message":"No such model.","type":"invalid_request_error","param":"model","code":"model_not_found"}}"""),
            context => AnswerAsync(context, 401, """{"error":{"message":"Bad key sk-openai.","type":"invalid_request_error","param":null,"code":"invalid_api_key"}}"""),
            context => AnswerAsync(context, 200, "<html>"));
        await using var gateway = await OverAsync(upstream);
        using var client = Connect(gateway);

        var missing = await Assert.ThrowsAsync<ApiNotFoundException>(() => client.Realtime.ConnectAsync("openai/m", Token));
        var refused = await Assert.ThrowsAsync<ApiAuthenticationException>(() => client.Realtime.ConnectAsync("openai/m", Token));
        var page = await Assert.ThrowsAnyAsync<ApiStatusException>(() => client.Realtime.ConnectAsync("openai/m", Token));

        Assert.Equal(("No such model.", "model"), (missing.Error.Message, missing.Param));
        Assert.DoesNotContain("sk-openai", refused.Error.Message, StringComparison.Ordinal);
        Assert.Equal((502, "upstream_bad_response"), (page.Status, page.Code));
    }

    [Fact]
    public async Task A_provider_that_is_not_there_is_told_as_ever()
    {
        await using var upstream = ReplayUpstream.Start();
        upstream.RefuseConnections();
        await using var gateway = await ServedGateway.OverAsync(upstream);
        using var client = Connect(gateway);

        var fault = await Assert.ThrowsAnyAsync<ApiStatusException>(() => client.Realtime.ConnectAsync("openai/m", Token));

        Assert.Equal((502, "upstream_unreachable"), (fault.Status, fault.Code));
    }

    [Theory]
    [InlineData("/v1/realtime", "Connection: close", 426, "upgrade_required")]
    [InlineData("/v1/responses", "Connection: close", 426, "upgrade_required")]
    [InlineData("/v1/realtime", "Connection: Upgrade\r\nUpgrade: h2c", 426, "upgrade_required")]
    [InlineData("/v1/realtime", "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 8\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==", 426, "upgrade_required")]
    [InlineData("/v1/realtime", "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13", 400, "invalid_handshake")]
    [InlineData("/v1/realtime", "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAA", 400, "invalid_handshake")]
    [InlineData("/v1/realtime?model=", "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==", 400, "invalid_value")]
    [InlineData("/v1/realtime?model=a&model=b", "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==", 400, "duplicate_parameter")]
    [InlineData("/v1/realtime?provider=nobody", "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==", 404, "provider_not_found")]
    public async Task What_is_no_websocket_that_could_be_opened_is_refused(string target, string headers, int status, string code)
    {
        await using var upstream = ReplayUpstream.Start();
        await using var gateway = await ServedGateway.OverAsync(upstream);
        using var socket = new System.Net.Sockets.TcpClient();
        await socket.ConnectAsync(gateway.Address.Host, gateway.Address.Port, Token);
        await socket.GetStream().WriteAsync(Encoding.ASCII.GetBytes($"GET {target} HTTP/1.1\r\nHost: x\r\n{headers}\r\n\r\n"), Token);
        using var reader = new StreamReader(socket.GetStream());

        Assert.StartsWith($"HTTP/1.1 {status} ", await reader.ReadLineAsync(Token), StringComparison.Ordinal);
        while (await reader.ReadLineAsync(Token) is { } line && !line.StartsWith('{'))
        {
            // The head.
            if (line.Length == 0)
            {
                var body = new char[2000];
                var count = await reader.ReadAsync(body, Token);
                Assert.Contains($"\"code\":\"{code}\"", new string(body, 0, count), StringComparison.Ordinal);
                break;
            }
        }

        Assert.Empty(upstream.Requests);
    }

    [Fact]
    public async Task An_application_with_websockets_of_its_own_has_ours_too()
    {
        await using var upstream = await SocketServer.StartAsync(socket => socket.ReceiveTypeAsync());
        await using var gateway = await ServedGateway.StartAsync(
            map: application => application.UseWebSockets(),
            configuration: new GatewayConfiguration { Providers = new Dictionary<string, ProviderSettings> { ["openai"] = new() { Type = "openai", BaseUrl = new Uri(upstream.Address, "v1") } } });

        using var socket = await OpenAsync(gateway, "/v1/realtime");

        Assert.Equal(WebSocketState.Open, socket.State);
    }

    private static Task<ServedGateway> OverAsync(SocketServer upstream, string? name = null, string? model = null) =>
        ServedGateway.OverAsync([("openai", new Uri(upstream.Address, "v1"))], configuration => name is null ? configuration : configuration with
        {
            Models = new Dictionary<string, ModelSettings> { [name] = new() { Deployments = [new DeploymentSettings("openai", model!)] } },
        });

    private static SwitchboardClient Connect(ServedGateway gateway) =>
        new(new SwitchboardClientOptions { ApiKey = "sk-caller", BaseUrl = new Uri(gateway.Address, "v1"), ReadsEnvironment = false, MaxRetries = 0 });

    private static Uri WsAddress(ServedGateway gateway, string target) => new($"ws://{gateway.Address.Authority}{target}");

    private static async Task<ClientWebSocket> OpenAsync(ServedGateway gateway, string target)
    {
        var socket = new ClientWebSocket();
        await socket.ConnectAsync(WsAddress(gateway, target), Token).WithinAsync("a handshake", Token);
        return socket;
    }

    private static Task AnswerAsync(HttpContext context, int status, string body)
    {
        context.Response.StatusCode = status;
        return context.Response.WriteAsync(body, Token);
    }
}
