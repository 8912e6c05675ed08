using System.Buffers;

namespace Switchboard.Gateway.Relay;

/// <summary>Who ended a websocket.</summary>
internal enum SocketEnd
{
    /// <summary>The caller closed its connection, or broke it.</summary>
    CallerLeft,

    /// <summary>The provider closed its connection.</summary>
    ProviderClosed,

    /// <summary>The provider's connection broke.</summary>
    ProviderBroke,
}

/// <summary>
/// Passes bytes between two connections, both ways at once. What one end takes slowly is read slowly from the other, and
/// when one ends so does the other. Frames are not looked at: a close passes like all else.
/// </summary>
internal static class SocketPump
{
    private const int BufferBytes = 16 * 1024;

    /// <summary>Runs until one end is over.</summary>
    public static async Task<SocketEnd> RunAsync(Stream caller, Stream provider, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var up = CopyAsync(caller, provider, SocketEnd.CallerLeft, SocketEnd.CallerLeft, SocketEnd.ProviderBroke, stop.Token);
        var down = CopyAsync(provider, caller, SocketEnd.ProviderClosed, SocketEnd.ProviderBroke, SocketEnd.CallerLeft, stop.Token);
        var first = await Task.WhenAny(up, down);
        await stop.CancelAsync();
        await Task.WhenAll(up, down);
        return await first;
    }

    private static async Task<SocketEnd> CopyAsync(Stream from, Stream to, SocketEnd ended, SocketEnd broken, SocketEnd refused, CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        var isReading = true;
        try
        {
            while (await from.ReadAsync(buffer, cancellationToken) is > 0 and var count)
            {
                isReading = false;
                await to.WriteAsync(buffer.AsMemory(0, count), cancellationToken);
                await to.FlushAsync(cancellationToken);
                isReading = true;
            }

            return ended;
        }
        catch (OperationCanceledException)
        {
            // The other way ended first, or the caller left.
            return SocketEnd.CallerLeft;
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException)
        {
            return isReading ? broken : refused;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
