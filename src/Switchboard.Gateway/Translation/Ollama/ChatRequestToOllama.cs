using System.Text.Json;
using Switchboard.Gateway.Translation.Chat.Requests;

namespace Switchboard.Gateway.Translation.Ollama;

/// <summary>A chat request as one of Ollama's chat API.</summary>
/// <remarks>Source: Ollama's API reference, "Generate a chat message".</remarks>
internal static class ChatRequestToOllama
{
    /// <summary>Writes the request.</summary>
    public static void Write(Utf8JsonWriter json, ChatRequestView chat, string model, bool isStream, RequestNotes notes)
    {
        json.WriteStartObject();
        json.WriteString("model"u8, model);

        // Ollama streams unless it is told not to.
        json.WriteBoolean("stream"u8, isStream);
        OllamaMessages.Write(json, chat, notes);
        OllamaTools.Write(json, chat, notes);
        WriteFormat(json, chat, notes);
        WriteThink(json, chat, model);
        OllamaOptions.Write(json, chat);
        WriteMembers(json, chat, notes);
        json.WriteEndObject();
    }

    // The members that are not looked at elsewhere, in the order they came.
    private static void WriteMembers(Utf8JsonWriter json, ChatRequestView chat, RequestNotes notes)
    {
        foreach (var member in chat.Root.EnumerateObject())
        {
            if (IsElsewhere(member.Name) || OllamaOptions.Has(member.Name))
            {
                continue;
            }

            switch (member.Name)
            {
                case "keep_alive" or "truncate" or "shift":
                    json.WritePropertyName(member.Name);
                    json.WriteRaw(member.Value);
                    break;
                case "logprobs" or "top_logprobs" when !RequestNotes.IsNeutral(member):
                    json.WritePropertyName(member.Name);
                    json.WriteRaw(member.Value);
                    break;
                case "parallel_tool_calls" when member.Value.ValueKind == JsonValueKind.False:
                    notes.Lacks(member.Name);
                    break;
                case "parallel_tool_calls" or "logprobs" or "top_logprobs":
                    break;
                case "n" or "modalities" when !RequestNotes.IsNeutral(member):
                    notes.LacksMuch(member.Name);
                    break;
                default:
                    if (!RequestNotes.IsNeutral(member))
                    {
                        notes.Lacks(member.Name);
                    }

                    break;
            }
        }
    }

    private static bool IsElsewhere(string member) => member is
        "model" or "messages" or "stream" or "stream_options" or "tools" or "functions" or "tool_choice" or "function_call"
        or "response_format" or "format" or "reasoning_effort" or "think" or "thinking";

    private static void WriteFormat(Utf8JsonWriter json, ChatRequestView chat, RequestNotes notes)
    {
        if (chat.Root.Find("format"u8) is { } own)
        {
            json.WriteRaw("format"u8, own);
            return;
        }

        if (chat.Root.Find("response_format"u8) is not { } format)
        {
            return;
        }

        switch (format.Text("type"u8))
        {
            case "text":
                break;
            case "json_object":
                json.WriteString("format"u8, "json"u8);
                break;
            default:
                if (format.Find("json_schema"u8)?.Find("schema"u8) is { ValueKind: JsonValueKind.Object } schema)
                {
                    json.WriteRaw("format"u8, schema);
                }
                else
                {
                    notes.LacksMuch("response_format");
                }

                break;
        }
    }

    // true or false; gpt-oss alone is told how much, by low, medium and high. Servers of 2025 refuse that for all others,
    // and later ones take it for true.
    private static void WriteThink(Utf8JsonWriter json, ChatRequestView chat, string model)
    {
        if (chat.Root.Find("think"u8) is { } own)
        {
            json.WriteRaw("think"u8, own);
        }
        else if (chat.Root.Text("reasoning_effort"u8) is { } effort)
        {
            if (effort == "none" || !model.Contains("gpt-oss", StringComparison.OrdinalIgnoreCase))
            {
                json.WriteBoolean("think"u8, effort != "none");
            }
            else
            {
                json.WriteString("think"u8, effort switch { "minimal" or "low" => "low"u8, "medium" => "medium"u8, _ => "high"u8 });
            }
        }
        else if (chat.Root.Find("thinking"u8)?.Text("type"u8) is { } type)
        {
            json.WriteBoolean("think"u8, type != "disabled");
        }
    }
}
