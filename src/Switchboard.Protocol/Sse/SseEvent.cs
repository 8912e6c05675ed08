using System.Buffers;

namespace Switchboard.Protocol.Sse;

/// <summary>One block of an event stream: the bytes as they came, and where its data is in them.</summary>
/// <remarks>It points into the scanned buffer (or the scanner's own) and is valid until either moves on.</remarks>
public readonly struct SseEvent
{
    internal SseEvent(ReadOnlySequence<byte> raw, ReadOnlySequence<byte> data, ReadOnlySequence<byte> type, int dataLines, bool hasFields)
    {
        Raw = raw;
        Data = data;
        Type = type;
        HasData = dataLines > 0;
        HasFields = hasFields;
    }

    /// <summary>Every byte of the block, with its blank line where it has one.</summary>
    public ReadOnlySequence<byte> Raw { get; }

    /// <summary>The data: the values of its <c>data</c> lines, with a line feed between two.</summary>
    public ReadOnlySequence<byte> Data { get; }

    /// <summary>The value of the last <c>event</c> line; empty without one.</summary>
    public ReadOnlySequence<byte> Type { get; }

    /// <summary>True when there is a <c>data</c> line, be it an empty one.</summary>
    public bool HasData { get; }

    /// <summary>True when there is any field; false for comments and blank lines alone.</summary>
    public bool HasFields { get; }

    /// <summary>True for the <c>[DONE]</c> that ends a stream of completions.</summary>
    public bool IsDone
    {
        get
        {
            // Blanks around it are let pass, as the Python SDK does.
            const int LongestDone = 64;
            if (Data.Length is < 6 or > LongestDone)
            {
                return false;
            }

            Span<byte> copy = stackalloc byte[LongestDone];
            Data.CopyTo(copy);
            return copy[..(int)Data.Length].Trim(" \t"u8).SequenceEqual("[DONE]"u8);
        }
    }

    /// <summary>True when its <c>event</c> line names this type.</summary>
    public bool IsOfType(ReadOnlySpan<byte> type)
    {
        if (Type.Length != type.Length)
        {
            return false;
        }

        foreach (var segment in Type)
        {
            if (!type.StartsWith(segment.Span))
            {
                return false;
            }

            type = type[segment.Length..];
        }

        return true;
    }
}
