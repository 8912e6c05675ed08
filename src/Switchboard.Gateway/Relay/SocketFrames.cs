namespace Switchboard.Gateway.Relay;

/// <summary>Follows the frames of a websocket as they pass (RFC 6455, 5.2): between two of them a farewell can be said.</summary>
internal sealed class SocketFrames
{
    private const int Close = 8;

    /// <summary>A server's frame that says that it goes away (code 1001).</summary>
    public static readonly ReadOnlyMemory<byte> Farewell = new byte[] { 0x80 | Close, 2, 0x03, 0xE9 };

    private int _headRead;
    private int _headLength = 2;
    private int _lengthEnd;
    private ulong _length;
    private ulong _left;

    /// <summary>True when a frame of our own may be sent now: none is half sent, and none said that it was the last.</summary>
    public bool CanClose => _headRead == 0 && _left == 0 && !HasClosed && !IsBroken;

    /// <summary>Set when bytes that were to pass may have passed in part.</summary>
    public bool IsBroken { get; set; }

    /// <summary>True once a close has passed.</summary>
    public bool HasClosed { get; private set; }

    /// <summary>Notes bytes that passed.</summary>
    public void Pass(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            if (_left > 0)
            {
                var count = (int)Math.Min(_left, (ulong)bytes.Length);
                _left -= (ulong)count;
                bytes = bytes[count..];
                continue;
            }

            TakeHead(bytes[0]);
            bytes = bytes[1..];
        }
    }

    private void TakeHead(byte value)
    {
        switch (_headRead++)
        {
            case 0:
                HasClosed |= (value & 0x0F) == Close;
                break;
            case 1:
                var code = value & 0x7F;
                var extended = code switch { 126 => 2, 127 => 8, _ => 0 };
                _length = extended == 0 ? (ulong)code : 0;
                _headLength = 2 + extended + ((value & 0x80) != 0 ? 4 : 0);
                _lengthEnd = 2 + extended;
                break;
            case var at when at < _lengthEnd:
                _length = (_length << 8) | value;
                break;
        }

        if (_headRead == _headLength)
        {
            (_left, _headRead, _headLength) = (_length, 0, 2);
        }
    }
}
