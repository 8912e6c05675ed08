using System.Buffers;
using System.Text;

namespace Switchboard.Gateway.Requests;

/// <summary>Makes JSON of what programs without a JSON library write: raw control characters inside strings, broken UTF-8.</summary>
internal static class JsonRepair
{
    private static readonly SearchValues<byte> s_ofStrings = SearchValues.Create([(byte)'"', (byte)'\\', .. Enumerable.Range(0, 0x20).Select(code => (byte)code)]);

    /// <summary>The same bytes with the control characters inside strings escaped.</summary>
    public static byte[] EscapeControls(ReadOnlySpan<byte> body)
    {
        var output = new ArrayBufferWriter<byte>(body.Length + 64);
        while (body.IndexOf((byte)'"') is >= 0 and var quote)
        {
            output.Write(body[..(quote + 1)]);
            body = body[(quote + 1)..];
            CopyString(ref body, output);
        }

        output.Write(body);
        return output.WrittenSpan.ToArray();
    }

    /// <summary>The same text with U+FFFD for every byte that belongs to no character.</summary>
    public static byte[] ReplaceBroken(ReadOnlySpan<byte> body) => Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(body));

    // Up to and with the quote that ends the string.
    private static void CopyString(ref ReadOnlySpan<byte> body, ArrayBufferWriter<byte> output)
    {
        while (body.IndexOfAny(s_ofStrings) is >= 0 and var at)
        {
            output.Write(body[..at]);
            var special = body[at];
            var length = special == '\\' && at + 1 < body.Length && body[at + 1] >= 0x20 ? 2 : 1;
            if (special < 0x20)
            {
                Escape(special, output);
            }
            else
            {
                output.Write(body.Slice(at, length));
            }

            body = body[(at + length)..];
            if (special == '"')
            {
                return;
            }
        }
    }

    private static void Escape(byte control, ArrayBufferWriter<byte> output)
    {
        ReadOnlySpan<byte> digits = "0123456789abcdef"u8;
        output.Write([(byte)'\\', (byte)'u', (byte)'0', (byte)'0', digits[control >> 4], digits[control & 15]]);
    }
}
