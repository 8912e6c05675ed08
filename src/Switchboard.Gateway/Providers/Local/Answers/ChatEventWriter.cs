using System.Buffers;
using Switchboard.Engine;

namespace Switchboard.Gateway.Providers.Local.Answers;

/// <summary>Writes <c>chat.completion.chunk</c> events: the role first, then content, then the reason of the end.</summary>
internal sealed class ChatEventWriter(AnswerStamp stamp, bool includeUsage, int choices) : EventWriter(stamp, includeUsage)
{
    private readonly bool[] _begun = new bool[choices];

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

        if (!update.Text.IsEmpty || update.LogProbs is { Count: > 0 })
        {
            WriteContent(output, update);
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

    private void WriteContent(IBufferWriter<byte> output, in GenerationUpdate update)
    {
        var json = Begin(output);
        json.WriteStartObject();
        json.WriteNumber("index"u8, update.Choice);
        json.WriteStartObject("delta"u8);
        json.WriteString("content"u8, update.Text.Span);
        json.WriteEndObject();
        AnswerJson.WriteChatLogProbs(json, update.LogProbs);
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
