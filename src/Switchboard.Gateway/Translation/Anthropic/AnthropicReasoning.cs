using System.Buffers;
using System.Text.Json;
using Switchboard.Gateway.Translation.Chat;

namespace Switchboard.Gateway.Translation.Anthropic;

/// <summary>
/// The thinking of Anthropic's models in <c>reasoning_details</c>, the shape of OpenRouter: its signature has to come
/// back unchanged with the next turn, or the model refuses to go on calling tools.
/// </summary>
internal sealed class AnthropicReasoning
{
    private const string Format = "anthropic-claude-v1";

    private readonly ArrayBufferWriter<byte> _text = new();
    private readonly ArrayBufferWriter<byte> _detail = new();
    private int _blocks;

    /// <summary>Begins a block of thinking.</summary>
    public void Begin() => _text.ResetWrittenCount();

    /// <summary>Tells more of the block's text; it is kept until the signature comes, which is of all of it.</summary>
    public void Think(ReadOnlySpan<byte> escaped, IChatOutput output, int choice)
    {
        if (!escaped.IsEmpty)
        {
            _text.Write(escaped);
            output.Reasoning(choice, escaped);
        }
    }

    /// <summary>Tells the block's signature.</summary>
    public void Sign(ReadOnlySpan<byte> escaped, IChatOutput output, int choice)
    {
        if (escaped.IsEmpty)
        {
            return;
        }

        _detail.ResetWrittenCount();
        _detail.Write("{\"type\":\"reasoning.text\",\"text\":\""u8);
        _detail.Write(_text.WrittenSpan);
        _detail.Write("\",\"signature\":\""u8);
        End(escaped, output, choice);
    }

    /// <summary>Tells a block of thinking that is not to be read.</summary>
    public void Redacted(ReadOnlySpan<byte> escaped, IChatOutput output, int choice)
    {
        _detail.ResetWrittenCount();
        _detail.Write("{\"type\":\"reasoning.encrypted\",\"data\":\""u8);
        End(escaped, output, choice);
    }

    /// <summary>Writes the blocks of thinking of an assistant's message, as far as they can be sent back: with a signature.</summary>
    public static void WriteBlocks(Utf8JsonWriter json, JsonElement message)
    {
        if (OwnBlocks(message) is { } blocks)
        {
            foreach (var block in blocks.EnumerateArray())
            {
                json.WriteRaw(block);
            }

            return;
        }

        foreach (var detail in Details(message))
        {
            WriteBlock(json, message, detail);
        }
    }

    /// <summary>True for a message that has such blocks.</summary>
    public static bool HasBlocks(JsonElement message) => OwnBlocks(message) is { } blocks ? blocks.GetArrayLength() > 0 : Details(message).Any();

    // As LiteLLM has it: Anthropic's own blocks.
    private static JsonElement? OwnBlocks(JsonElement message) => message.Find("thinking_blocks"u8) is { ValueKind: JsonValueKind.Array } blocks ? blocks : null;

    // A conversation may have been with another's model before: its signatures mean nothing here.
    private static IEnumerable<JsonElement> Details(JsonElement message) => message.Find("reasoning_details"u8) is { ValueKind: JsonValueKind.Array } details
        ? details.EnumerateArray().Where(detail => detail.Text("format"u8) is null or Format && (IsEncrypted(detail) || !detail.Escaped("signature"u8).IsEmpty))
        : [];

    private static bool IsEncrypted(JsonElement detail) => detail.Text("type"u8) == "reasoning.encrypted" && detail.Find("data"u8) is not null;

    private static void WriteBlock(Utf8JsonWriter json, JsonElement message, JsonElement detail)
    {
        if (IsEncrypted(detail))
        {
            json.WriteStartObject();
            json.WriteString("type"u8, "redacted_thinking"u8);
            json.WriteRaw("data"u8, detail.GetProperty("data"u8));
            json.WriteEndObject();
        }
        else
        {
            json.WriteStartObject();
            json.WriteString("type"u8, "thinking"u8);
            if ((detail.Find("text"u8) ?? message.Find("reasoning_content"u8) ?? message.Find("reasoning"u8)) is { ValueKind: JsonValueKind.String } text)
            {
                json.WriteRaw("thinking"u8, text);
            }
            else
            {
                json.WriteString("thinking"u8, ""u8);
            }

            json.WriteRaw("signature"u8, detail.GetProperty("signature"u8));
            json.WriteEndObject();
        }
    }

    private void End(ReadOnlySpan<byte> escaped, IChatOutput output, int choice)
    {
        _detail.Write(escaped);
        _detail.Write("\",\"format\":\"anthropic-claude-v1\",\"index\":"u8);
        ChatJson.Number(_detail, _blocks++);
        _detail.Write("}"u8);
        output.ReasoningDetail(choice, _detail.WrittenSpan);
    }
}
