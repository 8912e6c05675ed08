using System.Buffers;
using Switchboard.Gateway.Surfaces;
using Switchboard.Gateway.Translation.Chat;
using Switchboard.Protocol.Errors;

namespace Switchboard.Gateway.Translation.Anthropic.Surface;

/// <summary>A chat completion as the events of a message: each piece becomes events at once.</summary>
/// <remarks>Source: the Messages API, "Streaming Messages".</remarks>
internal sealed class ChatAnswerToAnthropicStream(IBufferWriter<byte> output, ChatStamp stamp) : AnthropicBlocks(stamp), ISurfaceStream
{
    private bool _hasBegun;
    private int _index;

    /// <inheritdoc/>
    public override void Begin(ReadOnlySpan<byte> id, ReadOnlySpan<byte> model)
    {
        if (_hasBegun)
        {
            return;
        }

        _hasBegun = true;
        output.Write("event: message_start\ndata: {\"type\":\"message_start\",\"message\":{\"id\":\""u8);
        Put(id, "msg_", Stamp.NewId());
        output.Write("\",\"type\":\"message\",\"role\":\"assistant\",\"model\":\""u8);
        Put(model, "", Stamp.Model);

        // What the prompt cost is told at the end: before it, nobody knows.
        output.Write("\",\"content\":[],\"stop_reason\":null,\"stop_sequence\":null,\"usage\":"u8);
        WriteUsage(output);
        output.Write("}}\n\n"u8);
    }

    /// <inheritdoc/>
    public void KeepAlive() => output.Write("event: ping\ndata: {\"type\":\"ping\"}\n\n"u8);

    /// <inheritdoc/>
    public void Fail(ErrorBody error) => AnthropicErrors.WriteEvent(output, error);

    /// <inheritdoc/>
    void ISurfaceStream.End()
    {
        Begin(default, default);
        End();
        output.Write("event: message_delta\ndata: {\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\""u8);
        output.Write(StopReason);
        output.Write("\",\"stop_sequence\":null},\"usage\":"u8);
        WriteUsage(output);
        output.Write("}\n\nevent: message_stop\ndata: {\"type\":\"message_stop\"}\n\n"u8);
    }

    /// <inheritdoc/>
    protected override void Start(AnthropicBlock block)
    {
        OpenStart();
        output.Write(block == AnthropicBlock.Text
            ? "{\"type\":\"text\",\"text\":\"\"}}\n\n"u8
            : "{\"type\":\"thinking\",\"thinking\":\"\",\"signature\":\"\"}}\n\n"u8);
    }

    /// <inheritdoc/>
    protected override void StartTool(ReadOnlySpan<byte> id, ReadOnlySpan<byte> name)
    {
        OpenStart();
        output.Write("{\"type\":\"tool_use\",\"id\":\""u8);
        output.Write(id);
        output.Write("\",\"name\":\""u8);
        output.Write(name);
        output.Write("\",\"input\":{}}}\n\n"u8);
    }

    /// <inheritdoc/>
    protected override void Write(ReadOnlySpan<byte> escaped) => Delta(
        Open switch
        {
            AnthropicBlock.Tool => "{\"type\":\"input_json_delta\",\"partial_json\":\""u8,
            AnthropicBlock.Thinking => "{\"type\":\"thinking_delta\",\"thinking\":\""u8,
            _ => "{\"type\":\"text_delta\",\"text\":\""u8,
        },
        escaped,
        "\"}}\n\n"u8);

    /// <inheritdoc/>
    protected override void WriteSignature(ReadOnlySpan<byte> escaped) => Delta("{\"type\":\"signature_delta\",\"signature\":\""u8, escaped, "\"}}\n\n"u8);

    /// <inheritdoc/>
    protected override void Cite(ReadOnlySpan<byte> json)
    {
        Delta("{\"type\":\"citations_delta\",\"citation\":"u8, default, default);
        SseJson.Write(output, json);
        output.Write("}}\n\n"u8);
    }

    /// <inheritdoc/>
    protected override void WriteRedacted(ReadOnlySpan<byte> escaped)
    {
        OpenStart();
        output.Write("{\"type\":\"redacted_thinking\",\"data\":\""u8);
        output.Write(escaped);
        output.Write("\"}}\n\n"u8);
        Close();
    }

    /// <inheritdoc/>
    protected override void Close()
    {
        output.Write("event: content_block_stop\ndata: {\"type\":\"content_block_stop\",\"index\":"u8);
        ChatJson.Number(output, _index++);
        output.Write("}\n\n"u8);
    }

    private void OpenStart()
    {
        Begin(default, default);
        output.Write("event: content_block_start\ndata: {\"type\":\"content_block_start\",\"index\":"u8);
        ChatJson.Number(output, _index);
        output.Write(",\"content_block\":"u8);
    }

    private void Delta(ReadOnlySpan<byte> head, ReadOnlySpan<byte> value, ReadOnlySpan<byte> tail)
    {
        output.Write("event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":"u8);
        ChatJson.Number(output, _index);
        output.Write(",\"delta\":"u8);
        output.Write(head);
        output.Write(value);
        output.Write(tail);
    }

    private void Put(ReadOnlySpan<byte> escaped, string prefix, string substitute)
    {
        if (escaped.IsEmpty)
        {
            ChatJson.Escape(output, prefix + substitute);
        }
        else
        {
            output.Write(escaped);
        }
    }
}
