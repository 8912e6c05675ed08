using System.Buffers;

namespace Switchboard.Gateway.Surfaces;

/// <summary>JSON of others inside the line of an event.</summary>
internal static class SseJson
{
    /// <summary>Writes JSON in one line. Where its text has line ends they are between its tokens, and blanks do as well.</summary>
    public static void Write(IBufferWriter<byte> output, ReadOnlySpan<byte> json)
    {
        while (json.IndexOfAny((byte)'\r', (byte)'\n') is >= 0 and var end)
        {
            output.Write(json[..end]);
            output.Write(" "u8);
            json = json[(end + 1)..];
        }

        output.Write(json);
    }
}
