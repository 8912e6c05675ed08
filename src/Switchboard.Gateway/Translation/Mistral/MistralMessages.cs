using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Switchboard.Gateway.Translation.Chat.Requests;

namespace Switchboard.Gateway.Translation.Mistral;

/// <summary>The messages of a chat request as Mistral takes them, which refuses members that it does not know here too.</summary>
internal static class MistralMessages
{
    private const int IdLength = 9;

    /// <summary>Writes <c>messages</c>.</summary>
    public static void Write(Utf8JsonWriter json, ChatRequestView chat, RequestNotes notes)
    {
        json.WriteStartArray("messages"u8);
        foreach (var turn in chat.Turns)
        {
            json.WriteStartObject();
            switch (turn.Role)
            {
                case ChatRole.Assistant:
                    WriteAssistant(json, turn, notes);
                    break;
                case ChatRole.Tool:
                    WriteTool(json, turn, notes);
                    break;
                default:
                    WriteTurn(json, turn, notes);
                    break;
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    // `developer` is a role that Mistral does not know.
    private static void WriteTurn(Utf8JsonWriter json, ChatTurn turn, RequestNotes notes)
    {
        json.WriteString("role"u8, turn.Role == ChatRole.System ? "system"u8 : "user"u8);
        WriteContent(json, turn, notes);
    }

    private static void WriteTool(Utf8JsonWriter json, ChatTurn turn, RequestNotes notes)
    {
        json.WriteString("role"u8, "tool"u8);
        WriteContent(json, turn, notes);
        if (turn.Message.Find("name"u8) is { } name)
        {
            json.WriteRaw("name"u8, name);
        }

        if (turn.ToolCallId.Length > 0)
        {
            json.WriteString("tool_call_id"u8, IdOf(turn.ToolCallId));
        }
    }

    private static void WriteAssistant(Utf8JsonWriter json, ChatTurn turn, RequestNotes notes)
    {
        json.WriteString("role"u8, "assistant"u8);
        var thinking = turn.Message.Find("reasoning_content"u8) is { ValueKind: JsonValueKind.String } said && !said.Escaped().IsEmpty ? said : default;
        WriteContent(json, turn, notes, thinking);
        WriteCalls(json, turn);
        if (turn.Message.Find("prefix"u8) is { } prefix)
        {
            json.WriteRaw("prefix"u8, prefix);
        }
    }

    private static void WriteCalls(Utf8JsonWriter json, ChatTurn turn)
    {
        if (turn.ToolCalls.Count == 0)
        {
            return;
        }

        json.WriteStartArray("tool_calls"u8);
        foreach (var call in turn.ToolCalls)
        {
            json.WriteStartObject();
            json.WriteString("id"u8, IdOf(call.Id));
            json.WriteString("type"u8, "function"u8);
            json.WriteStartObject("function"u8);
            json.WriteString("name"u8, call.Name);
            json.WritePropertyName("arguments"u8);
            json.WriteRawValue(call.Arguments.ValueKind == JsonValueKind.Undefined ? "\"\""u8 : call.Arguments.Raw(), skipInputValidation: true);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    // A string where that is all that is said, and a list of parts else.
    private static void WriteContent(Utf8JsonWriter json, ChatTurn turn, RequestNotes notes, JsonElement thinking = default)
    {
        var hasThinking = thinking.ValueKind != JsonValueKind.Undefined;
        if (turn.Parts.Count == 0 && !hasThinking)
        {
            json.WriteString("content"u8, ""u8);
            return;
        }

        if (turn.Parts is [{ Element.ValueKind: JsonValueKind.String } text] && !hasThinking)
        {
            json.WriteRaw("content"u8, text.Element);
            return;
        }

        json.WriteStartArray("content"u8);
        if (hasThinking)
        {
            WriteThinking(json, thinking);
        }

        foreach (var part in turn.Parts)
        {
            WritePart(json, part, notes);
        }

        json.WriteEndArray();
    }

    private static void WritePart(Utf8JsonWriter json, ChatPart part, RequestNotes notes)
    {
        switch (part.Kind)
        {
            case ChatPartKind.Text or ChatPartKind.Refusal:
                WriteText(json, part.Text);
                break;
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

    // Mistral refuses ids but of nine letters and digits. Those that others made become such; the same always the same,
    // so that an answer still names its call.
    private static string IdOf(string id) =>
        id.Length == IdLength && id.All(char.IsAsciiLetterOrDigit) ? id : Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(id)))[..IdLength];
}
