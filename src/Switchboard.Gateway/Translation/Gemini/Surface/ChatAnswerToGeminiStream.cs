using System.Buffers;
using Switchboard.Gateway.Surfaces;
using Switchboard.Gateway.Translation.Chat;
using Switchboard.Protocol.Errors;

namespace Switchboard.Gateway.Translation.Gemini.Surface;

/// <summary>
/// A chat completion as the chunks of a stream of Google's: as server-sent events, or as the elements of one JSON array
/// where the caller did not ask for events (<c>alt=sse</c>).
/// </summary>
/// <remarks>Source: the Gemini API, "streamGenerateContent".</remarks>
internal sealed class ChatAnswerToGeminiStream(IBufferWriter<byte> output, ChatStamp stamp, bool isSse) : GeminiAnswerParts(stamp), ISurfaceStream
{
    private bool _hasChunks;

    /// <inheritdoc/>
    public void KeepAlive() => output.Write(isSse ? ": keep-alive\n\n"u8 : _hasChunks ? "\n"u8 : default);

    /// <inheritdoc/>
    public void Fail(ErrorBody error)
    {
        Open();
        GeminiErrors.WriteInStream(output, error);
        Close();
        Complete();
    }

    /// <inheritdoc/>
    public void End()
    {
        Open();
        output.Write("{\"candidates\":["u8);
        for (var i = 0; i < Candidates.Count; i++)
        {
            output.Write(i > 0 ? ","u8 : default);
            output.Write("{\"content\":{\"parts\":[{\"text\":\"\"}],\"role\":\"model\"}"u8);
            WriteEnd(output, Candidates[i], i);
            output.Write("}"u8);
        }

        output.Write("]"u8);
        WriteTail(output, withUsage: true);
        Close();
        Complete();
    }

    /// <inheritdoc/>
    protected override void TellText(int choice, ReadOnlySpan<byte> escaped, bool isThought)
    {
        OpenPart();
        output.Write("{\"text\":\""u8);
        output.Write(escaped);
        output.Write(isThought ? "\",\"thought\":true}"u8 : "\"}"u8);
        ClosePart(choice);
    }

    /// <inheritdoc/>
    protected override void Tell(int choice, ReadOnlySpan<byte> part)
    {
        OpenPart();
        SseJson.Write(output, part);
        ClosePart(choice);
    }

    private void OpenPart()
    {
        Open();
        output.Write("{\"candidates\":[{\"content\":{\"parts\":["u8);
    }

    private void ClosePart(int choice)
    {
        output.Write("],\"role\":\"model\"},\"index\":"u8);
        ChatJson.Number(output, choice);
        output.Write("}]"u8);
        WriteTail(output, withUsage: false);
        Close();
    }

    private void Open()
    {
        output.Write(isSse ? "data: "u8 : _hasChunks ? ",\n"u8 : "["u8);
        _hasChunks = true;
    }

    private void Close() => output.Write(isSse ? "\n\n"u8 : default);

    private void Complete() => output.Write(isSse ? default : "]"u8);
}
