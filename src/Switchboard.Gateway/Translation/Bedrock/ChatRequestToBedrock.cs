using System.Text.Json;
using Switchboard.Gateway.Translation.Anthropic;
using Switchboard.Gateway.Translation.Chat.Requests;
using Switchboard.Gateway.Translation.Cohere;

namespace Switchboard.Gateway.Translation.Bedrock;

/// <summary>A chat request as one of the Converse API of Amazon Bedrock. Model and stream stand in its path.</summary>
/// <remarks>Source: the API reference of Amazon Bedrock Runtime, "Converse".</remarks>
internal static class ChatRequestToBedrock
{
    // Room for an answer beside what a model may think; only where it has to be told.
    private const int UsualMaxTokens = 8192;

    /// <summary>Writes the request.</summary>
    public static void Write(Utf8JsonWriter json, ChatRequestView chat, string id, RequestNotes notes)
    {
        var model = new BedrockModel(id);
        var thinking = model.IsClaude && !BedrockFields.AreOwn(chat) ? AnthropicThinking.Of(chat, id, UsualMaxTokens, notes) : null;
        json.WriteStartObject();
        BedrockMessages.Write(json, chat, notes);
        BedrockTools.Write(json, chat, model, thinking?.IsOn == true, notes);
        WriteInference(json, chat, model, thinking, notes);
        BedrockFields.Write(json, chat, model, thinking, notes);
        WriteFormat(json, chat, notes);
        foreach (var member in chat.Root.EnumerateObject())
        {
            WriteMember(json, member, notes);
        }

        json.WriteEndObject();
    }

    private static void WriteInference(Utf8JsonWriter json, ChatRequestView chat, BedrockModel model, AnthropicThinking? thinking, RequestNotes notes)
    {
        json.WriteStartObject("inferenceConfig"u8);
        if ((thinking?.IsOn == true ? thinking.MaxTokens : chat.MaxTokens) is { } most)
        {
            json.WriteNumber("maxTokens"u8, most);
        }

        if (chat.Root.Find("temperature"u8) is { ValueKind: JsonValueKind.Number } temperature)
        {
            WriteTemperature(json, temperature, thinking, notes);
        }

        if (chat.Root.Find("top_p"u8) is { ValueKind: JsonValueKind.Number } topP)
        {
            json.WritePropertyName("topP"u8);
            if (model.IsCohere)
            {
                ChatRequestToCohere.WriteTopP(json, topP);
            }
            else
            {
                json.WriteRaw(topP);
            }
        }

        if (chat.Stops.Count > 0)
        {
            json.WriteStartArray("stopSequences"u8);
            foreach (var stop in chat.Stops)
            {
                json.WriteStringValue(stop);
            }

            json.WriteEndArray();
        }

        json.WriteEndObject();
    }

    // Up to 2 with OpenAI, up to 1 here; and thinking goes with none but the usual one.
    private static void WriteTemperature(Utf8JsonWriter json, JsonElement temperature, AnthropicThinking? thinking, RequestNotes notes)
    {
        if (thinking?.IsOn != true)
        {
            json.WritePropertyName("temperature"u8);
            if (temperature.GetDouble() > 1)
            {
                json.WriteNumberValue(1);
            }
            else
            {
                json.WriteRaw(temperature);
            }
        }
        else if (temperature.GetDouble() != 1)
        {
            notes.Lacks("temperature");
        }
    }

    private static void WriteFormat(Utf8JsonWriter json, ChatRequestView chat, RequestNotes notes)
    {
        // The form without a schema is asked for in words, in BedrockMessages.
        if (chat.Root.Find("response_format"u8) is not { } format || format.Text("type"u8) is "text" or "json_object")
        {
            return;
        }

        if (format.Find("json_schema"u8) is not { } named || named.Find("schema"u8) is not { ValueKind: JsonValueKind.Object } schema)
        {
            notes.LacksMuch("response_format");
            return;
        }

        json.WriteStartObject("outputConfig"u8);
        json.WriteStartObject("textFormat"u8);
        json.WriteString("type"u8, "json_schema"u8);
        json.WriteStartObject("structure"u8);
        json.WriteStartObject("jsonSchema"u8);
        json.WriteString("schema"u8, schema.Raw());
        json.WriteString("name"u8, named.Text("name"u8) ?? "response");
        if (named.Find("description"u8) is { ValueKind: JsonValueKind.String } description)
        {
            json.WriteRaw("description"u8, description);
        }

        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndObject();
    }

    // The members that are not looked at elsewhere, in the order they came.
    private static void WriteMember(Utf8JsonWriter json, JsonProperty member, RequestNotes notes)
    {
        if (member.Name == "parallel_tool_calls" && member.Value.ValueKind == JsonValueKind.False)
        {
            notes.Lacks(member.Name);
        }

        if (IsElsewhere(member.Name) || BedrockFields.Has(member.Name) || RequestNotes.IsNeutral(member))
        {
            return;
        }

        switch (member.Name)
        {
            case "guardrailConfig" or "performanceConfig" or "requestMetadata" or "promptVariables" or "additionalModelResponseFieldPaths" or "serviceTier":
                json.WritePropertyName(member.Name);
                json.WriteRaw(member.Value);
                break;
            case "service_tier" when member.Value.ValueKind == JsonValueKind.String && member.Value.GetString() is "default" or "flex" or "priority":
                json.WriteStartObject("serviceTier"u8);
                json.WriteRaw("type"u8, member.Value);
                json.WriteEndObject();
                break;
            case "n" or "modalities":
                notes.LacksMuch(member.Name);
                break;
            default:
                notes.Lacks(member.Name);
                break;
        }
    }

    private static bool IsElsewhere(string member) => member is
        "model" or "messages" or "stream" or "stream_options" or "max_tokens" or "max_completion_tokens" or "temperature" or "top_p" or "stop"
        or "tools" or "functions" or "tool_choice" or "function_call" or "parallel_tool_calls" or "response_format";
}
