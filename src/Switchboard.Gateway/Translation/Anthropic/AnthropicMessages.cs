using System.Text.Json;
using Switchboard.Gateway.Translation.Chat.Requests;

namespace Switchboard.Gateway.Translation.Anthropic;

/// <summary>
/// The messages of a chat request: what the system says stands apart, and answers of tools are the user's. Turns of one
/// side that follow one another become one message, since a call and its answers must lie next to each other.
/// </summary>
internal static class AnthropicMessages
{
    /// <summary>Writes <c>system</c> and <c>messages</c>.</summary>
    public static void Write(Utf8JsonWriter json, ChatRequestView chat, RequestNotes notes)
    {
        WriteSystem(json, chat, notes);
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
                Open(json, side);
                open = side;
            }

            WriteTurn(json, turn, notes);
        }

        Close(json, open);
        json.WriteEndArray();
    }

    private static void Open(Utf8JsonWriter json, ChatRole side)
    {
        json.WriteStartObject();
        json.WriteString("role"u8, side == ChatRole.Assistant ? "assistant"u8 : "user"u8);
        json.WriteStartArray("content"u8);
    }

    private static void Close(Utf8JsonWriter json, ChatRole? open)
    {
        if (open is not null)
        {
            json.WriteEndArray();
            json.WriteEndObject();
        }
    }

    // An empty block of text is refused there.
    private static bool IsEmpty(ChatTurn turn) =>
        turn.Role != ChatRole.Tool && turn.ToolCalls.Count == 0 && turn.Parts.All(part => part.Kind is ChatPartKind.Text or ChatPartKind.Refusal && part.Text.Escaped().IsEmpty);

    private static void WriteSystem(Utf8JsonWriter json, ChatRequestView chat, RequestNotes notes)
    {
        var wantsJson = chat.Root.Find("response_format"u8)?.Text("type"u8) == "json_object";
        if (!wantsJson && chat.Turns.All(turn => turn.Role != ChatRole.System || IsEmpty(turn)))
        {
            return;
        }

        json.WriteStartArray("system"u8);
        foreach (var turn in chat.Turns.Where(turn => turn.Role == ChatRole.System))
        {
            WriteParts(json, turn, notes);
        }

        if (wantsJson)
        {
            // There is no such mode; asked for in words it is kept.
            json.WriteStartObject();
            json.WriteString("type"u8, "text"u8);
            json.WriteString("text"u8, "Answer with one valid JSON object and nothing else: no prose around it, no code fence."u8);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteTurn(Utf8JsonWriter json, ChatTurn turn, RequestNotes notes)
    {
        switch (turn.Role)
        {
            case ChatRole.Tool:
                WriteToolResult(json, turn, notes);
                break;
            case ChatRole.Assistant:
                // Thinking stands first: a model that thought before it called a tool wants it back.
                AnthropicReasoning.WriteBlocks(json, turn.Message);
                WriteParts(json, turn, notes);
                foreach (var call in turn.ToolCalls)
                {
                    WriteCall(json, call);
                }

                break;
            default:
                WriteParts(json, turn, notes);
                break;
        }
    }

    private static void WriteToolResult(Utf8JsonWriter json, ChatTurn turn, RequestNotes notes)
    {
        json.WriteStartObject();
        json.WriteString("type"u8, "tool_result"u8);
        json.WriteString("tool_use_id"u8, AnthropicToolIds.Of(turn.ToolCallId));
        if (turn.Message.IsTrue("is_error"u8))
        {
            json.WriteBoolean("is_error"u8, true);
        }

        json.WriteStartArray("content"u8);
        foreach (var part in turn.Parts)
        {
            // The mark of the message is the result's, and not the text's as well: there are few of them.
            AnthropicParts.Write(json, part, message: default, notes);
        }

        json.WriteEndArray();
        AnthropicParts.WriteCache(json, turn.Message);
        json.WriteEndObject();
    }

    private static void WriteParts(Utf8JsonWriter json, ChatTurn turn, RequestNotes notes)
    {
        foreach (var part in turn.Parts)
        {
            AnthropicParts.Write(json, part, turn.Message, notes);
        }
    }

    private static void WriteCall(Utf8JsonWriter json, in ChatToolCall call)
    {
        json.WriteStartObject();
        json.WriteString("type"u8, "tool_use"u8);
        json.WriteString("id"u8, AnthropicToolIds.Of(call.Id));
        json.WriteString("name"u8, call.Name);
        json.WritePropertyName("input"u8);
        ToolArguments.WriteObject(json, call.Arguments);
        json.WriteEndObject();
    }
}
