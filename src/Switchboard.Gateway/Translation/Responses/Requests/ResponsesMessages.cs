using System.Text.Json;
using Switchboard.Gateway.Requests;
using Switchboard.Gateway.Surfaces;

namespace Switchboard.Gateway.Translation.Responses.Requests;

/// <summary>The items of a request as the messages of a chat.</summary>
internal static class ResponsesMessages
{
    /// <summary>Writes <c>messages</c>: the instructions as the first of them, and the items in order.</summary>
    public static void Write(ChatRequestWriter chat, ResponsesRequestView request, RequestNotes notes)
    {
        var json = chat.Json;
        json.WriteStartArray("messages"u8);
        WriteInstructions(json, request.Root, notes);
        var turn = new AssistantTurn();
        foreach (var item in request.Input)
        {
            if (!TryAdd(turn, item, chat, notes))
            {
                turn.WriteTo(chat);
                WriteOther(json, item, notes);
            }
        }

        turn.WriteTo(chat);
        json.WriteEndArray();
    }

    private static void WriteInstructions(Utf8JsonWriter json, JsonElement root, RequestNotes notes)
    {
        switch (root.Find("instructions"u8))
        {
            case null:
                break;
            case { ValueKind: JsonValueKind.String } text:
                json.WriteStartObject();
                json.WriteString("role"u8, "system"u8);
                json.WriteRaw("content"u8, text);
                json.WriteEndObject();
                break;
            default:
                notes.Refuse("instructions", "it must be a string");
                break;
        }
    }

    // What the model itself said, until someone else speaks.
    private static bool TryAdd(AssistantTurn turn, InputItem item, ChatRequestWriter chat, RequestNotes notes)
    {
        switch (item.Type)
        {
            case "message" when item.Element.Text("role"u8) == "assistant":
                // A second text is a message of its own, unless tools were called before it: their answers must be next.
                WriteIf(turn.HasText && !turn.HasCalls, chat, turn);
                turn.AddMessage(item, notes);
                return true;
            case "reasoning":
                WriteIf(turn is { HasText: true, HasReasoning: true, HasCalls: false }, chat, turn);
                turn.AddReasoning(item.Element, notes);
                return true;
            case "function_call" or "custom_tool_call":
                turn.AddCall(item, notes);
                return true;
            case "image_generation_call":
                turn.AddImage(item.Element);
                return true;
            case "web_search_call" or "file_search_call":
                // What was found is in the text that follows.
                return true;
            default:
                return false;
        }
    }

    private static void WriteOther(Utf8JsonWriter json, InputItem item, RequestNotes notes)
    {
        switch (item.Type)
        {
            case "message":
                WriteMessage(json, item, notes);
                break;
            case "function_call_output" or "custom_tool_call_output":
                WriteOutput(json, item, notes);
                break;
            default:
                notes.Refuse(item.Path, $"chat has nothing like an item of the type '{RequestFaults.Shorten(item.Type)}'");
                break;
        }
    }

    private static void WriteOutput(Utf8JsonWriter json, InputItem item, RequestNotes notes)
    {
        if (item.Element.Text("call_id"u8) is not { } call)
        {
            notes.Refuse($"{item.Path}.call_id", "it must be a string");
            return;
        }

        json.WriteStartObject();
        json.WriteString("role"u8, "tool"u8);
        json.WriteString("tool_call_id"u8, call);
        ResponsesParts.WriteContent(json, item.Element.Find("output"u8) ?? default, $"{item.Path}.output", notes);
        json.WriteEndObject();
    }

    private static void WriteMessage(Utf8JsonWriter json, InputItem item, RequestNotes notes)
    {
        json.WriteStartObject();
        switch (item.Element.Text("role"u8))
        {
            case "user":
                json.WriteString("role"u8, "user"u8);
                break;
            case "system" or "developer":
                // Servers that know the one name may not know the other.
                json.WriteString("role"u8, "system"u8);
                break;
            default:
                notes.Refuse($"{item.Path}.role", "it must be one of system, developer, user and assistant");
                break;
        }

        ResponsesParts.WriteContent(json, item.Element.Find("content"u8) ?? default, $"{item.Path}.content", notes);
        json.WriteEndObject();
    }

    private static void WriteIf(bool isDue, ChatRequestWriter chat, AssistantTurn turn)
    {
        if (isDue)
        {
            turn.WriteTo(chat);
        }
    }
}
