using System.Buffers;
using System.Text.Json;
using Switchboard.Gateway.Translation.Chat;

namespace Switchboard.Gateway.Translation.Cohere;

/// <summary>
/// The reasoning of Cohere's models, and the plan that others tell before they call tools, in <c>reasoning_details</c>:
/// a conversation that goes on is to hold them. What other providers thought is not sent to Cohere.
/// </summary>
internal sealed class CohereReasoning
{
    private const string Thinking = "cohere-thinking-v2";
    private const string Plan = "cohere-tool-plan-v2";

    private readonly ArrayBufferWriter<byte> _text = new();
    private bool _isPlan;
    private int _details;

    /// <summary>Tells more of it.</summary>
    public void Add(ReadOnlySpan<byte> escaped, bool isPlan, IChatOutput output, int choice)
    {
        if (escaped.IsEmpty)
        {
            return;
        }

        if (isPlan != _isPlan)
        {
            End(output, choice);
            _isPlan = isPlan;
        }

        _text.Write(escaped);
        output.Reasoning(choice, escaped);
    }

    /// <summary>Tells all that was added as one detail, if there is any.</summary>
    public void End(IChatOutput output, int choice)
    {
        if (_text.WrittenCount == 0)
        {
            return;
        }

        var detail = new ArrayBufferWriter<byte>(_text.WrittenCount + 128);
        detail.Write("{\"type\":\"reasoning.text\",\"text\":\""u8);
        detail.Write(_text.WrittenSpan);
        detail.Write("\",\"format\":\""u8);
        ChatJson.Escape(detail, _isPlan ? Plan : Thinking);
        detail.Write("\",\"index\":"u8);
        ChatJson.Number(detail, _details++);
        detail.Write("}"u8);
        output.ReasoningDetail(choice, detail.WrittenSpan);
        _text.ResetWrittenCount();
    }

    /// <summary>True for an assistant's message with reasoning of Cohere's.</summary>
    public static bool HasThinking(JsonElement message) => Of(message, Thinking).Any();

    /// <summary>Writes the reasoning of an assistant's message as parts of its content.</summary>
    public static void WriteThinking(Utf8JsonWriter json, JsonElement message)
    {
        foreach (var text in Of(message, Thinking))
        {
            json.WriteStartObject();
            json.WriteString("type"u8, "thinking"u8);
            json.WriteRaw("thinking"u8, text);
            json.WriteEndObject();
        }
    }

    /// <summary>Writes the plan of an assistant's message.</summary>
    public static void WritePlan(Utf8JsonWriter json, JsonElement message)
    {
        if (message.Find("tool_plan"u8) is { ValueKind: JsonValueKind.String } own)
        {
            json.WriteRaw("tool_plan"u8, own);
        }
        else if (Of(message, Plan).ToArray() is [var plan, ..])
        {
            json.WriteRaw("tool_plan"u8, plan);
        }
    }

    private static IEnumerable<JsonElement> Of(JsonElement message, string format) =>
        message.Find("reasoning_details"u8) is { ValueKind: JsonValueKind.Array } details
            ? details.EnumerateArray().Where(detail => detail.Text("format"u8) == format).Select(detail => detail.Find("text"u8) ?? default).Where(text => text.ValueKind == JsonValueKind.String)
            : [];
}
