using System.Buffers;
using System.Buffers.Text;
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

    private static int Unescape(ReadOnlySpan<byte> escaped, Span<char> text)
    {
        var length = 0;
        while (true)
        {
            var plain = escaped.IndexOf((byte)'\\');
            Utf8.ToUtf16(plain < 0 ? escaped : escaped[..plain], text[length..], out _, out var written);
            length += written;
            if (plain < 0)
            {
                return length;
            }

            escaped = escaped[plain..];
            if (TryReadUnit(escaped, out var unit))
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
