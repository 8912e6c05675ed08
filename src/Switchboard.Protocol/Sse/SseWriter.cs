using System.Buffers;
using System.Buffers.Text;
using Switchboard.Protocol.Errors;

namespace Switchboard.Protocol.Sse;

/// <summary>Writes event streams. Nothing is flushed here, and nothing but the error body allocates.</summary>
public static class SseWriter
{
    /// <summary>The end of a stream of completions, <c>data: [DONE]</c>.</summary>
    public static ReadOnlySpan<byte> Done => "data: [DONE]\n\n"u8;

    /// <summary>A comment that keeps a silent connection open.</summary>
    public static ReadOnlySpan<byte> KeepAlive => ": keep-alive\n\n"u8;

    /// <summary>Writes an event without a name.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="data">The data. Of several lines each becomes a line of its own; a reader sees LF between them, whatever was.</param>
    public static void WriteData(IBufferWriter<byte> output, ReadOnlySpan<byte> data)
    {
        WriteLines(output, "data: "u8, data);
        output.Write("\n"u8);
    }

    /// <summary>Writes an event.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="type">The event's name; none when empty.</param>
    /// <param name="data">The data, as of <see cref="WriteData"/>.</param>
    /// <param name="id">What a reader asks to go on from when it connects again; none when empty.</param>
    /// <param name="retryMilliseconds">How long a reader shall wait before it connects again; not told when null.</param>
    /// <exception cref="ArgumentException">The name or the id holds a line end, or the id a NUL: no reader would see it so.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The time to wait is negative.</exception>
    public static void WriteEvent(
        IBufferWriter<byte> output, ReadOnlySpan<byte> type, ReadOnlySpan<byte> data, ReadOnlySpan<byte> id = default, int? retryMilliseconds = null)
    {
        if (type.IndexOfAny("\r\n"u8) >= 0)
        {
            throw new ArgumentException("The name of an event cannot hold a line end.", nameof(type));
        }

        if (id.IndexOfAny("\r\n\0"u8) >= 0)
        {
            throw new ArgumentException("The id of an event cannot hold a line end or a NUL.", nameof(id));
        }

        ArgumentOutOfRangeException.ThrowIfNegative(retryMilliseconds ?? 0, nameof(retryMilliseconds));

        // The name stands first: a reader that takes lines as they come knows what it gets.
        if (!type.IsEmpty)
        {
            WriteLine(output, "event: "u8, type);
        }

        if (!id.IsEmpty)
        {
            WriteLine(output, "id: "u8, id);
        }

        if (retryMilliseconds is { } retry)
        {
            WriteRetry(output, retry);
        }

        WriteData(output, data);
    }

    /// <summary>Writes the event <c>data: {"error":{…}}</c>.</summary>
    public static void WriteError(IBufferWriter<byte> output, ErrorBody error)
    {
        ArgumentNullException.ThrowIfNull(error);
        output.Write("data: "u8);
        error.WriteTo(output);
        output.Write("\n\n"u8);
    }

    /// <summary>Writes the <c>error</c> event of a stream of the Responses API.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="error">What went wrong.</param>
    /// <param name="sequenceNumber">The event's number in its stream.</param>
    public static void WriteError(IBufferWriter<byte> output, ErrorBody error, long sequenceNumber)
    {
        ArgumentNullException.ThrowIfNull(error);
        output.Write("event: error\ndata: "u8);
        error.WriteEventTo(output, sequenceNumber);
        output.Write("\n\n"u8);
    }

    /// <summary>Writes a comment that clients skip.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="comment">The comment; of several lines each becomes a comment of its own.</param>
    public static void WriteComment(IBufferWriter<byte> output, ReadOnlySpan<byte> comment)
    {
        WriteLines(output, ": "u8, comment);
        output.Write("\n"u8);
    }

    /// <summary>Writes <c>data: [DONE]</c>.</summary>
    public static void WriteDone(IBufferWriter<byte> output) => output.Write(Done);

    private static void WriteLines(IBufferWriter<byte> output, ReadOnlySpan<byte> head, ReadOnlySpan<byte> value)
    {
        while (value.IndexOfAny((byte)'\r', (byte)'\n') is >= 0 and var end)
        {
            WriteLine(output, head, value[..end]);
            value = value[end..];
            value = value[(value.StartsWith("\r\n"u8) ? 2 : 1)..];
        }

        WriteLine(output, head, value);
    }

    private static void WriteLine(IBufferWriter<byte> output, ReadOnlySpan<byte> head, ReadOnlySpan<byte> value)
    {
        output.Write(head);
        output.Write(value);
        output.Write("\n"u8);
    }

    private static void WriteRetry(IBufferWriter<byte> output, int milliseconds)
    {
        Span<byte> digits = stackalloc byte[10];
        Utf8Formatter.TryFormat(milliseconds, digits, out var length);
        WriteLine(output, "retry: "u8, digits[..length]);
    }
}
