using System.Globalization;
using System.Net.Sockets;
using System.Text;
using Switchboard.Testing.Time;
using Switchboard.Testing.Upstream;

namespace Switchboard.Tests.Testing.Upstream;

/// <summary>A client that shows what is on the wire and not what a library makes of it.</summary>
internal sealed class RawClient : IDisposable
{
    private readonly Socket _socket = new(SocketType.Stream, ProtocolType.Tcp);

    public RawClient(ReplayUpstream upstream) => _socket.Connect("127.0.0.1", upstream.RootUrl.Port);

    public async Task SendAsync(string text, CancellationToken cancellationToken) =>
        await _socket.SendAsync(Encoding.UTF8.GetBytes(text), cancellationToken);

    public Task SendChatAsync(bool stream, CancellationToken cancellationToken)
    {
        var body = $$"""{"model":"m","stream":{{(stream ? "true" : "false")}},"stream_options":{"include_usage":true},"messages":[]}""";
        var head = string.Create(CultureInfo.InvariantCulture, $"POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nContent-Length: {body.Length}\r\nConnection: close\r\n\r\n");
        return SendAsync(head + body, cancellationToken);
    }

    /// <summary>All until the connection ends in order.</summary>
    public async Task<string> ReadToEndAsync(CancellationToken cancellationToken)
    {
        var (text, error) = await ReadUntilClosedAsync(cancellationToken);
        Assert.Null(error);
        return text;
    }

    /// <summary>All until the connection ends, and how it ended when not in order.</summary>
    public async Task<(string Text, SocketError? Error)> ReadUntilClosedAsync(CancellationToken cancellationToken)
    {
        var all = new MemoryStream();
        var buffer = new byte[65536];
        try
        {
            while (await _socket.ReceiveAsync(buffer, cancellationToken).AsTask().WithinAsync("bytes or the end", cancellationToken) is var count and > 0)
            {
                all.Write(buffer, 0, count);
            }

            return (Encoding.Latin1.GetString(all.ToArray()), null);
        }
        catch (SocketException e)
        {
            return (Encoding.Latin1.GetString(all.ToArray()), e.SocketErrorCode);
        }
    }

    /// <summary>All until the text has come.</summary>
    public async Task<string> ReadUntilAsync(string mark, CancellationToken cancellationToken)
    {
        var all = new StringBuilder();
        var buffer = new byte[65536];
        while (!all.ToString().Contains(mark, StringComparison.Ordinal))
        {
            var count = await _socket.ReceiveAsync(buffer, cancellationToken).AsTask().WithinAsync(mark, cancellationToken);
            Assert.NotEqual(0, count);
            all.Append(Encoding.Latin1.GetString(buffer, 0, count));
        }

        return all.ToString();
    }

    /// <summary>The chunks of a chunked answer, without the empty one that ends it.</summary>
    public static IReadOnlyList<byte[]> Chunks(string answer)
    {
        var chunks = new List<byte[]>();
        for (var at = answer.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4; ;)
        {
            var end = answer.IndexOf("\r\n", at, StringComparison.Ordinal);
            var size = int.Parse(answer.AsSpan(at, end - at), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            if (size == 0)
            {
                return chunks;
            }

            chunks.Add(Encoding.Latin1.GetBytes(answer.Substring(end + 2, size)));
            at = end + 2 + size + 2;
        }
    }

    public void Dispose() => _socket.Dispose();
}
