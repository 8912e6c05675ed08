using System.Buffers;
using System.Text.Json;
using Switchboard.Gateway.Surfaces;
using Switchboard.Gateway.Translation.Chat;

namespace Switchboard.Gateway.Translation.Anthropic.Surface;

/// <summary>A chat completion as a whole message.</summary>
/// <remarks>Source: the Messages API, "Create a Message".</remarks>
internal sealed class ChatAnswerToAnthropicMessage(ChatStamp stamp) : AnthropicBlocks(stamp), ISurfaceBody
{
    private readonly ArrayBufferWriter<byte> _content = new(1024);
    private readonly ArrayBufferWriter<byte> _citations = new();
    private readonly ArrayBufferWriter<byte> _input = new();
    private byte[] _signature = [];
    private byte[] _id = [];
    private byte[] _model = [];

    /// <inheritdoc/>
    public override void Begin(ReadOnlySpan<byte> id, ReadOnlySpan<byte> model) => (_id, _model) = (id.ToArray(), model.ToArray());

    /// <inheritdoc/>
    public void WriteTo(IBufferWriter<byte> output)
    {
        End();
        output.Write("{\"id\":\""u8);
        Put(output, _id, "msg_" + Stamp.NewId());
        output.Write("\",\"type\":\"message\",\"role\":\"assistant\",\"model\":\""u8);
        Put(output, _model, Stamp.Model);
        output.Write("\",\"content\":["u8);
        output.Write(_content.WrittenSpan);
        output.Write("],\"stop_reason\":\""u8);
        output.Write(StopReason);
        output.Write("\",\"stop_sequence\":null,\"usage\":"u8);
        WriteUsage(output);
        output.Write("}"u8);
    }

    /// <inheritdoc/>
    protected override void Start(AnthropicBlock block)
    {
        Separate();
        _content.Write(block == AnthropicBlock.Text ? "{\"type\":\"text\",\"text\":\""u8 : "{\"type\":\"thinking\",\"thinking\":\""u8);
    }

    /// <inheritdoc/>
    protected override void StartTool(ReadOnlySpan<byte> id, ReadOnlySpan<byte> name)
    {
        Separate();
        _content.Write("{\"type\":\"tool_use\",\"id\":\""u8);
        _content.Write(id);
        _content.Write("\",\"name\":\""u8);
        _content.Write(name);
        _content.Write("\",\"input\":"u8);
        _input.ResetWrittenCount();
    }

    /// <inheritdoc/>
    protected override void Write(ReadOnlySpan<byte> escaped) => (Open == AnthropicBlock.Tool ? _input : _content).Write(escaped);

    /// <inheritdoc/>
    protected override void WriteSignature(ReadOnlySpan<byte> escaped) => _signature = escaped.ToArray();

    /// <inheritdoc/>
    protected override void Cite(ReadOnlySpan<byte> json)
    {
        _citations.Write(_citations.WrittenCount > 0 ? ","u8 : default);
        _citations.Write(json);
    }

    /// <inheritdoc/>
    protected override void WriteRedacted(ReadOnlySpan<byte> escaped)
    {
        Separate();
        _content.Write("{\"type\":\"redacted_thinking\",\"data\":\""u8);
        _content.Write(escaped);
        _content.Write("\"}"u8);
    }

    /// <inheritdoc/>
    protected override void Close()
    {
        switch (Open)
        {
            case AnthropicBlock.Tool:
                WriteInput();
                break;
            case AnthropicBlock.Thinking:
                _content.Write("\",\"signature\":\""u8);
                _content.Write(_signature);
                _content.Write("\""u8);
                _signature = [];
                break;
            default:
                _content.Write("\""u8);
                WriteCitations();
                break;
        }

        _content.Write("}"u8);
    }

    private void WriteCitations()
    {
        if (_citations.WrittenCount > 0)
        {
            _content.Write(",\"citations\":["u8);
            _content.Write(_citations.WrittenSpan);
            _content.Write("]"u8);
            _citations.ResetWrittenCount();
        }
    }

    // The arguments are a text in chat and an object here.
    private void WriteInput()
    {
        byte[] quoted = [(byte)'"', .. _input.WrittenSpan, (byte)'"'];
        using var json = new Utf8JsonWriter(_content, new JsonWriterOptions { SkipValidation = true });
        Translation.ToolArguments.WriteObject(json, JsonElement.Parse(quoted));
    }

    private void Separate() => _content.Write(_content.WrittenCount > 0 ? ","u8 : default);

    private static void Put(IBufferWriter<byte> output, byte[] escaped, string substitute)
    {
        if (escaped.Length == 0)
        {
            ChatJson.Escape(output, substitute);
        }
        else
        {
            output.Write(escaped);
        }
    }
}
