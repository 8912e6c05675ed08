using System.IO.Pipelines;
using System.Net.Sockets;

namespace Switchboard.Testing.Upstream;

/// <summary>One client connection: requests come in order, each is answered before the next is read.</summary>
internal sealed class UpstreamConnection(Socket socket, IUpstreamScript script, int number) : IDisposable
{
    // No threshold: the pump must always be reading, or it would not see the client go.
    private readonly Pipe _received = new(new PipeOptions(pauseWriterThreshold: 0));
    private readonly CancellationTokenSource _gone = new();
    private volatile bool _stopped;

    public async Task RunAsync()
    {
        var pump = PumpAsync();
        try
        {
            var reader = new RequestReader(_received.Reader, SendContinueAsync);
            while (await reader.ReadAsync() is { } request)
            {
                if (!await AnswerAsync(request))
                {
                    break;
                }
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The connection ended while the client was told to go on.
        }
        finally
        {
            EndInOrder();
            await pump;
            Dispose();
        }
    }

    public void Dispose()
    {
        socket.Dispose();
        _gone.Dispose();
    }

    /// <summary>Ends the connection with a reset, whatever it is doing.</summary>
    public void Stop()
    {
        _stopped = true;
        try
        {
            socket.LingerState = new LingerOption(true, 0);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Already gone.
        }

        socket.Dispose();
    }

    // Shut down before it is disposed: a socket disposed under a pending read is reset, not closed.
    private void EndInOrder()
    {
        try
        {
            socket.Shutdown(SocketShutdown.Both);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Already gone.
        }
    }

    private async Task PumpAsync()
    {
        try
        {
            while (await socket.ReceiveAsync(_received.Writer.GetMemory(4096)) is var count and > 0)
            {
                _received.Writer.Advance(count);
                await _received.Writer.FlushAsync();
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Reset by the client, or closed here: the same to whoever waits.
        }

        await _received.Writer.CompleteAsync();
        await _gone.CancelAsync();
    }

    private async Task<bool> AnswerAsync(UpstreamRequest request)
    {
        request.Connection = number;
        script.Received(request);
        var end = ExchangeEnd.ClientLeft;
        var goesOn = false;
        try
        {
            var answer = await script.AnswerAsync(request, _gone.Token);
            end = await new AnswerWriter(socket, request, answer, _gone.Token).WriteAsync() ? ExchangeEnd.Answered : ExchangeEnd.CutByUpstream;
            goesOn = end == ExchangeEnd.Answered && IsKeptAlive(request, answer);
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The client's leaving is what tests of cancellation wait for; it is no failure here.
        }
        finally
        {
            script.Ended(request, _stopped ? ExchangeEnd.CutByUpstream : end);
        }

        return goesOn;
    }

    private static bool IsKeptAlive(UpstreamRequest request, UpstreamAnswer answer) =>
        answer.Framing != BodyFraming.UntilClose
        && !string.Equals(request.Header("Connection"), "close", StringComparison.OrdinalIgnoreCase)
        && !answer.Headers.Any(h => string.Equals(h.Key, "Connection", StringComparison.OrdinalIgnoreCase) && h.Value == "close");

    private async Task SendContinueAsync() => await socket.SendAsync("HTTP/1.1 100 Continue\r\n\r\n"u8.ToArray());
}
