using System.Buffers.Text;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Switchboard.Benchmarks.Relay;

/// <summary>One keep-alive connection that sends the same request again and again. It knows just enough HTTP/1.1 to count a body.</summary>
internal sealed class LoadConnection : IDisposable
{
    private readonly byte[] _buffer = new byte[64 * 1024];
    private readonly byte[] _request;
    private readonly int _expected;

    private Part _part;
    private int _filled;
    private int _consumed;
    private long _remaining;
    private bool _chunked;
    private long _body;

    /// <param name="address">The server's, on loopback.</param>
    /// <param name="request">Head and body.</param>
    /// <param name="expected">The number of bytes of the right answer's body.</param>
    public LoadConnection(Uri address, byte[] request, int expected)
    {
        (_request, _expected) = (request, expected);
        Socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true, ReceiveTimeout = 10_000 };
        Socket.Connect(new IPEndPoint(IPAddress.Loopback, address.Port));
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

    public Socket Socket { get; }

    /// <summary>When the request was sent.</summary>
    public long Sent { get; private set; }

    /// <summary>When the first byte of the answer's body was there.</summary>
    public long FirstByte { get; private set; }

    public void Send()
    {
        (_part, _filled, _consumed, _body) = (Part.Head, 0, 0, 0);
        (Sent, FirstByte) = (Stopwatch.GetTimestamp(), 0);
        Socket.Send(_request);
    }

    /// <summary>Reads once what has come.</summary>
    /// <returns>True when the answer is whole.</returns>
    public bool Receive()
    {
        if (_consumed == _filled)
        {
            _consumed = _filled = 0;
        }
        else if (_filled == _buffer.Length)
        {
            _buffer.AsSpan(_consumed, _filled - _consumed).CopyTo(_buffer);
            (_consumed, _filled) = (0, _filled - _consumed);
        }
        var read = Socket.Receive(_buffer.AsSpan(_filled));
        if (read == 0)
        {
            throw Wrong("the connection was closed");
        }
        _filled += read;
        while (_consumed < _filled && Step() is { } whole)
        {
            if (whole)
            {
                return _body == _expected ? true : throw Wrong($"a body of {_body} bytes");
            }
        }
        return false;
    }

    public void Dispose() => Socket.Dispose();

    /// <returns>True when the answer is whole, null when more has to come first.</returns>
    private bool? Step()
    {
        var rest = _buffer.AsSpan(_consumed, _filled - _consumed);
        switch (_part)
        {
            case Part.Head:
                return Head(rest);
            case Part.Body or Part.Chunk:
                if (FirstByte == 0)
                {
                    FirstByte = Stopwatch.GetTimestamp();
                }
                var taken = (int)Math.Min(_remaining, rest.Length);
                _consumed += taken;
                _body += taken;
                _remaining -= taken;
                if (_remaining > 0)
                {
                    return null;
                }
                var last = _part == Part.Body;
                _part = Part.ChunkEnd;
                return last;
            default:
                return Line(rest);
        }
    }

    private bool? Head(ReadOnlySpan<byte> rest)
    {
        var end = rest.IndexOf("\r\n\r\n"u8);
        if (end < 0)
        {
            return null;
        }
        var head = rest[..(end + 2)];
        if (!head.StartsWith("HTTP/1.1 200 "u8))
        {
            throw Wrong("not a 200");
        }
        _consumed += end + 4;
        _chunked = true;
        while (!head.IsEmpty)
        {
            var line = head[..head.IndexOf("\r\n"u8)];
            head = head[(line.Length + 2)..];
            if (line.Length > 16 && Ascii.EqualsIgnoreCase(line[..16], "Content-Length: "u8)
                && Utf8Parser.TryParse(line[16..], out long length, out _))
            {
                (_chunked, _remaining) = (false, length);
            }
        }
        _part = _chunked ? Part.ChunkSize : Part.Body;
        return false;
    }

    private bool? Line(ReadOnlySpan<byte> rest)
    {
        var end = rest.IndexOf("\r\n"u8);
        if (end < 0)
        {
            return null;
        }
        _consumed += end + 2;
        switch (_part)
        {
            case Part.ChunkSize:
                if (!Utf8Parser.TryParse(rest[..end], out _remaining, out _, 'x'))
                {
                    throw Wrong("no chunk size");
                }
                _part = _remaining == 0 ? Part.Trailer : Part.Chunk;
                return false;
            case Part.ChunkEnd:
                _part = Part.ChunkSize;
                return false;
            default:
                return end == 0;
        }
    }

    private InvalidDataException Wrong(string what) =>
        new($"{Socket.RemoteEndPoint}: {what}, {_expected} bytes were expected. The answer:\n{Encoding.UTF8.GetString(_buffer, 0, Math.Min(_filled, 2000))}");
}
