using System.Text;
using System.Text.Json;

namespace Switchboard.Protocol.Json;

public ref partial struct WireReader
{
    /// <summary>The string that stands here.</summary>
    /// <exception cref="JsonException">It is not a string, or escapes half of a surrogate pair.</exception>
    public readonly string ReadString()
    {
        RequireString();
        if (_reader.ValueIsEscaped)
        {
            CheckEscapes(in _reader);
            return _reader.GetString()!;
        }

        return Text(_reader.ValueSpan);
    }

    /// <summary>The boolean that stands here.</summary>
    /// <exception cref="JsonException">It is not a boolean.</exception>
    public readonly bool ReadBoolean() => _reader.TokenType switch
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
        return _reader.TryGetDouble(out var value) && double.IsFinite(value) ? value : throw JsonFault.NotADouble();
    }

    /// <summary>The time that stands here in seconds since 1970, whole or with a fraction (kept to 100 ns), in UTC.</summary>
    /// <exception cref="JsonException">It is not a number, or not between the years 1 and 9999.</exception>
    public readonly DateTimeOffset ReadUnixTime()
    {
        RequireNumber("a time in seconds");
        return UnixTime.TryRead(_reader.ValueSpan, out var value) ? value : throw JsonFault.NotATime();
    }

    /// <summary>The bytes that the string standing here holds as base64.</summary>
    /// <exception cref="JsonException">It is not a string, or not base64.</exception>
    public readonly ReadOnlyMemory<byte> ReadBase64()
    {
        RequireString();
        CheckEscapes(in _reader);
        return _reader.TryGetBytesFromBase64(out var bytes) ? bytes : throw JsonFault.NotBase64();
    }

    /// <summary>True when a string stands here and is this text.</summary>
    /// <param name="utf8">The text as UTF-8, without escapes.</param>
    /// <exception cref="JsonException">The string escapes half of a surrogate pair.</exception>
    public readonly bool ValueEquals(ReadOnlySpan<byte> utf8)
    {
        if (_reader.TokenType != JsonTokenType.String)
        {
            return false;
        }

        if (!_reader.ValueIsEscaped)
        {
            return _reader.ValueSpan.SequenceEqual(utf8);
        }

        CheckEscapes(in _reader);
        return _reader.ValueTextEquals(utf8);
    }

    /// <summary>UTF-8 that is known to be valid, as text.</summary>
    internal static string Text(ReadOnlySpan<byte> utf8) => Encoding.UTF8.GetString(utf8);

    /// <summary>The text of the name or string at the reader, as UTF-8 without its escapes.</summary>
    /// <exception cref="JsonException">It escapes half of a surrogate pair.</exception>
    internal static byte[] Unescape(ref readonly Utf8JsonReader reader)
    {
        CheckEscapes(in reader);
        var text = new byte[reader.ValueSpan.Length];
        Array.Resize(ref text, reader.CopyString(text));
        return text;
    }

    private static void CheckEscapes(ref readonly Utf8JsonReader reader)
    {
        if (reader.ValueIsEscaped && SurrogateEscapes.HasLone(reader.ValueSpan))
        {
            throw JsonFault.LoneSurrogate();
        }
    }

    private readonly void RequireString()
    {
        if (_reader.TokenType != JsonTokenType.String)
        {
            throw JsonFault.Expected("a string", _reader.TokenType);
        }
    }

    private readonly void RequireNumber(string what)
    {
        if (_reader.TokenType != JsonTokenType.Number)
        {
            throw JsonFault.Expected(what, _reader.TokenType);
        }
    }

    private readonly bool TryReadInteger(out long value) =>
        _reader.TryGetInt64(out value)
        || (new DecimalNumber(_reader.ValueSpan).TryScale(0, out value, out var isExact) && isExact);
}
