using System.Buffers;
using System.Buffers.Text;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Text.Unicode;

namespace Switchboard.Protocol.Json;

/// <content>Names, strings and base64.</content>
public ref partial struct WireWriter
{
    // Long text goes in pieces: an output need never have more at once.
    private const int LargestRequest = 4096;
    private const int LongestEscape = 6;
    private const int BytesPerUnit = 3;

    private static readonly SearchValues<char> s_escaped = SearchValues.Create(
        [.. Enumerable.Range(0, ' ').Select(c => (char)c), '"', '\\']);

    /// <summary>Writes the name of the object's next member.</summary>
    /// <param name="quotedNameWithColon">The name as it is to stand there, such as <c>"id":</c>.</param>
    public void WriteName(ReadOnlySpan<byte> quotedNameWithColon)
    {
        BeginValue(quotedNameWithColon.Length);
        quotedNameWithColon.CopyTo(_span[_written..]);
        _written += quotedNameWithColon.Length;
        _isCommaDue = false;
    }

    /// <summary>Writes the name of the object's next member.</summary>
    /// <exception cref="ArgumentNullException">The name is null.</exception>
    public void WriteName(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        BeginValue(1);
        WriteQuoted(name);
        Reserve(1);
        _span[_written++] = (byte)':';
        _isCommaDue = false;
    }

    /// <summary>Writes a string.</summary>
    /// <exception cref="ArgumentNullException">The string is null.</exception>
    public void WriteString(string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        BeginValue(1);
        WriteQuoted(value);
    }

    /// <summary>Writes bytes as a string of base64.</summary>
    public void WriteBase64(ReadOnlySpan<byte> value)
    {
        BeginValue(1);
        _span[_written++] = (byte)'"';
        while (value.Length > 0)
        {
            Base64.EncodeToUtf8(value, _span[_written..], out var consumed, out var length);
            value = value[consumed..];
            _written += length;
            if (value.Length > 0)
            {
                Grow(LargestRequest);
            }
        }

        Reserve(1);
        _span[_written++] = (byte)'"';
    }

    private void WriteQuoted(ReadOnlySpan<char> text)
    {
        _span[_written++] = (byte)'"';
        while (true)
        {
            var plain = CopyPlain(text, _span[_written..]);
            _written += plain;
            text = text[plain..];
            if (text.IsEmpty)
            {
                break;
            }

            if (!char.IsAscii(text[0]))
            {
                text = text[WriteBeyondAscii(text)..];
            }
            else if (s_escaped.Contains(text[0]))
            {
                WriteEscape(text[0]);
                text = text[1..];
            }
            else
            {
                Grow(Math.Min(text.Length, LargestRequest));
            }
        }

        Reserve(1);
        _span[_written++] = (byte)'"';
    }

    // Copies ASCII without anything to escape from the beginning, as far as it goes and fits; returns how much.
    private static int CopyPlain(ReadOnlySpan<char> text, Span<byte> output)
    {
        var length = Math.Min(text.Length, output.Length);
        ref var from = ref Unsafe.As<char, ushort>(ref MemoryMarshal.GetReference(text));
        ref var to = ref MemoryMarshal.GetReference(output);
        var i = 0;
        for (; length - i >= Vector128<byte>.Count; i += Vector128<byte>.Count)
        {
            var bytes = Vector128.NarrowWithSaturation(
                Vector128.LoadUnsafe(ref from, (nuint)i), Vector128.LoadUnsafe(ref from, (nuint)(i + Vector128<ushort>.Count)));
            bytes.StoreUnsafe(ref to, (nuint)i);
            var stops = Stops(bytes);
            if (stops != 0)
            {
                return i + BitOperations.TrailingZeroCount(stops);
            }
        }

        if (length - i >= Vector128<ushort>.Count)
        {
            var units = Vector128.LoadUnsafe(ref from, (nuint)i);
            var bytes = Vector128.NarrowWithSaturation(units, units);
            bytes.GetLower().StoreUnsafe(ref to, (nuint)i);
            var stops = Stops(bytes);
            if (stops != 0)
            {
                return i + BitOperations.TrailingZeroCount(stops);
            }

            i += Vector128<ushort>.Count;
        }

        for (; i < length && char.IsAscii(text[i]) && !s_escaped.Contains(text[i]); i++)
        {
            output[i] = (byte)text[i];
        }

        return i;
    }

    // Units beyond ASCII came out as bytes from 0x80, which are negative: less than a blank, like control characters.
    private static uint Stops(Vector128<byte> bytes) =>
        (Vector128.LessThan(bytes.AsSByte(), Vector128.Create((sbyte)' ')).AsByte()
            | Vector128.Equals(bytes, Vector128.Create((byte)'"'))
            | Vector128.Equals(bytes, Vector128.Create((byte)'\\'))).ExtractMostSignificantBits();

    // Writes up to the next unit to escape; returns how much. Where text leaves ASCII once it does so again soon.
    private int WriteBeyondAscii(ReadOnlySpan<char> text)
    {
        var end = text.IndexOfAny(s_escaped);
        var length = end < 0 ? text.Length : end;
        text = text[..length];
        while (text.Length > 0)
        {
            var status = Utf8.FromUtf16(text, _span[_written..], out var read, out var written);
            _written += written;
            text = text[read..];
            if (status == OperationStatus.DestinationTooSmall)
            {
                Grow(Math.Min(text.Length, LargestRequest) * BytesPerUnit);
            }
        }

        return length;
    }

    private void WriteEscape(char c)
    {
        Reserve(LongestEscape);
        var shorthand = c switch
        {
            '"' => '"',
            '\\' => '\\',
            '\n' => 'n',
            '\r' => 'r',
            '\t' => 't',
            '\b' => 'b',
            '\f' => 'f',
            _ => '\0',
        };
        _span[_written++] = (byte)'\\';
        if (shorthand != '\0')
        {
            _span[_written++] = (byte)shorthand;
            return;
        }

        _span[_written++] = (byte)'u';
        Utf8Formatter.TryFormat((ushort)c, _span[_written..], out var length, new('x', 4));
        _written += length;
    }
}
