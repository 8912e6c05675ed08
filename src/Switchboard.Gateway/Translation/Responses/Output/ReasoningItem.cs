using System.Buffers;

namespace Switchboard.Gateway.Translation.Responses.Output;

/// <summary>
/// What the model thought before it answered. It is told as a summary, which is what the SDKs of OpenAI show; what the
/// provider wants back with the next turn is its encrypted content.
/// </summary>
internal sealed class ReasoningItem(string id, int index) : OutputItem(id, index)
{
    private readonly ArrayBufferWriter<byte> _text = new();
    private readonly ArrayBufferWriter<byte> _details = new();
    private bool _hasText;

    /// <summary>More of the reasoning, as it stands inside a JSON string.</summary>
    public void Think(ResponseEvents? events, ReadOnlySpan<byte> escaped)
    {
        if (!_hasText)
        {
            _hasText = true;
            events?.Raw("response.reasoning_summary_part.added"u8, this, ",\"summary_index\":"u8, 0, ",\"part\":"u8, "{\"type\":\"summary_text\",\"text\":\"\"}"u8);
        }

        _text.Write(escaped);
        events?.Text("response.reasoning_summary_text.delta"u8, this, ",\"summary_index\":"u8, 0, ",\"delta\":"u8, escaped);
    }

    /// <summary>An element of <c>reasoning_details</c>, raw JSON. It may come when the item has ended.</summary>
    public void Keep(ReadOnlySpan<byte> detail)
    {
        _details.Write(_details.WrittenCount > 0 ? ","u8 : default);
        _details.Write(detail);
    }

    /// <inheritdoc/>
    public override void WriteTo(IBufferWriter<byte> output, bool includesEncrypted)
    {
        WriteHead(output, "reasoning"u8);
        if (includesEncrypted && _details.WrittenCount > 0)
        {
            output.Write(",\"encrypted_content\":\""u8);
            EncryptedReasoning.Pack(output, _details.WrittenSpan);
            output.Write("\""u8);
        }

        output.Write(",\"summary\":["u8);
        if (_hasText && Status != ItemStatus.InProgress)
        {
            output.Write("{\"type\":\"summary_text\",\"text\":\""u8);
            output.Write(_text.WrittenSpan);
            output.Write("\"}"u8);
        }

        output.Write("]}"u8);
    }

    /// <inheritdoc/>
    protected override void CloseParts(ResponseEvents? events)
    {
        if (_hasText && events is not null)
        {
            events.Text("response.reasoning_summary_text.done"u8, this, ",\"summary_index\":"u8, 0, ",\"text\":"u8, _text.WrittenSpan);
            events.Raw(
                "response.reasoning_summary_part.done"u8, this, ",\"summary_index\":"u8, 0, ",\"part\":"u8,
                [.. "{\"type\":\"summary_text\",\"text\":\""u8, .. _text.WrittenSpan, .. "\"}"u8]);
        }
    }
}
