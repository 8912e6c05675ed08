using System.Buffers;
using System.Diagnostics;

namespace Switchboard.Protocol.Sse;

/// <summary>What the lines of a block have said so far; positions count from the block's first byte.</summary>
internal struct SseBlock
{
    /// <summary>How many bytes of a line tell its field and where the value begins: <c>event: </c>.</summary>
    public const int HeadLength = 7;

    /// <summary>Where the block's own bytes begin: 1 after the second half of a CRLF that was cut in two.</summary>
    public int Start;
    public int LineStart;
    public int DataStart;
    public int DataLength;
    public int TypeStart;
    public int TypeLength;
    public int IdStart;
    public int IdLength;
    public int DataLines;

    /// <summary>One more than the milliseconds, so that the default says nothing.</summary>
    public uint RetryPlusOne;
    public bool HasFields;
    public bool HasId;
    public bool IsComplete;

    /// <summary>The stream ended in the middle of a line that is neither data nor a comment.</summary>
    public bool IsCutInField;

    /// <summary>Adds the line that begins at <see cref="LineStart"/>.</summary>
    /// <param name="buffer">The bytes that hold the block.</param>
    /// <param name="origin">Where in them it begins.</param>
    /// <param name="head">The line, or its first <see cref="HeadLength"/> bytes or more.</param>
    /// <param name="length">The line's length without its end, at least 1.</param>
    public SseField AddLine(in ReadOnlySequence<byte> buffer, long origin, ReadOnlySpan<byte> head, int length)
    {
        // Data first: nearly every line of a stream of completions is.
        if (IsData(head, out var valueStart))
        {
            HasFields = true;
            DataLines++;
            DataStart = LineStart + valueStart;
            DataLength = length - valueStart;
            return SseField.Data;
        }

        if (head[0] == ':')
        {
            return SseField.Comment;
        }

        HasFields = true;
        if (IsField(head, "event"u8, out valueStart))
        {
            TypeStart = LineStart + valueStart;
            TypeLength = length - valueStart;
        }
        else if (IsField(head, "id"u8, out valueStart))
        {
            SetId(buffer.Slice(origin + LineStart + valueStart, length - valueStart), LineStart + valueStart);
        }
        else if (IsField(head, "retry"u8, out valueStart))
        {
            SetRetry(buffer.Slice(origin + LineStart + valueStart, length - valueStart));
        }

        return SseField.Other;
    }

    /// <summary>True for a line of data; tells where its value begins.</summary>
    public static bool IsData(ReadOnlySpan<byte> head, out int valueStart) => IsField(head, "data"u8, out valueStart);

    // An id with a NUL is none.
    private void SetId(in ReadOnlySequence<byte> value, int start)
    {
        if (value.PositionOf((byte)0) is null)
        {
            HasId = true;
            IdStart = start;
            IdLength = (int)value.Length;
        }
    }

    private void SetRetry(in ReadOnlySequence<byte> value)
    {
        if (TryReadDigits(value, out var milliseconds))
        {
            RetryPlusOne = (uint)milliseconds + 1;
        }
    }

    private static bool TryReadDigits(in ReadOnlySequence<byte> value, out long number)
    {
        number = 0;
        foreach (var segment in value)
        {
            foreach (var digit in segment.Span)
            {
                number = (number * 10) + (digit - '0');
                if (digit is < (byte)'0' or > (byte)'9' || number > int.MaxValue)
                {
                    return false;
                }
            }
        }

        return !value.IsEmpty;
    }

    private static bool IsField(ReadOnlySpan<byte> head, ReadOnlySpan<byte> name, out int valueStart)
    {
        Debug.Assert(name.Length + 2 <= HeadLength);
        valueStart = name.Length;
        if (!head.StartsWith(name))
        {
            return false;
        }

        if (head.Length == name.Length)
        {
            return true;
        }

        valueStart += head.Length > name.Length + 1 && head[name.Length + 1] == ' ' ? 2 : 1;
        return head[name.Length] == ':';
    }
}

/// <summary>What a line of a block is.</summary>
internal enum SseField
{
    /// <summary>A comment.</summary>
    Comment,

    /// <summary>One of <c>data</c>.</summary>
    Data,

    /// <summary>Another field, known or not.</summary>
    Other,
}
