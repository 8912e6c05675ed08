using System.Buffers;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Switchboard.Protocol.Json;

/// <content>
/// The tokens themselves. This does what <see cref="Utf8JsonReader"/> does for one whole text without comments, in
/// half its time: most of a message's cost is its tokens. What is wrong with a text is left for that reader to say.
/// </content>
public ref partial struct WireReader
{
    private const int UnitLength = 6;

    private static readonly SearchValues<byte> s_stops = SearchValues.Create(
        [.. Enumerable.Range(0, ' ').Select(b => (byte)b), (byte)'"', (byte)'\\']);

    private readonly bool IsInObject => (_inner & 1) != 0;

    private readonly ReadOnlySpan<byte> Value => _source[_valueStart.._valueEnd];

    // The first byte that is not white space, and goes there; zero at the end of the text.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private byte Next()
    {
        var next = At(_position);
        return next > ' ' ? next : NextBehindSpace();
    }

    private byte NextBehindSpace()
    {
        var source = _source;
        var position = _position;
        while ((uint)position < (uint)source.Length)
        {
            var next = source[position];
            if (next is not ((byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t'))
            {
                _position = position;
                return next;
            }

            position++;
            if (next == '\n' && source.Length - position >= Vector128<byte>.Count)
            {
                // The line is indented.
                var spaces = Vector128.Equals(Vector128.LoadUnsafe(ref MemoryMarshal.GetReference(source), (nuint)position), Vector128.Create((byte)' '));
                position += BitOperations.TrailingZeroCount(~spaces.ExtractMostSignificantBits());
            }
        }

        _position = position;
        return 0;
    }

    private ReadOnlySpan<byte> ReadName(byte first)
    {
        if (first != '"')
        {
            throw Invalid();
        }

        _tokenStart = _position;
        var start = _position + 1;
        var end = ScanString(start);
        _position = end + 1;
        if (Next() != ':')
        {
            throw Invalid();
        }

        _position++;
        return _isEscaped ? JsonString.Unescape(_source[start..end]) : _source[start..end];
    }

    private void ReadValue(byte first)
    {
        _tokenStart = _position;
        if (first == '"')
        {
            _valueStart = _position + 1;
            _valueEnd = ScanString(_valueStart);
            _position = _valueEnd + 1;
            _token = JsonTokenType.String;
            return;
        }

        switch (first)
        {
            case (byte)'{':
                Enter(JsonTokenType.StartObject, 1);
                break;
            case (byte)'[':
                Enter(JsonTokenType.StartArray, 0);
                break;
            case (byte)'t':
                ReadLiteral("true"u8, JsonTokenType.True);
                break;
            case (byte)'f':
                ReadLiteral("false"u8, JsonTokenType.False);
                break;
            case (byte)'n':
                ReadLiteral("null"u8, JsonTokenType.Null);
                break;
            default:
                _valueStart = _position;
                _valueEnd = _position = ScanNumber(_position);
                _token = JsonTokenType.Number;
                break;
        }
    }

    private void Enter(JsonTokenType token, ulong kind)
    {
        if (_depth == MaxDepth)
        {
            throw Invalid();
        }

        _depth++;
        _outer = (_outer << 1) | (_inner >> 63);
        _inner = (_inner << 1) | kind;
        _token = token;
        _position++;
    }

    private void Leave(JsonTokenType token)
    {
        _depth--;
        _inner = (_inner >> 1) | (_outer << 63);
        _outer >>= 1;
        _token = token;
        _tokenStart = _position++;
    }

    private void ReadLiteral(ReadOnlySpan<byte> literal, JsonTokenType token)
    {
        if (!_source[_position..].StartsWith(literal))
        {
            throw Invalid();
        }

        _position += literal.Length;
        _token = token;
    }

    // Where the string ends that begins at this index, behind its quote.
    private int ScanString(int index)
    {
        _isEscaped = false;
        var end = FindStop(index);
        return At(end) == '"' ? end : ScanEscaped(end);
    }

    private int ScanEscaped(int index)
    {
        _isEscaped = true;
        while (At(index) == '\\')
        {
            index = FindStop(ScanEscape(index));
        }

        return At(index) == '"' ? index : throw Invalid();
    }

    // The next quote, backslash or control character; the end of the text without one.
    private readonly int FindStop(int index)
    {
        var source = _source;
        for (; source.Length - index >= Vector128<byte>.Count; index += Vector128<byte>.Count)
        {
            var bytes = Vector128.LoadUnsafe(ref MemoryMarshal.GetReference(source), (nuint)index);
            var stops = Vector128.Equals(bytes, Vector128.Create((byte)'"'))
                | Vector128.Equals(bytes, Vector128.Create((byte)'\\'))
                | Vector128.LessThan(bytes, Vector128.Create((byte)' '));
            if (stops != Vector128<byte>.Zero)
            {
                return index + BitOperations.TrailingZeroCount(stops.ExtractMostSignificantBits());
            }
        }

        var next = source[index..].IndexOfAny(s_stops);
        return next < 0 ? source.Length : index + next;
    }

    // Behind the escape that begins at this index; a surrogate must come with its other half.
    private readonly int ScanEscape(int index)
    {
        switch (At(index + 1))
        {
            case (byte)'"' or (byte)'\\' or (byte)'/' or (byte)'b' or (byte)'f' or (byte)'n' or (byte)'r' or (byte)'t':
                return index + 2;
            case (byte)'u' when JsonString.TryReadUnit(_source[index..], out var unit):
                if (!char.IsSurrogate(unit))
                {
                    return index + UnitLength;
                }

                return char.IsHighSurrogate(unit)
                    && JsonString.TryReadUnit(_source[(index + UnitLength)..], out var low)
                    && char.IsLowSurrogate(low)
                    ? index + (2 * UnitLength)
                    : throw JsonFault.LoneSurrogate();
            default:
                throw Invalid();
        }
    }

    // Behind the number that begins at this index.
    private readonly int ScanNumber(int index)
    {
        var source = _source;
        if (At(source, index) == '-')
        {
            index++;
        }

        index = At(source, index) == '0' ? index + 1 : ScanDigits(source, index);
        if (At(source, index) == '.')
        {
            index = ScanDigits(source, index + 1);
        }

        if ((At(source, index) | 0x20) == 'e')
        {
            index++;
            index = ScanDigits(source, At(source, index) is (byte)'+' or (byte)'-' ? index + 1 : index);
        }

        return index;
    }

    private readonly int ScanDigits(ReadOnlySpan<byte> source, int index)
    {
        var start = index;
        while ((uint)index < (uint)source.Length && (uint)(source[index] - '0') <= 9)
        {
            index++;
        }

        return index > start ? index : throw Invalid();
    }

    private static byte At(ReadOnlySpan<byte> source, int index) => (uint)index < (uint)source.Length ? source[index] : (byte)0;

    private readonly byte At(int index) => (uint)index < (uint)_source.Length ? _source[index] : (byte)0;

    // The framework's reader goes over the text once more to say what is wrong, and at which byte.
    private readonly JsonException Invalid() => JsonFault.Syntax(_source);
}
