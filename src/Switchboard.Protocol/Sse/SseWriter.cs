using System.Buffers;
using Switchboard.Protocol.Errors;

namespace Switchboard.Protocol.Sse;

/// <summary>Writes events of a stream of completions. Nothing is flushed here.</summary>
public static class SseWriter
{
    /// <summary>The end of a stream of completions, <c>data: [DONE]</c>.</summary>
    public static ReadOnlySpan<byte> Done => "data: [DONE]\n\n"u8;

    /// <summary>A comment that keeps a silent connection open.</summary>
    public static ReadOnlySpan<byte> KeepAlive => ": keep-alive\n\n"u8;

    /// <summary>Writes an event with one line of data.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="data">The data; JSON without line ends.</param>
    public static void WriteData(IBufferWriter<byte> output, ReadOnlySpan<byte> data)
    {
        output.Write("data: "u8);
        output.Write(data);
        output.Write("\n\n"u8);
    }

    /// <summary>Writes the event <c>data: {"error":{…}}</c>.</summary>
    public static void WriteError(IBufferWriter<byte> output, ErrorBody error)
    {
        ArgumentNullException.ThrowIfNull(error);
        output.Write("data: "u8);
        error.WriteTo(output);
        output.Write("\n\n"u8);
    }

    /// <summary>Writes a comment that clients skip.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="comment">The comment, without line ends.</param>
    public static void WriteComment(IBufferWriter<byte> output, ReadOnlySpan<byte> comment)
    {
        output.Write(": "u8);
        output.Write(comment);
        output.Write("\n\n"u8);
    }

    /// <summary>Writes <c>data: [DONE]</c>.</summary>
    public static void WriteDone(IBufferWriter<byte> output) => output.Write(Done);
}
