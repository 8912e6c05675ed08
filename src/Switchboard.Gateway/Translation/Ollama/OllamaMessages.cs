using System.Text.Json;
using Switchboard.Gateway.Translation.Chat.Requests;

namespace Switchboard.Gateway.Translation.Ollama;

/// <summary>The messages of a chat request: the text of one is one string, its pictures stand beside it.</summary>
internal static class OllamaMessages
{
    /// <summary>Writes <c>messages</c>.</summary>
    public static void Write(Utf8JsonWriter json, ChatRequestView chat, RequestNotes notes)
    {
        var names = new Dictionary<string, string>(StringComparer.Ordinal);
        json.WriteStartArray("messages"u8);
        foreach (var turn in chat.Turns)
        {
            json.WriteStartObject();
            json.WriteString("role"u8, turn.Role switch
            {
                ChatRole.System => "system"u8,
                ChatRole.Assistant => "assistant"u8,
                ChatRole.Tool => "tool"u8,
                _ => "user"u8,
            });
            WriteText(json, turn);
            WriteImages(json, turn, notes);
            WriteThinking(json, turn);
            WriteCalls(json, turn, names);
            WriteCalled(json, turn, names);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteText(Utf8JsonWriter json, ChatTurn turn)
    {
        var texts = turn.Parts.Where(part => part.Kind is ChatPartKind.Text or ChatPartKind.Refusal).Select(part => part.Text).ToArray();
        if (texts is [var single])
        {
            json.WriteRaw("content"u8, single);
        }
        else
        {
            json.WriteString("content"u8, string.Join('\n', texts.Select(text => text.GetString())));
        }
    }

    private static void WriteImages(Utf8JsonWriter json, ChatTurn turn, RequestNotes notes)
    {
        var hasAny = false;
        foreach (var part in turn.Parts)
        {
            switch (part.Kind)
            {
                case ChatPartKind.Text or ChatPartKind.Refusal:
                    break;
                case ChatPartKind.Image when part.Url is { } url && DataUrl.TryRead(url.Utf8(), out var data):
                    if (!hasAny)
                    {
                        json.WriteStartArray("images"u8);
                        hasAny = true;
                    }

                    json.WriteStringValue(data.Base64);
                    break;
                case ChatPartKind.Image:
                    notes.Refuse(part.Path, "Ollama fetches no pictures; write it as a data: URL of base64");
                    break;
                default:
                    notes.Refuse(part.Path, $"Ollama takes no part of the type '{part.Type}'");
                    break;
            }
        }

        if (hasAny)
        {
            json.WriteEndArray();
        }
    }

    private static void WriteThinking(Utf8JsonWriter json, ChatTurn turn)
    {
        if (turn.Role == ChatRole.Assistant && (turn.Message.Find("reasoning_content"u8) ?? turn.Message.Find("reasoning"u8)) is { ValueKind: JsonValueKind.String } thinking)
        {
            json.WriteRaw("thinking"u8, thinking);
        }
    }

    private static void WriteCalls(Utf8JsonWriter json, ChatTurn turn, Dictionary<string, string> names)
    {
        if (turn.ToolCalls.Count == 0)
        {
            return;
        }

        json.WriteStartArray("tool_calls"u8);
        foreach (var call in turn.ToolCalls)
        {
            names[call.Id] = call.Name;
            json.WriteStartObject();
            json.WriteString("id"u8, call.Id);
            json.WriteStartObject("function"u8);
            json.WriteString("name"u8, call.Name);
            json.WritePropertyName("arguments"u8);
            ToolArguments.WriteObject(json, call.Arguments);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    // Ollama knows an answer by the name of the tool; newer servers by the id of the call too.
    private static void WriteCalled(Utf8JsonWriter json, ChatTurn turn, Dictionary<string, string> names)
    {
        if (turn.Role == ChatRole.Tool)
        {
            json.WriteString("tool_name"u8, names.GetValueOrDefault(turn.ToolCallId) ?? turn.Message.Text("name"u8) ?? "");
            json.WriteString("tool_call_id"u8, turn.ToolCallId);
        }
    }
}
