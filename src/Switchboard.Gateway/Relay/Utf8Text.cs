using System.Buffers;
using System.Text.Unicode;

namespace Switchboard.Gateway.Relay;

/// <summary>Whether bytes are UTF-8 to their end; the JSON reader looks at those of a string only when it is asked for it.</summary>
internal static class Utf8Text
{
    /// <summary>True for well-formed UTF-8, wherever the segments cut it.</summary>
    public static bool IsValid(in ReadOnlySequence<byte> text)
    {
        if (text.IsSingleSegment)
        {
            return Utf8.IsValid(text.FirstSpan);
        }

        var length = checked((int)text.Length);
        var whole = ArrayPool<byte>.Shared.Rent(length);
        text.CopyTo(whole);
        var isValid = Utf8.IsValid(whole.AsSpan(0, length));
        ArrayPool<byte>.Shared.Return(whole);
        return isValid;
    }
}
