using System.Buffers;
using System.Buffers.Text;
using System.Globalization;

namespace Switchboard.Protocol.Json;

/// <summary>Writes one JSON value as UTF-8, without white space, straight into an output.</summary>
/// <remarks>
/// It does not check that the calls make up a JSON value. Text is escaped only where JSON demands it; half a surrogate
/// pair becomes U+FFFD. Nothing is in the output for sure before <see cref="Flush"/>.
/// </remarks>
/// <param name="output">Where the bytes go.</param>
public ref partial struct WireWriter(IBufferWriter<byte> output)
{
    private const int SmallestSpan = 256;
    private const int LongestNumber = 32;

    private readonly IBufferWriter<byte> _output = output ?? throw new ArgumentNullException(nameof(output));
    private Span<byte> _span;
    private int _written;
    private bool _isCommaDue;

    /// <summary>Begins an object.</summary>
    public void WriteStartObject() => Open((byte)'{');

    /// <summary>Ends an object.</summary>
    public void WriteEndObject() => Close((byte)'}');

    /// <summary>Begins an array.</summary>
    public void WriteStartArray() => Open((byte)'[');

    /// <summary>Ends an array.</summary>
    public void WriteEndArray() => Close((byte)']');

    /// <summary>Writes a whole number.</summary>
    public void WriteInt64(long value)
    {
        BeginValue(LongestNumber);
        Utf8Formatter.TryFormat(value, _span[_written..], out var length);
        _written += length;
    }

    /// <summary>Writes a number with as few digits as read back as the same number.</summary>
    /// <exception cref="ArgumentException">JSON has no such number: it is infinite or not a number.</exception>
    public void WriteDouble(double value)
    {
        if (!double.IsFinite(value))
        {
            throw new ArgumentException("JSON has no infinite numbers and no NaN.", nameof(value));
        }

        BeginValue(LongestNumber);
        value.TryFormat(_span[_written..], out var length, provider: CultureInfo.InvariantCulture);
        _written += length;
    }

    /// <summary>Writes true or false.</summary>
    public void WriteBoolean(bool value) => WriteToken(value ? "true"u8 : "false"u8);

    /// <summary>Writes a value by its codec.</summary>
    public void Write<T, TCodec>(T value)
        where TCodec : IWireCodec<T> => TCodec.Write(ref this, value);

    /// <summary>Writes null.</summary>
    public void WriteNull() => WriteToken("null"u8);

    /// <summary>Writes a time as seconds since 1970, with a fraction only where there is one.</summary>
    public void WriteUnixTime(DateTimeOffset value)
    {
        BeginValue(UnixTime.MaxLength);
        _written += UnixTime.Write(_span[_written..], value);
    }

    /// <summary>Writes one complete JSON value as it is.</summary>
    /// <param name="json">The value as UTF-8; it is not checked.</param>
    public void WriteRaw(ReadOnlySpan<byte> json)
    {
        BeginValue(1);
        WriteBytes(json);
    }

    /// <summary>Hands all that was written to the output; call it once, at the end.</summary>
    public void Flush()
    {
        if (_written > 0)
        {
            _output.Advance(_written);
        }

        _written = 0;
        _span = default;
    }

    private void WriteToken(ReadOnlySpan<byte> token)
    {
        BeginValue(token.Length);
        token.CopyTo(_span[_written..]);
        _written += token.Length;
    }

    private void Open(byte bracket)
    {
        BeginValue(1);
        _span[_written++] = bracket;
        _isCommaDue = false;
    }

    private void Close(byte bracket)
    {
        Reserve(1);
        _span[_written++] = bracket;
        _isCommaDue = true;
    }

    // The comma before a value, where one is due, and room for so many bytes after it.
    private void BeginValue(int length)
    {
        Reserve(length + 1);
        if (_isCommaDue)
        {
            _span[_written++] = (byte)',';
        }

        _isCommaDue = true;
    }

    private void WriteBytes(ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length > _span.Length - _written)
        {
            var fitting = _span.Length - _written;
            bytes[..fitting].CopyTo(_span[_written..]);
            _written += fitting;
            bytes = bytes[fitting..];
            Grow(Math.Min(bytes.Length, LargestRequest));
        }

        bytes.CopyTo(_span[_written..]);
        _written += bytes.Length;
    }

    private void Reserve(int length)
    {
        if (_span.Length - _written < length)
        {
            Grow(length);
        }
    }

    private void Grow(int length)
    {
        Flush();
        _span = _output.GetSpan(Math.Max(length, SmallestSpan));
    }
}
