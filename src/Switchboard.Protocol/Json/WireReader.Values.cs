using System.Buffers;
using System.Buffers.Binary;
using System.Buffers.Text;
using System.Runtime.InteropServices;

namespace Switchboard.Protocol.Json;

/// <content>What single tokens hold.</content>
public ref partial struct WireReader
{
    // As many digits as always fit in 64 bits.
    private const int SafeDigits = 18;

    /// <summary>The string that stands here.</summary>
    /// <exception cref="JsonException">It is not a string.</exception>
    public readonly string ReadString()
    {
        RequireString();
        return _isEscaped ? JsonString.Text(Value) : Text(Value);
    }

    /// <summary>The boolean that stands here.</summary>
    /// <exception cref="JsonException">It is not a boolean.</exception>
    public readonly bool ReadBoolean() => _token switch
    {
        JsonTokenType.True => true,
        JsonTokenType.False => false,
        var other => throw JsonFault.Expected("a boolean", other),
    };

    /// <summary>The integer that stands here, however it is spelled: <c>12</c>, <c>12.0</c>, <c>1.2e1</c>.</summary>
    /// <exception cref="JsonException">It is not a number, not an integer, or outside the range of 32 bits.</exception>
    public readonly int ReadInt32()
    {
        RequireNumber("an integer");
        return TryReadInteger(out var value) && value is >= int.MinValue and <= int.MaxValue
            ? (int)value
            : throw JsonFault.NotAnInteger(int.MinValue, int.MaxValue);
    }

    /// <summary>The integer that stands here, however it is spelled: <c>12</c>, <c>12.0</c>, <c>1.2e1</c>.</summary>
    /// <exception cref="JsonException">It is not a number, not an integer, or outside the range of 64 bits.</exception>
    public readonly long ReadInt64()
    {
        RequireNumber("an integer");
        return TryReadInteger(out var value) ? value : throw JsonFault.NotAnInteger(long.MinValue, long.MaxValue);
    }

    /// <summary>The number that stands here.</summary>
    /// <exception cref="JsonException">It is not a number, or beyond the range of a double.</exception>
    public readonly double ReadDouble()
    {
        RequireNumber("a number");
        return Utf8Parser.TryParse(Value, out double value, out _) && double.IsFinite(value) ? value : throw JsonFault.NotADouble();
    }

    /// <summary>The time that stands here in seconds since 1970, whole or with a fraction (kept to 100 ns), in UTC.</summary>
    /// <exception cref="JsonException">It is not a number, or not between the years 1 and 9999.</exception>
    public readonly DateTimeOffset ReadUnixTime()
    {
        RequireNumber("a time in seconds");
        return UnixTime.TryRead(Value, out var value) ? value : throw JsonFault.NotATime();
    }

    /// <summary>The bytes that the string standing here holds as base64.</summary>
    /// <exception cref="JsonException">It is not a string, or not base64.</exception>
    public readonly ReadOnlyMemory<byte> ReadBase64()
    {
        RequireString();
        var text = _isEscaped ? JsonString.Unescape(Value) : Value;
        var bytes = new byte[Base64.GetMaxDecodedFromUtf8Length(text.Length)];
        return bytes.AsMemory(0, Decode(text, bytes));
    }

    /// <summary>True when a string stands here and is this text.</summary>
    /// <param name="utf8">The text as UTF-8, without escapes.</param>
    public readonly bool ValueEquals(ReadOnlySpan<byte> utf8) =>
        _token == JsonTokenType.String && (_isEscaped ? JsonString.Unescape(Value) : Value).SequenceEqual(utf8);

    /// <summary>The little-endian 32-bit floats that the string standing here holds as base64.</summary>
    /// <exception cref="JsonException">It is not a string, or not base64 of such floats.</exception>
    internal readonly float[] ReadBase64Floats()
    {
        RequireString();
        var text = _isEscaped ? JsonString.Unescape(Value) : Value;
        var length = Base64.GetMaxDecodedFromUtf8Length(text.Length) - (text.EndsWith("=="u8) ? 2 : text.EndsWith("="u8) ? 1 : 0);
        var floats = new float[(length + sizeof(float) - 1) / sizeof(float)];
        if (Decode(text, MemoryMarshal.AsBytes(floats.AsSpan())) != floats.Length * sizeof(float))
        {
            throw JsonFault.NotFloats();
        }

        if (!BitConverter.IsLittleEndian)
        {
            var words = MemoryMarshal.Cast<float, uint>(floats.AsSpan());
            BinaryPrimitives.ReverseEndianness(words, words);
        }

        return floats;
    }

    /// <summary>UTF-8 that is known to be valid, as text.</summary>
    internal static string Text(ReadOnlySpan<byte> utf8) =>
        // Most text is ASCII, and knowing that first takes a third off the time.
        Ascii.IsValid(utf8) ? Encoding.Latin1.GetString(utf8) : Encoding.UTF8.GetString(utf8);

    private static int Decode(ReadOnlySpan<byte> text, Span<byte> bytes) =>
        Base64.DecodeFromUtf8(text, bytes, out _, out var length) == OperationStatus.Done ? length : throw JsonFault.NotBase64();

    private readonly void RequireString()
    {
        if (_token != JsonTokenType.String)
        {
            throw JsonFault.Expected("a string", _token);
        }
    }

    private readonly void RequireNumber(string what)
    {
        if (_token != JsonTokenType.Number)
        {
            throw JsonFault.Expected(what, _token);
        }
    }

    private readonly bool TryReadInteger(out long value)
    {
        var number = Value;
        var isNegative = number[0] == '-';
        value = 0;
        if (number.Length <= SafeDigits)
        {
            var i = isNegative ? 1 : 0;
            for (; i < number.Length && (uint)(number[i] - '0') <= 9; i++)
            {
                value = (value * 10) + (number[i] - '0');
            }

            if (i == number.Length)
            {
                value = isNegative ? -value : value;
                return true;
            }
        }

        return new DecimalNumber(number).TryScale(0, out value, out var isExact) && isExact;
    }
}
