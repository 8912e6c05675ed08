namespace Switchboard.Gateway.Relay.Http;

/// <summary>Takes the framing of chunks out of a body (RFC 9112, 7.1), in place, wherever the reads have cut it.</summary>
internal struct ChunkedBody
{
    private const long MostSize = long.MaxValue >> 8;

    private State _state;
    private long _left;

    private enum State
    {
        Size,
        SizeOrEnd,
        Extension,
        SizeLineFeed,
        Data,
        DataReturn,
        DataLineFeed,
        Trailer,
        TrailerLine,
        TrailerLineFeed,
        LastLineFeed,
        End,
    }

    /// <summary>True once the body is whole.</summary>
    public readonly bool IsEnded => _state == State.End;

    /// <summary>Moves the data of what came to its beginning.</summary>
    /// <param name="bytes">What came.</param>
    /// <param name="excess">How many bytes came behind the end.</param>
    /// <returns>How many bytes of data there are.</returns>
    /// <exception cref="HttpIOException">These are no chunks.</exception>
    public int Decode(Span<byte> bytes, out int excess)
    {
        var data = 0;
        var at = 0;
        while (at < bytes.Length && _state != State.End)
        {
            if (_state == State.Data)
            {
                var count = (int)Math.Min(_left, bytes.Length - at);
                if (at != data)
                {
                    bytes.Slice(at, count).CopyTo(bytes[data..]);
                }

                (at, data, _left) = (at + count, data + count, _left - count);
                _state = _left == 0 ? State.DataReturn : State.Data;
            }
            else
            {
                _state = Next(bytes[at++]);
            }
        }

        excess = bytes.Length - at;
        return data;
    }

    private State Next(byte value) => _state switch
    {
        State.Size or State.SizeOrEnd => TakeSize(value),
        State.Extension => value == '\r' ? State.SizeLineFeed : value == '\n' ? throw Invalid() : State.Extension,
        State.SizeLineFeed => value != '\n' ? throw Invalid() : _left == 0 ? State.Trailer : State.Data,
        State.DataReturn => value == '\r' ? State.DataLineFeed : throw Invalid(),
        State.DataLineFeed => value == '\n' ? State.Size : throw Invalid(),
        State.Trailer => value == '\r' ? State.LastLineFeed : State.TrailerLine,
        State.TrailerLine => value == '\r' ? State.TrailerLineFeed : State.TrailerLine,
        State.TrailerLineFeed => value == '\n' ? State.Trailer : throw Invalid(),
        _ => value == '\n' ? State.End : throw Invalid(),
    };

    private State TakeSize(byte value)
    {
        if (char.IsAsciiHexDigit((char)value) && _left <= MostSize)
        {
            _left = (_left << 4) | (uint)HexValue(value);
            return State.SizeOrEnd;
        }

        // A size has a digit at least; spaces before an extension are what some servers send.
        return _state == State.Size ? throw Invalid()
            : value == '\r' ? State.SizeLineFeed
            : value is (byte)';' or (byte)' ' or (byte)'\t' ? State.Extension
            : throw Invalid();
    }

    private static int HexValue(byte digit) => digit <= '9' ? digit - '0' : (digit | 0x20) - 'a' + 10;

    private static HttpIOException Invalid() => new(HttpRequestError.InvalidResponse);
}
