using System.Net.Sockets;
using System.Text;
using Switchboard.Testing.Time;

namespace Switchboard.Tests.Server.Abuse;

/// <summary>A connection on which anything can be sent, as no client would.</summary>
internal sealed class RawConnection : IDisposable
{
    private readonly TcpClient _socket = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static async Task<RawConnection> OpenAsync(Uri address)
    {
        var connection = new RawConnection();
        await connection._socket.ConnectAsync(address.Host, address.Port, Token);
        return connection;
    }

    /// <summary>Sends bytes, one a character.</summary>
    public async Task SendAsync(string text)
    {
        try
        {
            await _socket.GetStream().WriteAsync(Encoding.Latin1.GetBytes(text), Token);
        }
        catch (IOException)
        {
            // The server may have refused and closed before it was all sent.
        }
    }

    /// <summary>Everything the server says until it closes the connection.</summary>
    public async Task<string> ReadToEndAsync()
    {
        var all = new MemoryStream();
        try
        {
            await _socket.GetStream().CopyToAsync(all, Token).WithinAsync("the server to close the connection", Token);
        }
        catch (IOException)
        {
            // Closed with bytes of ours unread: what was said before counts.
        }

        return Encoding.Latin1.GetString(all.ToArray());
    }

    /// <summary>Sends and reads what the server says until it closes.</summary>
    public static async Task<string> ExchangeAsync(Uri address, string text)
    {
        using var connection = await OpenAsync(address);
        await connection.SendAsync(text);
        return await connection.ReadToEndAsync();
    }

    public void Dispose() => _socket.Dispose();
}
