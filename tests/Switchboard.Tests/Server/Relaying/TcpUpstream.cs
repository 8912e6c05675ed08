using System.Net;
using System.Net.Sockets;
using System.Text;
using Switchboard.Testing.Time;

namespace Switchboard.Tests.Server.Relaying;

/// <summary>One connection from the gateway, read byte by byte as it comes: for what is seen before a request is whole.</summary>
internal sealed class TcpUpstream : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly StringBuilder _come = new();
    private Socket? _socket;

    public TcpUpstream() => _listener.Start();

    public Uri BaseUrl => new($"http://{_listener.LocalEndpoint}/v1");

    /// <summary>What came so far.</summary>
    public string Come => _come.ToString();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async Task ReadUntilAsync(string text)
    {
        while (!Come.Contains(text, StringComparison.Ordinal))
        {
            Assert.True(await ReadAsync() > 0, $"The connection ended before {text} came, after: {Come}");
        }
    }

    /// <summary>Reads until the gateway ends the connection, in order or not.</summary>
    public async Task ReadToEndAsync()
    {
        try
        {
            while (await ReadAsync() > 0)
            {
                // The rest says nothing.
            }
        }
        catch (SocketException)
        {
            // Reset: ended as well.
        }
    }

    public Task AnswerAsync(string json) =>
        SendAsync($"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {json.Length}\r\n\r\n{json}");

    public async Task SendAsync(string text) => await _socket!.SendAsync(Encoding.ASCII.GetBytes(text), Token);

    public ValueTask DisposeAsync()
    {
        _socket?.Dispose();
        _listener.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task<int> ReadAsync()
    {
        _socket ??= await _listener.AcceptSocketAsync(Token).AsTask().WithinAsync("a connection", Token);
        var buffer = new byte[64 * 1024];
        var count = await _socket.ReceiveAsync(buffer, Token).AsTask().WithinAsync("bytes of the gateway", Token);
        _come.Append(Encoding.Latin1.GetString(buffer, 0, count));
        return count;
    }
}
