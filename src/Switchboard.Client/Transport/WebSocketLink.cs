using System.Net.WebSockets;

namespace Switchboard.Client.Transport;

/// <summary>One open websocket: whole messages in, whole messages out.</summary>
internal sealed class WebSocketLink(WebSocket socket, string name, int maxMessageBytes) : IDisposable
{
    // Pings go between frames.
    private const int LargestFrame = 64 * 1024;

    /// <summary>Sends one message.</summary>
    /// <returns>False when the connection is broken.</returns>
    public async Task<bool> WriteAsync(ReadOnlyMemory<byte> message, CancellationToken cancellationToken)
    {
        try
        {
            while (message.Length > LargestFrame)
            {
                await socket.SendAsync(message[..LargestFrame], WebSocketMessageType.Text, endOfMessage: false, cancellationToken).ConfigureAwait(false);
                message = message[LargestFrame..];
            }

            await socket.SendAsync(message, WebSocketMessageType.Text, endOfMessage: true, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (Exception fault) when (IsBreak(fault))
        {
            return false;
        }
    }

    /// <summary>Says that nothing more is coming.</summary>
    public async Task FinishAsync(WebSocketCloseStatus status, CancellationToken cancellationToken)
    {
        try
        {
            await socket.CloseOutputAsync(status, null, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception fault) when (IsBreak(fault))
        {
            // It is closed as it is.
        }
    }

    /// <summary>Reads the next message.</summary>
    /// <returns>The message, or why there is none.</returns>
    public async Task<(PooledBuffer? Message, ApiConnectionException? End)> ReadAsync()
    {
        var message = new PooledBuffer();
        try
        {
            while (true)
            {
                // No token: a cancelled read would break the connection.
                var read = await socket.ReceiveAsync(message.GetMemory(1), CancellationToken.None).ConfigureAwait(false);
                if (read.MessageType == WebSocketMessageType.Close)
                {
                    message.Dispose();
                    return (null, EndOf((int?)socket.CloseStatus ?? (int)WebSocketCloseStatus.Empty));
                }

                message.Advance(read.Count);
                if (message.Length > maxMessageBytes)
                {
                    message.Dispose();
                    return (null, new ApiConnectionException($"{name} sent an event of more than {maxMessageBytes} bytes ({nameof(SocketOptions.MaxMessageBytes)}).", isTransient: false));
                }

                if (read.EndOfMessage)
                {
                    return (message, null);
                }
            }
        }
        catch (Exception fault) when (IsBreak(fault))
        {
            message.Dispose();
            return (null, new ApiSocketClosedException($"The connection to {name} broke: {fault.Message}", ApiSocketClosedException.Abnormal, null, fault));
        }
    }

    /// <summary>Breaks the connection: what waits for it ends.</summary>
    public void Abort() => socket.Abort();

    public void Dispose() => socket.Dispose();

    private static bool IsBreak(Exception fault) => fault is WebSocketException or IOException or OperationCanceledException or ObjectDisposedException or InvalidOperationException;

    private ApiSocketClosedException EndOf(int code)
    {
        var reason = string.IsNullOrEmpty(socket.CloseStatusDescription) ? null : socket.CloseStatusDescription;
        return new ApiSocketClosedException($"The server closed {name} with {code}{(reason is null ? "" : ": " + reason)}.", code, reason);
    }
}
