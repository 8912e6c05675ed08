using System.Buffers.Text;

namespace Switchboard.Protocol.Json;

/// <summary>Finds escapes (<c>\ud83d</c>) of half a surrogate pair: no text has such a half, and UTF-8 cannot carry it.</summary>
internal static class SurrogateEscapes
{
    private const int Length = 6;

    /// <summary>True when the text between a JSON string's quotes escapes a half without its other half.</summary>
    public static bool HasLone(ReadOnlySpan<byte> escaped)
    {
        while (true)
        {
            var at = escaped.IndexOf((byte)'\\');
            if (at < 0)
            {
                return false;
            }

            escaped = escaped[at..];
            if (!TryRead(escaped, out var unit))
            {
                escaped = escaped[2..];
                continue;
            }

            escaped = escaped[Length..];
            if (!char.IsSurrogate(unit))
            {
                continue;
            }

            if (!char.IsHighSurrogate(unit) || !TryRead(escaped, out var low) || !char.IsLowSurrogate(low))
            {
                return true;
            }

            escaped = escaped[Length..];
        }
    }

    private static bool TryRead(ReadOnlySpan<byte> escaped, out char unit)
    {
        unit = default;
        if (!escaped.StartsWith("\\u"u8)
            || escaped.Length < Length
            || !Utf8Parser.TryParse(escaped[2..Length], out ushort value, out var consumed, 'x')
            || consumed != 4)
        {
            return false;
        }

        unit = (char)value;
        return true;
    }
}
