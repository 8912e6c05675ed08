using System.Text.Json;

namespace Switchboard.Gateway.Translation.Bedrock;

/// <summary>
/// The thinking of Claude on its way back, from <c>reasoning_details</c>. It is told as Anthropic's own API tells it, so a
/// conversation can go on at either; what the models of others thought is not sent.
/// </summary>
internal static class BedrockReasoning
{
    private const string Format = "anthropic-claude-v1";

    /// <summary>Writes the blocks of thinking of an assistant's message, as far as they can be sent back.</summary>
    public static void Write(Utf8JsonWriter json, JsonElement message)
    {
        if (message.Find("reasoning_details"u8) is not { ValueKind: JsonValueKind.Array } details)
        {
            return;
        }

        foreach (var detail in details.EnumerateArray().Where(detail => detail.Text("format"u8) is null or Format))
        {
            if (detail.Text("type"u8) == "reasoning.encrypted" && detail.Find("data"u8) is { ValueKind: JsonValueKind.String } data)
            {
                json.WriteStartObject();
                json.WriteStartObject("reasoningContent"u8);
                json.WriteRaw("redactedContent"u8, data);
                json.WriteEndObject();
                json.WriteEndObject();
            }
            else if (detail.Find("signature"u8) is { ValueKind: JsonValueKind.String } signature)
            {
                WriteText(json, detail, signature);
            }
        }
    }

    private static void WriteText(Utf8JsonWriter json, JsonElement detail, JsonElement signature)
    {
        json.WriteStartObject();
        json.WriteStartObject("reasoningContent"u8);
        json.WriteStartObject("reasoningText"u8);
        if (detail.Find("text"u8) is { ValueKind: JsonValueKind.String } text)
        {
            json.WriteRaw("text"u8, text);
        }
        else
        {
            json.WriteString("text"u8, ""u8);
        }

        json.WriteRaw("signature"u8, signature);
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndObject();
    }
}
