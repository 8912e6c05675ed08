using System.Buffers;
using Switchboard.Engine;

namespace Switchboard.Gateway.Providers.Local.Answers;

/// <summary>Writes <c>chat.completion.chunk</c> events: the role first, then content, then the reason of the end.</summary>
internal sealed class ChatEventWriter(AnswerStamp stamp, bool includeUsage, int choices) : EventWriter(stamp, includeUsage)
{
    private readonly bool[] _begun = new bool[choices];
    private readonly bool[] _hasText = new bool[choices];

    /// <inheritdoc/>
    protected override ReadOnlySpan<byte> Kind => "chat.completion.chunk"u8;

    /// <inheritdoc/>
    public override void Write(IBufferWriter<byte> output, in GenerationUpdate update)
    {
        if (!_begun[update.Choice])
        {
            _begun[update.Choice] = true;
            WriteRole(output, update.Choice);
        }

        var text = update.Text.Span;
        if (!_hasText[update.Choice] && !text.IsEmpty)
        {
            _hasText[update.Choice] = true;
            text = AnswerJson.WithoutFirstSpace(text);
        }

        if (!text.IsEmpty || update.LogProbs is { Count: > 0 })
        {
            WriteContent(output, update.Choice, text, update.LogProbs);
        }

        if (update.Finish is { } finish)
        {
            WriteFinish(output, update.Choice, finish);
        }
    }

    private void WriteRole(IBufferWriter<byte> output, int choice)
    {
        var json = Begin(output);
        json.WriteStartObject();
        json.WriteNumber("index"u8, choice);
        json.WriteStartObject("delta"u8);
        json.WriteString("role"u8, "assistant"u8);
        json.WriteString("content"u8, ""u8);
        json.WriteNull("refusal"u8);
        json.WriteEndObject();
        json.WriteNull("logprobs"u8);
        json.WriteNull("finish_reason"u8);
        json.WriteEndObject();
        End(output);
    }

    private void WriteContent(IBufferWriter<byte> output, int choice, ReadOnlySpan<byte> text, IReadOnlyList<TokenLogProb>? logProbs)
    {
        var json = Begin(output);
        json.WriteStartObject();
        json.WriteNumber("index"u8, choice);
        json.WriteStartObject("delta"u8);
        json.WriteString("content"u8, text);
        json.WriteEndObject();
        AnswerJson.WriteChatLogProbs(json, logProbs);
        json.WriteNull("finish_reason"u8);
        json.WriteEndObject();
        End(output);
    }

    private void WriteFinish(IBufferWriter<byte> output, int choice, FinishKind finish)
    {
        var json = Begin(output);
        json.WriteStartObject();
        json.WriteNumber("index"u8, choice);
        json.WriteStartObject("delta"u8);
        json.WriteEndObject();
        json.WriteNull("logprobs"u8);
        AnswerJson.WriteFinish(json, finish);
        json.WriteEndObject();
        End(output);
    }
}
