using System.Text.Json;

namespace Switchboard.Gateway.Translation.Responses.Requests;

/// <summary>The items of a request as the messages of a chat.</summary>
internal static class ResponsesMessages
{
    /// <summary>Writes <c>messages</c>: the instructions as the first of them, and the items in order.</summary>
    public static void Write(Utf8JsonWriter json, ResponsesRequestView request, RequestNotes notes)
    {
        json.WriteStartArray("messages"u8);
        WriteInstructions(json, request.Root, notes);
        var turn = new AssistantTurn();
        foreach (var item in request.Input)
        {
            if (!TryAdd(turn, item, json, notes))
            {
                Flush(json, turn);
                WriteOther(json, item, notes);
            }
        }

        Flush(json, turn);
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
    private static bool TryAdd(AssistantTurn turn, InputItem item, Utf8JsonWriter json, RequestNotes notes)
    {
        switch (item.Type)
        {
            case "message" when item.Element.Text("role"u8) == "assistant":
                // A second text is a message of its own, unless tools were called before it: their answers must be next.
                FlushIf(turn.HasText && !turn.HasCalls, json, turn);
                turn.AddMessage(item, notes);
                return true;
            case "reasoning":
                FlushIf(turn is { HasText: true, HasReasoning: true, HasCalls: false }, json, turn);
                turn.AddReasoning(item.Element, notes);
                return true;
            case "function_call" or "custom_tool_call":
                turn.AddCall(item.Element);
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
                json.WriteStartObject();
                json.WriteString("role"u8, "tool"u8);
                json.WriteString("tool_call_id"u8, item.Element.Text("call_id"u8));
                ResponsesParts.WriteContent(json, item.Element.Find("output"u8) ?? default, $"{item.Path}.output", notes);
                json.WriteEndObject();
                break;
            default:
                notes.Refuse(item.Path, $"chat has nothing like an item of the type '{item.Type}'");
                break;
        }
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

    private static void FlushIf(bool isDue, Utf8JsonWriter json, AssistantTurn turn)
    {
        if (isDue)
        {
            Flush(json, turn);
        }
    }

    private static void Flush(Utf8JsonWriter json, AssistantTurn turn)
    {
        if (!turn.IsEmpty)
        {
            turn.WriteTo(json);
        }
    }
}
