using System.Buffers;
using Switchboard.Gateway.Surfaces;
using Switchboard.Gateway.Translation.Chat;

namespace Switchboard.Gateway.Translation.Gemini.Surface;

/// <summary>A chat completion as a whole <c>GenerateContentResponse</c>.</summary>
/// <remarks>Source: the Gemini API, "Generating content".</remarks>
internal sealed class ChatAnswerToGemini(ChatStamp stamp) : GeminiAnswerParts(stamp), ISurfaceBody
{
    /// <inheritdoc/>
    public void WriteTo(IBufferWriter<byte> output)
    {
        output.Write("{\"candidates\":["u8);
        for (var i = 0; i < Candidates.Count; i++)
        {
            var candidate = Candidates[i];
            EndText(candidate);
            output.Write(i > 0 ? ",{\"content\":{\"parts\":["u8 : "{\"content\":{\"parts\":["u8);
            output.Write(candidate.Parts.WrittenSpan);
            output.Write("],\"role\":\"model\"}"u8);
            WriteEnd(output, candidate, i);
            output.Write("}"u8);
        }

        output.Write("]"u8);
        WriteTail(output, withUsage: true);
    }

    /// <inheritdoc/>
    protected override void TellText(int choice, ReadOnlySpan<byte> escaped, bool isThought)
    {
        var candidate = Of(choice);
        if (candidate.IsThinking != isThought)
        {
            EndText(candidate);
            Separate(candidate);
            candidate.Parts.Write("{\"text\":\""u8);
            candidate.IsThinking = isThought;
        }

        candidate.Parts.Write(escaped);
    }

    /// <inheritdoc/>
    protected override void Tell(int choice, ReadOnlySpan<byte> part)
    {
        var candidate = Of(choice);
        EndText(candidate);
        Separate(candidate);
        candidate.Parts.Write(part);
    }

    private static void EndText(AnswerCandidate candidate)
    {
        if (candidate.IsThinking is { } isThought)
        {
            candidate.Parts.Write(isThought ? "\",\"thought\":true}"u8 : "\"}"u8);
            candidate.IsThinking = null;
        }
    }

    private static void Separate(AnswerCandidate candidate) => candidate.Parts.Write(candidate.Parts.WrittenCount > 0 ? ","u8 : default);
}
