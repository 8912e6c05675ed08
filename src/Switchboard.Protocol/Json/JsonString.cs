using System.Buffers;
using System.Buffers.Text;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Text.Unicode;

namespace Switchboard.Protocol.Json;

/// <summary>The text of JSON strings that have escapes.</summary>
internal static class JsonString
{
    private const int FewChars = 256;
    private const int UnitLength = 6;

    /// <summary>The UTF-16 unit that <c>\u0041</c> at the beginning stands for.</summary>
    public static bool TryReadUnit(ReadOnlySpan<byte> escape, out char unit)
    {
        unit = default;
        if (escape.Length < UnitLength
            || escape[0] != '\\'
            || escape[1] != 'u'
            || !Utf8Parser.TryParse(escape[2..UnitLength], out ushort value, out var consumed, 'x')
            || consumed != UnitLength - 2)
        {
            return false;
        }

        unit = (char)value;
        return true;
    }

    /// <summary>The text of a valid string between its quotes.</summary>
    public static string Text(ReadOnlySpan<byte> escaped)
    {
        char[]? rented = null;
        var text = escaped.Length <= FewChars ? stackalloc char[FewChars] : rented = ArrayPool<char>.Shared.Rent(escaped.Length);
        var result = new string(text[..Unescape(escaped, text)]);
        if (rented is not null)
        {
            ArrayPool<char>.Shared.Return(rented);
        }

        return result;
    }

    /// <summary>The text of a valid string between its quotes, as UTF-8.</summary>
    public static byte[] Unescape(ReadOnlySpan<byte> escaped) => Encoding.UTF8.GetBytes(Text(escaped));

    // The text has room for a unit per byte.
    private static int Unescape(ReadOnlySpan<byte> escaped, Span<char> text)
    {
        var length = 0;
        while (true)
        {
            var plain = CopyPlain(escaped, text[length..]);
            length += plain;
            escaped = escaped[plain..];
            if (escaped.IsEmpty)
            {
                return length;
            }

            if (escaped[0] != '\\')
            {
                length += CopyBeyondAscii(ref escaped, text[length..]);
            }
            else if (escaped[1] == 'u' && TryReadUnit(escaped, out var unit))
            {
                text[length++] = unit;
                escaped = escaped[UnitLength..];
            }
            else
            {
                text[length++] = Shorthand(escaped[1]);
                escaped = escaped[2..];
            }
        }
    }

    // Copies ASCII up to the next backslash or other byte; returns how much. Escapes come often: a call for each of
    // the parts between them would cost more than the parts.
    private static int CopyPlain(ReadOnlySpan<byte> escaped, Span<char> text)
    {
        ref var from = ref MemoryMarshal.GetReference(escaped);
        ref var to = ref Unsafe.As<char, ushort>(ref MemoryMarshal.GetReference(text));
        var i = 0;
        for (; escaped.Length - i >= Vector128<byte>.Count; i += Vector128<byte>.Count)
        {
            var bytes = Vector128.LoadUnsafe(ref from, (nuint)i);
            var (lower, upper) = Vector128.Widen(bytes);
            lower.StoreUnsafe(ref to, (nuint)i);
            upper.StoreUnsafe(ref to, (nuint)(i + Vector128<ushort>.Count));
            var stops = (bytes | Vector128.Equals(bytes, Vector128.Create((byte)'\\'))).ExtractMostSignificantBits();
            if (stops != 0)
            {
                return i + BitOperations.TrailingZeroCount(stops);
            }
        }

        for (; i < escaped.Length && escaped[i] != '\\' && Ascii.IsValid(escaped[i]); i++)
        {
            text[i] = (char)escaped[i];
        }

        return i;
    }

    private static int CopyBeyondAscii(ref ReadOnlySpan<byte> escaped, Span<char> text)
    {
        // One dash or quotation mark, or else text in another script.
        Rune.DecodeFromUtf8(escaped, out var rune, out var consumed);
        if (consumed == escaped.Length || Ascii.IsValid(escaped[consumed]))
        {
            escaped = escaped[consumed..];
            return rune.EncodeToUtf16(text);
        }

        var end = escaped.IndexOf((byte)'\\');
        Utf8.ToUtf16(end < 0 ? escaped : escaped[..end], text, out consumed, out var written);
        escaped = escaped[consumed..];
        return written;
    }

    private static char Shorthand(byte letter) => letter switch
    {
        (byte)'b' => '\b',
        (byte)'f' => '\f',
        (byte)'n' => '\n',
        (byte)'r' => '\r',
        (byte)'t' => '\t',
        _ => (char)letter,
    };
}
