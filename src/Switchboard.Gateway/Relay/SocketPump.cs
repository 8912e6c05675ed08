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
/// when one ends so does the other. A close passes like all else; when it is ended from outside the caller is told.
/// </summary>
internal static class SocketPump
{
    private const int BufferBytes = 16 * 1024;

    private static readonly TimeSpan s_farewell = TimeSpan.FromSeconds(1);

    /// <summary>Runs until one end is over.</summary>
    public static async Task<SocketEnd> RunAsync(Stream caller, Stream provider, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var received = new SocketFrames();
        var up = CopyAsync(caller, provider, null, SocketEnd.CallerLeft, SocketEnd.CallerLeft, SocketEnd.ProviderBroke, stop.Token);
        var down = CopyAsync(provider, caller, received, SocketEnd.ProviderClosed, SocketEnd.ProviderBroke, SocketEnd.CallerLeft, stop.Token);
        var first = await Task.WhenAny(up, down);
        await stop.CancelAsync();
        await Task.WhenAll(up, down);
        if (cancellationToken.IsCancellationRequested)
        {
            await CloseAsync(caller, received);
        }

        return await first;
    }

    // The provider's connection has ended with its read. A caller that has left does not hear it.
    private static async Task CloseAsync(Stream caller, SocketFrames passed)
    {
        if (!passed.CanClose)
        {
            return;
        }

        using var patience = new CancellationTokenSource(s_farewell);
        try
        {
            await caller.WriteAsync(SocketFrames.Farewell, patience.Token);
            await caller.FlushAsync(patience.Token);
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException or OperationCanceledException)
        {
            // There is nobody to tell.
        }
    }

    private static async Task<SocketEnd> CopyAsync(Stream from, Stream to, SocketFrames? frames, SocketEnd ended, SocketEnd broken, SocketEnd refused, CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        var isReading = true;
        try
        {
            while (await from.ReadAsync(buffer, cancellationToken) is > 0 and var count)
            {
                isReading = false;
                frames?.Pass(buffer.AsSpan(0, count));
                await to.WriteAsync(buffer.AsMemory(0, count), cancellationToken);
                await to.FlushAsync(cancellationToken);
                isReading = true;
            }

            return ended;
        }
        catch (OperationCanceledException)
        {
            // The other way ended first, or it was ended from outside. What was half sent stays half sent.
            frames?.IsBroken |= !isReading;
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
