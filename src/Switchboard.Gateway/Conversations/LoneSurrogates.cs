using System.Buffers.Text;
using System.Text.Json;

namespace Switchboard.Gateway.Conversations;

/// <summary>Text of JSON strings that escape half a character, as of an answer that broke off inside of one: no reader takes it.</summary>
internal static class LoneSurrogates
{
    private const int EscapeLength = 6;

    /// <summary>The text with U+FFFD in the place of halves.</summary>
    /// <param name="escaped">What stands between the quotes.</param>
    public static string Replace(ReadOnlySpan<byte> escaped)
    {
        byte[] quoted = [(byte)'"', .. escaped, (byte)'"'];
        for (var i = 1; i < quoted.Length - 1;)
        {
            i += quoted[i] != '\\' ? 1 : quoted[i + 1] != 'u' ? 2 : Mend(quoted, i);
        }

        return JsonElement.Parse(quoted).GetString()!;
    }

    // Gives how many bytes are done.
    private static int Mend(Span<byte> json, int at)
    {
        var unit = UnitAt(json, at);
        if (char.IsHighSurrogate(unit) && char.IsLowSurrogate(UnitAt(json, at + EscapeLength)))
        {
            return 2 * EscapeLength;
        }

        if (char.IsSurrogate(unit))
        {
            "FFFD"u8.CopyTo(json[(at + 2)..]);
        }

        return EscapeLength;
    }

    private static char UnitAt(ReadOnlySpan<byte> json, int at) =>
        at + EscapeLength <= json.Length && json[at] == '\\' && json[at + 1] == 'u' && Utf8Parser.TryParse(json.Slice(at + 2, 4), out ushort unit, out var read, 'X') && read == 4 ? (char)unit : '\0';
}
