using System.Text.Json;
using Switchboard.Gateway.Translation.Chat.Requests;

namespace Switchboard.Gateway.Translation.Mistral;

/// <summary>A chat request as Mistral takes it, which refuses members it does not know.</summary>
/// <remarks>Source: Mistral's API specification, "Chat Completion".</remarks>
internal static class ChatRequestToMistral
{
    /// <summary>Writes the request.</summary>
    public static void Write(Utf8JsonWriter json, ChatRequestView chat, string model, bool isStream, RequestNotes notes)
    {
        json.WriteStartObject();
        json.WriteString("model"u8, model);
        if (isStream)
        {
            json.WriteBoolean("stream"u8, true);
        }

        if (chat.MaxTokens is { } most)
        {
            json.WriteNumber("max_tokens"u8, most);
        }

        foreach (var member in chat.Root.EnumerateObject())
        {
            if (!RequestNotes.IsNeutral(member))
            {
                WriteMember(json, chat, member, notes);
            }
        }

        json.WriteEndObject();
    }

    private static void WriteMember(Utf8JsonWriter json, ChatRequestView chat, JsonProperty member, RequestNotes notes)
    {
        switch (member.Name)
        {
            case "model" or "stream" or "stream_options" or "max_tokens" or "max_completion_tokens":
                break;
            case "messages":
                WriteMessages(json, chat, notes);
                break;
            case "seed":
                json.WriteRaw("random_seed"u8, member.Value);
                break;
            case "tool_choice" when member.Value.ValueKind == JsonValueKind.String && member.Value.ValueEquals("required"u8):
                json.WriteString("tool_choice"u8, "any"u8);
                break;
            case "functions" or "function_call" or "user" or "store" or "metadata" or "logit_bias" or "logprobs" or "top_logprobs" or "service_tier"
                or "safety_identifier" or "prompt_cache_retention" or "verbosity" or "modalities" or "audio" or "web_search_options" or "top_k":
                notes.Lacks(member.Name);
                break;
            default:
                json.WritePropertyName(member.Name);
                json.WriteRaw(member.Value);
                break;
        }
    }

    private static void WriteMessages(Utf8JsonWriter json, ChatRequestView chat, RequestNotes notes)
    {
        json.WriteStartArray("messages"u8);
        foreach (var turn in chat.Turns)
        {
            if (turn.Role == ChatRole.Assistant)
            {
                WriteAssistant(json, turn);
            }
            else
            {
                WriteTurn(json, turn, notes);
            }
        }

        json.WriteEndArray();
    }

    // `developer` is a role that Mistral does not know.
    private static void WriteTurn(Utf8JsonWriter json, ChatTurn turn, RequestNotes notes)
    {
        json.WriteStartObject();
        json.WriteString("role"u8, turn.Role switch { ChatRole.System => "system"u8, ChatRole.Tool => "tool"u8, _ => "user"u8 });
        foreach (var member in turn.Message.EnumerateObject())
        {
            switch (member.Name)
            {
                case "role":
                    break;
                case "content" when member.Value.ValueKind == JsonValueKind.Array:
                    WriteParts(json, turn, notes);
                    break;
                case "content" or "name" or "tool_call_id":
                    json.WritePropertyName(member.Name);
                    json.WriteRaw(member.Value);
                    break;
            }
        }

        json.WriteEndObject();
    }

    private static void WriteParts(Utf8JsonWriter json, ChatTurn turn, RequestNotes notes)
    {
        json.WriteStartArray("content"u8);
        foreach (var part in turn.Parts)
        {
            switch (part.Kind)
            {
                case ChatPartKind.Audio when part.Element.Find("input_audio"u8)?.Find("data"u8) is { } data:
                    // OpenAI has an object there with the format beside; Mistral finds that out itself.
                    json.WriteStartObject();
                    json.WriteString("type"u8, "input_audio"u8);
                    json.WriteRaw("input_audio"u8, data);
                    json.WriteEndObject();
                    break;
                case ChatPartKind.File when part.Element.Find("file"u8) is { } file && file.Find("file_data"u8) is { } data:
                    json.WriteStartObject();
                    json.WriteString("type"u8, "document_url"u8);
                    json.WriteRaw("document_url"u8, data);
                    if (file.Find("filename"u8) is { } name)
                    {
                        json.WriteRaw("document_name"u8, name);
                    }

                    json.WriteEndObject();
                    break;
                case ChatPartKind.File when part.Element.Find("file"u8)?.Find("file_id"u8) is { } id:
                    json.WriteStartObject();
                    json.WriteString("type"u8, "file"u8);
                    json.WriteRaw("file_id"u8, id);
                    json.WriteEndObject();
                    break;
                case ChatPartKind.Video or ChatPartKind.File:
                    notes.Refuse(part.Path, $"Mistral takes no part of the type '{part.Type}' like this");
                    break;
                default:
                    json.WriteRaw(part.Element);
                    break;
            }
        }

        json.WriteEndArray();
    }

    private static void WriteAssistant(Utf8JsonWriter json, ChatTurn turn)
    {
        json.WriteStartObject();
        json.WriteString("role"u8, "assistant"u8);
        if (turn.Message.Find("reasoning_content"u8) is { ValueKind: JsonValueKind.String } thinking && !thinking.Escaped().IsEmpty)
        {
            json.WriteStartArray("content"u8);
            WriteThinking(json, thinking);
            foreach (var part in turn.Parts)
            {
                WriteText(json, part.Text);
            }

            json.WriteEndArray();
        }
        else if (turn.Message.Find("content"u8) is { } content)
        {
            json.WriteRaw("content"u8, content);
        }
        else
        {
            json.WriteString("content"u8, ""u8);
        }

        foreach (var member in turn.Message.EnumerateObject().Where(member => member.Name is "tool_calls" or "prefix" && member.Value.ValueKind != JsonValueKind.Null))
        {
            json.WritePropertyName(member.Name);
            json.WriteRaw(member.Value);
        }

        json.WriteEndObject();
    }

    private static void WriteThinking(Utf8JsonWriter json, JsonElement thinking)
    {
        json.WriteStartObject();
        json.WriteString("type"u8, "thinking"u8);
        json.WriteStartArray("thinking"u8);
        WriteText(json, thinking);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteText(Utf8JsonWriter json, JsonElement text)
    {
        json.WriteStartObject();
        json.WriteString("type"u8, "text"u8);
        json.WriteRaw("text"u8, text);
        json.WriteEndObject();
    }
}
