using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace Switchboard.Testing.Upstream;

/// <summary>Puts one answer on the wire, faults included.</summary>
internal sealed class AnswerWriter(Socket socket, UpstreamRequest request, UpstreamAnswer answer, CancellationToken gone)
{
    /// <summary>Writes what the answer says; false when the connection must end with what was written.</summary>
    /// <exception cref="OperationCanceledException">The client went away.</exception>
    /// <exception cref="SocketException">The client went away.</exception>
    public async Task<bool> WriteAsync()
    {
        if (answer.Fault is { Point: FaultPoint.BeforeHeaders })
        {
            return await FailAsync();
        }

        await SendAsync(Encoding.Latin1.GetBytes(Head()));
        if (answer.Fault is { Point: FaultPoint.AfterHeaders })
        {
            return await FailAsync();
        }

        if (request.Method != "HEAD")
        {
            await WriteBodyAsync();
        }

        if (answer.Fault is not null)
        {
            return await FailAsync();
        }

        if (answer.Framing == BodyFraming.Chunked && request.Method != "HEAD")
        {
            await SendAsync("0\r\n\r\n"u8.ToArray());
        }

        return true;
    }

    private string Head()
    {
        var head = new StringBuilder();
        foreach (var interim in answer.InterimStatuses)
        {
            head.Append(CultureInfo.InvariantCulture, $"HTTP/1.1 {interim} {ReasonPhrases.Of(interim)}\r\n\r\n");
        }

        head.Append(CultureInfo.InvariantCulture, $"HTTP/1.1 {answer.Status} {ReasonPhrases.Of(answer.Status)}\r\n");
        foreach (var (name, value) in answer.Headers)
        {
            head.Append(CultureInfo.InvariantCulture, $"{name}: {value}\r\n");
        }

        head.Append(answer.Framing switch
        {
            BodyFraming.ContentLength => string.Create(CultureInfo.InvariantCulture, $"Content-Length: {answer.Parts.Sum(p => p.Length)}\r\n"),
            BodyFraming.Chunked => "Transfer-Encoding: chunked\r\n",
            _ => "Connection: close\r\n",
        });
        return head.Append("\r\n").ToString();
    }

    private async Task WriteBodyAsync()
    {
        var parts = PartsBeforeFault();
        if (answer.IsHeld)
        {
            foreach (var part in parts)
            {
                await WriteHeldAsync(part);
            }

            return;
        }

        if (answer.BytesPerWrite is null)
        {
            foreach (var part in parts)
            {
                await WritePieceAsync(part);
                request.CountEvents(1);
            }

            return;
        }

        await WriteCutAsync(Join(parts));
        request.CountEvents(parts.Count);
    }

    private async Task WriteHeldAsync(ReadOnlyMemory<byte> part)
    {
        var ticket = await request.Gate.PassAsync(gone);
        try
        {
            await WriteCutAsync(part);
            request.CountEvents(1);
            ticket?.TrySetResult();
        }
        finally
        {
            ticket?.TrySetException(new InvalidOperationException("The client went away while this event was written."));
        }
    }

    private async Task WriteCutAsync(ReadOnlyMemory<byte> bytes)
    {
        var size = answer.BytesPerWrite ?? int.MaxValue;
        while (bytes.Length > size)
        {
            await WritePieceAsync(bytes[..size]);
            bytes = bytes[size..];
        }

        await WritePieceAsync(bytes);
    }

    private async Task WritePieceAsync(ReadOnlyMemory<byte> piece)
    {
        if (piece.IsEmpty)
        {
            return;
        }

        if (answer.Pause > TimeSpan.Zero)
        {
            await Task.Delay(answer.Pause, gone);
        }

        if (answer.Framing != BodyFraming.Chunked)
        {
            await SendAsync(piece);
            return;
        }

        // One send a chunk, so that a reader sees the cut where it was made.
        await SendAsync(Join([Encoding.ASCII.GetBytes($"{piece.Length:x}\r\n"), piece, "\r\n"u8.ToArray()]));
    }

    private IReadOnlyList<ReadOnlyMemory<byte>> PartsBeforeFault() => answer.Fault switch
    {
        { Point: FaultPoint.AfterEvents, Events: var count } => [.. answer.Parts.Take(count)],
        { Point: FaultPoint.MidBody } when Join(answer.Parts) is var all => [all[..(all.Length / 2)]],
        _ => answer.Parts,
    };

    private async Task<bool> FailAsync()
    {
        if (answer.Fault is { Kind: FaultKind.Hang })
        {
            await Task.Delay(Timeout.Infinite, gone);
        }

        if (answer.Fault is { Kind: FaultKind.Garbage })
        {
            await SendAsync("not a chunk at all\r\n{}\r\n"u8.ToArray());
        }

        if (answer.Fault is { Kind: FaultKind.Reset })
        {
            socket.LingerState = new LingerOption(true, 0);
            socket.Close();
        }

        return false;
    }

    private async Task SendAsync(ReadOnlyMemory<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            bytes = bytes[await socket.SendAsync(bytes, gone)..];
        }
    }

    private static ReadOnlyMemory<byte> Join(IReadOnlyList<ReadOnlyMemory<byte>> parts)
    {
        var all = new MemoryStream();
        foreach (var part in parts)
        {
            all.Write(part.Span);
        }

        return all.ToArray();
    }
}
