using System.Text.Json;
using Switchboard.Gateway.Translation.Chat.Requests;

namespace Switchboard.Gateway.Translation.Bedrock;

/// <summary>
/// The messages of a chat request: what the system says stands apart, and answers of tools are the user's. Turns of one
/// side that follow one another become one message: sides have to take turns.
/// </summary>
internal static class BedrockMessages
{
    /// <summary>Writes <c>system</c> and <c>messages</c>.</summary>
    public static void Write(Utf8JsonWriter json, ChatRequestView chat, RequestNotes notes)
    {
        var names = new Dictionary<string, int>(StringComparer.Ordinal);
        WriteSystem(json, chat, names, notes);
        json.WriteStartArray("messages"u8);
        ChatRole? open = null;
        foreach (var turn in chat.Turns)
        {
            if (turn.Role == ChatRole.System || IsEmpty(turn))
            {
                continue;
            }

            var side = turn.Role == ChatRole.Assistant ? ChatRole.Assistant : ChatRole.User;
            if (open != side)
            {
                Close(json, open);
                json.WriteStartObject();
                json.WriteString("role"u8, side == ChatRole.Assistant ? "assistant"u8 : "user"u8);
                json.WriteStartArray("content"u8);
                open = side;
            }

            WriteTurn(json, turn, names, notes);
        }

        Close(json, open);
        json.WriteEndArray();
    }

    private static void Close(Utf8JsonWriter json, ChatRole? open)
    {
        if (open is not null)
        {
            json.WriteEndArray();
            json.WriteEndObject();
        }
    }

    // A blank block of text is refused there.
    private static bool IsEmpty(ChatTurn turn) =>
        turn.Role != ChatRole.Tool && turn.ToolCalls.Count == 0 && turn.Parts.All(part => part.Kind is ChatPartKind.Text or ChatPartKind.Refusal && BedrockParts.IsBlank(part));

    private static void WriteSystem(Utf8JsonWriter json, ChatRequestView chat, Dictionary<string, int> names, RequestNotes notes)
    {
        var wantsJson = chat.Root.Find("response_format"u8)?.Text("type"u8) == "json_object";
        if (!wantsJson && chat.Turns.All(turn => turn.Role != ChatRole.System || IsEmpty(turn)))
        {
            return;
        }

        json.WriteStartArray("system"u8);
        foreach (var turn in chat.Turns.Where(turn => turn.Role == ChatRole.System))
        {
            WriteParts(json, turn, names, notes);
        }

        if (wantsJson)
        {
            // There is no such mode; asked for in words it is kept.
            json.WriteStartObject();
            json.WriteString("text"u8, "Answer with one valid JSON object and nothing else: no prose around it, no code fence."u8);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteTurn(Utf8JsonWriter json, ChatTurn turn, Dictionary<string, int> names, RequestNotes notes)
    {
        switch (turn.Role)
        {
            case ChatRole.Tool:
                WriteToolResult(json, turn, names, notes);
                break;
            case ChatRole.Assistant:
                // Thinking stands first: a model that thought before it called a tool wants it back.
                BedrockReasoning.Write(json, turn.Message);
                WriteParts(json, turn, names, notes);
                foreach (var call in turn.ToolCalls)
                {
                    WriteCall(json, call);
                }

                break;
            default:
                WriteParts(json, turn, names, notes);
                break;
        }
    }

    private static void WriteToolResult(Utf8JsonWriter json, ChatTurn turn, Dictionary<string, int> names, RequestNotes notes)
    {
        json.WriteStartObject();
        json.WriteStartObject("toolResult"u8);
        json.WriteString("toolUseId"u8, turn.ToolCallId);
        json.WriteStartArray("content"u8);
        foreach (var part in turn.Parts)
        {
            BedrockParts.Write(json, part, names, notes);
        }

        json.WriteEndArray();
        if (turn.Message.IsTrue("is_error"u8))
        {
            json.WriteString("status"u8, "error"u8);
        }

        json.WriteEndObject();
        json.WriteEndObject();

        // Inside an answer a cache cannot end, so it ends behind it.
        BedrockParts.WriteCache(json, turn.Message.Find("cache_control"u8) is null ? turn.Parts.Select(part => part.Element).LastOrDefault(part => part.Find("cache_control"u8) is not null) : turn.Message);
    }

    private static void WriteParts(Utf8JsonWriter json, ChatTurn turn, Dictionary<string, int> names, RequestNotes notes)
    {
        foreach (var part in turn.Parts)
        {
            BedrockParts.Write(json, part, names, notes);
            BedrockParts.WriteCache(json, part.Element.ValueKind == JsonValueKind.Object && part.Kind != ChatPartKind.Refusal ? part.Element : turn.Message);
        }
    }

    private static void WriteCall(Utf8JsonWriter json, in ChatToolCall call)
    {
        json.WriteStartObject();
        json.WriteStartObject("toolUse"u8);
        json.WriteString("toolUseId"u8, call.Id);
        json.WriteString("name"u8, call.Name);
        json.WritePropertyName("input"u8);
        ToolArguments.WriteObject(json, call.Arguments);
        json.WriteEndObject();
        json.WriteEndObject();
    }
}
