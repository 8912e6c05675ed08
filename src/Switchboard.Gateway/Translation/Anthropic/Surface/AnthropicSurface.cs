using System.Buffers;
using Switchboard.Gateway.Surfaces;
using Switchboard.Gateway.Translation.Chat;

namespace Switchboard.Gateway.Translation.Anthropic.Surface;

/// <summary>Answers for callers that speak the Messages API.</summary>
internal sealed class AnthropicSurface(ChatStamp stamp) : ISurface
{
    /// <inheritdoc/>
    public string StreamType => "text/event-stream; charset=utf-8";

    /// <inheritdoc/>
    public ISurfaceStream Stream(IBufferWriter<byte> output) => new ChatAnswerToAnthropicStream(output, stamp);

    /// <inheritdoc/>
    public bool TryWrite(ReadOnlyMemory<byte> answer, IBufferWriter<byte> output) => ISurfaceBody.TryWrite(new ChatAnswerToAnthropicMessage(stamp), answer, output);
}
