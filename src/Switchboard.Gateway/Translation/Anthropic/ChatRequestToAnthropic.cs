using System.Text.Json;
using Switchboard.Gateway.Translation.Chat.Requests;

namespace Switchboard.Gateway.Translation.Anthropic;

/// <summary>A chat request as one of the Messages API of Anthropic.</summary>
/// <remarks>Source: the Messages API, "Create a Message".</remarks>
internal static class ChatRequestToAnthropic
{
    // What Anthropic asks for and OpenAI does not; enough for most answers, and within what every model of theirs may.
    private const int UsualMaxTokens = 8192;

    /// <summary>Writes the request.</summary>
    public static void Write(Utf8JsonWriter json, ChatRequestView chat, string model, bool isStream, RequestNotes notes)
    {
        var thinking = AnthropicThinking.Of(chat, model, UsualMaxTokens, notes);
        json.WriteStartObject();
        json.WriteString("model"u8, model);
        json.WriteNumber("max_tokens"u8, thinking.MaxTokens);
        if (isStream)
        {
            json.WriteBoolean("stream"u8, true);
        }

        AnthropicMessages.Write(json, chat, notes);
        AnthropicTools.Write(json, chat, thinking, notes);
        thinking.Write(json);
        WriteOutputConfig(json, chat, thinking, notes);
        WriteMembers(json, chat, thinking, notes);
        json.WriteEndObject();
    }

    // The members that are not looked at elsewhere, in the order they came.
    private static void WriteMembers(Utf8JsonWriter json, ChatRequestView chat, AnthropicThinking thinking, RequestNotes notes)
    {
        foreach (var member in chat.Root.EnumerateObject())
        {
            if (IsElsewhere(member.Name) || RequestNotes.IsNeutral(member))
            {
                continue;
            }

            switch (member.Name)
            {
                case "temperature" or "top_k" when thinking.IsOn:
                    // Thinking goes with none but the usual temperature.
                    NoteSampling(member, notes);
                    break;
                case "temperature" when member.Value.ValueKind == JsonValueKind.Number:
                    // Up to 2 with OpenAI, up to 1 here.
                    json.WriteNumber("temperature"u8, Math.Min(member.Value.GetDouble(), 1));
                    break;
                case "top_p" when member.Value.ValueKind == JsonValueKind.Number:
                    json.WriteRaw("top_p"u8, member.Value);
                    break;
                case "stop":
                    WriteStops(json, chat, notes);
                    break;
                case "user" when member.Value.ValueKind == JsonValueKind.String:
                    json.WriteStartObject("metadata"u8);
                    json.WriteRaw("user_id"u8, member.Value);
                    json.WriteEndObject();
                    break;
                case "safety_identifier" when member.Value.ValueKind == JsonValueKind.String:
                    WriteSafetyIdentifier(json, chat, member.Value);
                    break;
                case "service_tier":
                    WriteServiceTier(json, member.Value, notes);
                    break;
                case "n":
                    notes.LacksMuch("n");
                    break;
                case "top_k" or "container" or "context_management" or "mcp_servers" or "inference_geo" or "cache_control" or "speed" or "fallbacks":
                    json.WritePropertyName(member.Name);
                    json.WriteRaw(member.Value);
                    break;
                default:
                    notes.Lacks(member.Name);
                    break;
            }
        }
    }

    private static bool IsElsewhere(string member) => member is
        "model" or "messages" or "stream" or "stream_options" or "max_tokens" or "max_completion_tokens"
        or "tools" or "functions" or "tool_choice" or "function_call" or "parallel_tool_calls" or "web_search_options"
        or "reasoning_effort" or "thinking" or "response_format" or "output_config";

    private static void NoteSampling(JsonProperty member, RequestNotes notes)
    {
        if (member.Name != "temperature" || !member.Value.TryGetDouble(out var temperature) || temperature != 1)
        {
            notes.Lacks(member.Name);
        }
    }

    private static void WriteStops(Utf8JsonWriter json, ChatRequestView chat, RequestNotes notes)
    {
        // One of blanks alone is refused there.
        var stops = chat.Stops.Where(stop => !string.IsNullOrWhiteSpace(stop)).ToArray();
        if (stops.Length < chat.Stops.Count)
        {
            notes.Lacks("stop");
        }

        if (stops.Length == 0)
        {
            return;
        }

        json.WriteStartArray("stop_sequences"u8);
        foreach (var stop in stops)
        {
            json.WriteStringValue(stop);
        }

        json.WriteEndArray();
    }

    private static void WriteSafetyIdentifier(Utf8JsonWriter json, ChatRequestView chat, JsonElement identifier)
    {
        // `user` is the older word for the same.
        if (chat.Root.Find("user"u8) is null)
        {
            json.WriteStartObject("metadata"u8);
            json.WriteRaw("user_id"u8, identifier);
            json.WriteEndObject();
        }
    }

    private static void WriteServiceTier(Utf8JsonWriter json, JsonElement tier, RequestNotes notes)
    {
        if (tier.ValueKind == JsonValueKind.String && tier.ValueEquals("default"u8))
        {
            json.WriteString("service_tier"u8, "standard_only"u8);
        }
        else
        {
            notes.Lacks("service_tier");
        }
    }

    private static void WriteOutputConfig(Utf8JsonWriter json, ChatRequestView chat, AnthropicThinking thinking, RequestNotes notes)
    {
        var schema = SchemaOf(chat, notes);
        var own = chat.Root.Find("output_config"u8);
        if (schema is null && thinking.Effort is null && own is null)
        {
            return;
        }

        json.WriteStartObject("output_config"u8);
        WriteOwnConfig(json, own, notes);
        if (thinking.Effort is { } effort && own?.Find("effort"u8) is null)
        {
            json.WriteString("effort"u8, effort);
        }

        if (schema is { } value && own?.Find("format"u8) is null)
        {
            json.WriteStartObject("format"u8);
            json.WriteString("type"u8, "json_schema"u8);
            json.WriteRaw("schema"u8, value);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    private static void WriteOwnConfig(Utf8JsonWriter json, JsonElement? own, RequestNotes notes)
    {
        if (own is { ValueKind: JsonValueKind.Object } config)
        {
            foreach (var member in config.EnumerateObject().Where(member => member.Value.ValueKind != JsonValueKind.Null))
            {
                json.WritePropertyName(member.Name);
                json.WriteRaw(member.Value);
            }
        }
        else if (own is not null)
        {
            notes.Lacks("output_config");
        }
    }

    // The form without a schema is asked for in words, in AnthropicMessages.
    private static JsonElement? SchemaOf(ChatRequestView chat, RequestNotes notes)
    {
        if (chat.Root.Find("response_format"u8) is not { } format || format.Text("type"u8) is "text" or "json_object")
        {
            return null;
        }

        if (format.Find("json_schema"u8)?.Find("schema"u8) is { ValueKind: JsonValueKind.Object } schema)
        {
            return schema;
        }

        notes.LacksMuch("response_format");
        return null;
    }
}
