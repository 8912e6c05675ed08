using System.Net;
using System.Net.Sockets;
using System.Text;
using Switchboard.Gateway.Configuration;

namespace Switchboard.Tests.Server.Endpoints;

public sealed class BodyLimitTests
{
    private const int Megabyte = 1024 * 1024;
    private static readonly ServerSettings s_oneMegabyte = new() { MaxBodyMegabytes = 1 };

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_body_of_exactly_the_limit_is_taken_and_one_byte_more_is_not(bool chunked)
    {
        await using var gateway = await ServedGateway.StartAsync(server: s_oneMegabyte);

        using var fits = await SendAsync(gateway, Megabyte, chunked);
        using var tooLarge = await SendAsync(gateway, Megabyte + 1, chunked);
        using var next = await SendAsync(gateway, 100, chunked);

        Assert.Equal(HttpStatusCode.OK, fits.StatusCode);
        Assert.Equal(Megabyte, (await fits.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken)).Length);
        var error = await ErrorAnswer.ReadAsync(tooLarge);
        Assert.Equal((413, "request_too_large"), (error.Status, error.Code));
        Assert.Contains("1 MB", error.Message, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, next.StatusCode);
    }

    [Fact]
    public async Task A_body_that_is_announced_too_large_is_refused_before_it_comes()
    {
        await using var gateway = await ServedGateway.StartAsync(server: s_oneMegabyte);
        using var socket = new TcpClient();
        await socket.ConnectAsync(gateway.Address.Host, gateway.Address.Port, TestContext.Current.CancellationToken);
        await using var stream = socket.GetStream();

        await stream.WriteAsync(
            Encoding.ASCII.GetBytes("POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 99000000\r\n\r\n{"),
            TestContext.Current.CancellationToken);
        using var reader = new StreamReader(stream);
        var statusLine = await reader.ReadLineAsync(TestContext.Current.CancellationToken);

        Assert.Equal("HTTP/1.1 413 Payload Too Large", statusLine);
    }

    [Fact]
    public async Task A_body_that_ends_early_harms_nobody()
    {
        await using var gateway = await ServedGateway.StartAsync();
        using (var socket = new TcpClient())
        {
            await socket.ConnectAsync(gateway.Address.Host, gateway.Address.Port, TestContext.Current.CancellationToken);
            await socket.GetStream().WriteAsync(
                Encoding.ASCII.GetBytes("POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{"),
                TestContext.Current.CancellationToken);
        }

        using var next = await SendAsync(gateway, 100, chunked: false);

        Assert.Equal(HttpStatusCode.OK, next.StatusCode);
    }

    [Fact]
    public async Task Broken_chunks_get_400()
    {
        await using var gateway = await ServedGateway.StartAsync();
        using var socket = new TcpClient();
        await socket.ConnectAsync(gateway.Address.Host, gateway.Address.Port, TestContext.Current.CancellationToken);
        await using var stream = socket.GetStream();

        await stream.WriteAsync(
            Encoding.ASCII.GetBytes("POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"),
            TestContext.Current.CancellationToken);
        using var reader = new StreamReader(stream);

        Assert.Equal("HTTP/1.1 400 Bad Request", await reader.ReadLineAsync(TestContext.Current.CancellationToken));
    }

    private static async Task<HttpResponseMessage> SendAsync(ServedGateway gateway, int length, bool chunked)
    {
        const string Head = """{"model":"parrot","messages":[{}],"pad":" """;
        var body = Head + new string('x', length - Head.Length - 2) + "\"}";
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/chat/completions") { Content = ServedGateway.Body(body) };
        request.Headers.TransferEncodingChunked = chunked;
        return await gateway.Client.SendAsync(request, TestContext.Current.CancellationToken);
    }
}
