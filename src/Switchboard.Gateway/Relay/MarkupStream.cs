using System.Buffers;
using Switchboard.Gateway.Translation.Framing;
using Switchboard.Gateway.Translation.Markup;
using Switchboard.Protocol.Sse;

namespace Switchboard.Gateway.Relay;

/// <summary>The chunks of a stream whose text is looked through for markup: what comes of each goes to the caller as events.</summary>
/// <param name="chunks">Reads the markup.</param>
/// <param name="commit">Sends the status.</param>
/// <param name="caller">The caller's end.</param>
internal sealed class MarkupStream(MarkupChunks chunks, Action commit, CallerStream caller) : IChunkOutput
{
    private readonly Contiguous _data = new();
    private readonly ArrayBufferWriter<byte> _event = new();

    /// <summary>Takes the data of an event.</summary>
    public void Write(in ReadOnlySequence<byte> data) => chunks.Write(_data.Of(data), this);

    /// <summary>Lets go of what is held.</summary>
    public void Finish() => chunks.Finish(this);

    void IChunkOutput.Chunk(ReadOnlySpan<byte> json)
    {
        commit();
        _event.ResetWrittenCount();
        SseWriter.WriteData(_event, json);
        caller.Write(_event.WrittenSpan);
    }
}
