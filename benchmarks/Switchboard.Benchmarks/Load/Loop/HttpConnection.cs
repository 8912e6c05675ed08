using System.Buffers.Text;
using System.Diagnostics;
using System.Net.Sockets;
using System.Text;

namespace Switchboard.Benchmarks.Load.Loop;

/// <summary>
/// One end of a keep-alive connection, the caller's or the upstream's. It knows just enough HTTP/1.1 to tell head and
/// body apart and where a message ends.
/// </summary>
internal abstract class HttpConnection : IPollable, IDisposable
{
    private const int MaxHead = 8 * 1024;

    private readonly Poller _poller;
    private readonly Socket _socket;
    private readonly int _fd;
    private readonly int _index;

    // The beginning of a head or line whose end has not come.
    private readonly byte[] _carried = new byte[MaxHead];
    private int _carriedLength;

    private ReadOnlyMemory<byte> _unsent;
    private Part _part;
    private long _remaining;

    protected HttpConnection(Poller poller, Socket socket)
    {
        socket.NoDelay = true;
        (_poller, _socket, _fd) = (poller, socket, (int)socket.Handle);
        _index = poller.Add(socket, this);
    }

    private enum Part
    {
        Head,
        Body,
        ChunkSize,
        Chunk,
        ChunkEnd,
        Trailer,
    }

    /// <summary>True while the socket does not take the rest of what was sent.</summary>
    protected bool IsSending => !_unsent.IsEmpty;

    /// <summary>When the bytes came that are being read.</summary>
    protected long Received { get; private set; }

    public void OnReady()
    {
        if (IsSending)
        {
            SendRest();
        }
        _carried.AsSpan(0, _carriedLength).CopyTo(_poller.Scratch);
        var read = Posix.Receive(_fd, _poller.Scratch.AsSpan(_carriedLength));
        switch (read)
        {
            case > 0:
                Received = Stopwatch.GetTimestamp();
                Read(_poller.Scratch.AsSpan(0, _carriedLength + read));
                break;
            case 0:
                OnClosed();
                break;
        }
    }

    public void Dispose()
    {
        _poller.Remove(_index);
        _socket.Dispose();
    }

    /// <summary>Sends now what the socket takes, and the rest when it takes more. The bytes must stay as they are until then.</summary>
    protected void Send(ReadOnlyMemory<byte> bytes)
    {
        if (IsSending)
        {
            throw Wrong("it does not take what is sent");
        }
        var sent = Math.Max(0, Posix.Send(_fd, bytes.Span));
        if (sent < bytes.Length)
        {
            _unsent = bytes[sent..];
            _poller.Watch(_index, _socket, writable: true);
        }
    }

    protected abstract void OnHead(ReadOnlySpan<byte> head);

    /// <summary>A piece of the body, as it came.</summary>
    protected abstract void OnBody(ReadOnlySpan<byte> piece);

    /// <summary>The message is whole.</summary>
    protected abstract void OnWhole();

    /// <summary>The other end closed the connection.</summary>
    protected abstract void OnClosed();

    protected InvalidDataException Wrong(string what, ReadOnlySpan<byte> seen = default) =>
        new($"{_socket.LocalEndPoint} to {_socket.RemoteEndPoint}: {what}. {Encoding.UTF8.GetString(seen[..Math.Min(seen.Length, 2000)])}");

    private void SendRest()
    {
        _unsent = _unsent[Math.Max(0, Posix.Send(_fd, _unsent.Span))..];
        if (_unsent.IsEmpty)
        {
            _poller.Watch(_index, _socket, writable: false);
        }
    }

    private void Read(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty && Step(bytes) is var taken and > 0)
        {
            bytes = bytes[taken..];
        }
        if (bytes.Length > MaxHead)
        {
            throw Wrong("a head or line has no end", bytes);
        }
        bytes.CopyTo(_carried);
        _carriedLength = bytes.Length;
    }

    /// <returns>The bytes that were used, 0 when more have to come first.</returns>
    private int Step(ReadOnlySpan<byte> bytes) => _part switch
    {
        Part.Head => ReadHead(bytes),
        Part.Body or Part.Chunk => ReadBody(bytes),
        _ => ReadLine(bytes),
    };

    private int ReadHead(ReadOnlySpan<byte> bytes)
    {
        var end = bytes.IndexOf("\r\n\r\n"u8);
        if (end < 0)
        {
            return 0;
        }
        var head = bytes[..(end + 2)];
        OnHead(head);
        var length = 0L;
        var chunked = false;
        for (var rest = head; !rest.IsEmpty;)
        {
            var line = rest[..rest.IndexOf("\r\n"u8)];
            rest = rest[(line.Length + 2)..];
            if (line.Length > 16 && Ascii.EqualsIgnoreCase(line[..16], "Content-Length: "u8))
            {
                length = Utf8Parser.TryParse(line[16..], out long value, out _) ? value : throw Wrong("no length of a body", head);
            }
            else if (line.Length > 19 && Ascii.EqualsIgnoreCase(line[..19], "Transfer-Encoding: "u8))
            {
                chunked = true;
            }
        }
        _remaining = length;
        _part = chunked ? Part.ChunkSize : Part.Body;
        if (!chunked && length == 0)
        {
            End();
        }
        return end + 4;
    }

    private int ReadBody(ReadOnlySpan<byte> bytes)
    {
        var taken = (int)Math.Min(_remaining, bytes.Length);
        _remaining -= taken;
        OnBody(bytes[..taken]);
        if (_remaining == 0)
        {
            if (_part == Part.Body)
            {
                End();
            }
            else
            {
                _part = Part.ChunkEnd;
            }
        }
        return taken;
    }

    private int ReadLine(ReadOnlySpan<byte> bytes)
    {
        var end = bytes.IndexOf("\r\n"u8);
        if (end < 0)
        {
            return 0;
        }
        switch (_part)
        {
            case Part.ChunkSize:
                if (!Utf8Parser.TryParse(bytes[..end], out _remaining, out _, 'x'))
                {
                    throw Wrong("no size of a chunk", bytes);
                }
                _part = _remaining == 0 ? Part.Trailer : Part.Chunk;
                break;
            case Part.ChunkEnd:
                _part = Part.ChunkSize;
                break;
            default:
                if (end == 0)
                {
                    End();
                }
                break;
        }
        return end + 2;
    }

    private void End()
    {
        _part = Part.Head;
        OnWhole();
    }
}
