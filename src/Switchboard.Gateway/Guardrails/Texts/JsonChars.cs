using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Unicode;

namespace Switchboard.Gateway.Guardrails.Texts;

/// <summary>
/// The inside of JSON strings as characters and back. Half a character (a lone surrogate) is one, too: streams cut some in
/// two, and what is checked must not be got around with one.
/// </summary>
internal static class JsonChars
{
    /// <summary>Unescapes.</summary>
    /// <param name="json">What stands between the quotes, of JSON that was read.</param>
    /// <param name="text">Takes the characters; as long as <paramref name="json"/>.</param>
    /// <returns>How many there are.</returns>
    public static int Unescape(ReadOnlySpan<byte> json, Span<char> text)
    {
        var length = 0;
        while (json.IndexOf((byte)'\\') is >= 0 and var at)
        {
            length += Decode(json[..at], text[length..]);
            json = json[(at + 1)..];
            if (json[0] == 'u')
            {
                text[length++] = (char)int.Parse(json[1..5], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
                json = json[5..];
            }
            else
            {
                text[length++] = Unescape(json[0]);
                json = json[1..];
            }
        }

        return length + Decode(json, text[length..]);
    }

    /// <summary>Unescapes.</summary>
    public static string Unescape(ReadOnlySpan<byte> json)
    {
        var room = ArrayPool<char>.Shared.Rent(json.Length);
        var text = new string(room, 0, Unescape(json, room));
        ArrayPool<char>.Shared.Return(room, clearArray: true);
        return text;
    }

    /// <summary>Writes characters as the inside of a JSON string.</summary>
    public static void Escape(ReadOnlySpan<char> text, IBufferWriter<byte> output)
    {
        var start = 0;
        for (var i = 0; i < text.Length; i++)
        {
            var character = text[i];
            if (char.IsHighSurrogate(character) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]))
            {
                i++;
                continue;
            }

            if (character is < ' ' or '"' or '\\' or '\u007f' || char.IsSurrogate(character))
            {
                Encoding.UTF8.GetBytes(text[start..i], output);
                WriteEscaped(character, output);
                start = i + 1;
            }
        }

        Encoding.UTF8.GetBytes(text[start..], output);
    }

    private static void WriteEscaped(char character, IBufferWriter<byte> output)
    {
        ReadOnlySpan<byte> pair = character switch
        {
            '"' => "\\\""u8,
            '\\' => "\\\\"u8,
            '\n' => "\\n"u8,
            '\r' => "\\r"u8,
            '\t' => "\\t"u8,
            _ => default,
        };
        if (!pair.IsEmpty)
        {
            output.Write(pair);
            return;
        }

        Span<byte> code = stackalloc byte[6];
        Utf8.TryWrite(code, CultureInfo.InvariantCulture, $"\\u{(int)character:x4}", out _);
        output.Write(code);
    }

    private static int Decode(ReadOnlySpan<byte> utf8, Span<char> text)
    {
        Utf8.ToUtf16(utf8, text, out _, out var written);
        return written;
    }

    private static char Unescape(byte sign) => (char)sign switch
    {
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        'b' => '\b',
        'f' => '\f',
        var same => same,
    };
}
