using System.Buffers;
using Switchboard.Gateway.Surfaces;
using Switchboard.Gateway.Translation.Chat;

namespace Switchboard.Gateway.Translation.Gemini.Surface;

/// <summary>Answers for callers that speak Google's Gemini API.</summary>
internal sealed class GeminiSurface(ChatStamp stamp, bool isSse) : ISurface
{
    /// <inheritdoc/>
    public string StreamType => isSse ? "text/event-stream; charset=utf-8" : "application/json; charset=utf-8";

    /// <inheritdoc/>
    public ISurfaceStream Stream(IBufferWriter<byte> output) => new ChatAnswerToGeminiStream(output, stamp, isSse);

    /// <inheritdoc/>
    public bool TryWrite(ReadOnlyMemory<byte> answer, IBufferWriter<byte> output) => ISurfaceBody.TryWrite(new ChatAnswerToGemini(stamp), answer, output);
}
