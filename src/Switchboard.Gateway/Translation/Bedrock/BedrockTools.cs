using System.Text.Json;
using Switchboard.Gateway.Translation.Chat.Requests;

namespace Switchboard.Gateway.Translation.Bedrock;

/// <summary>
/// The tools of a chat request, and which of them is to be called. A conversation in which tools were called must have
/// them, so those that it lacks are told by their names.
/// </summary>
internal static class BedrockTools
{
    /// <summary>Writes <c>toolConfig</c>.</summary>
    public static void Write(Utf8JsonWriter json, ChatRequestView chat, BedrockModel model, bool isThinking, RequestNotes notes)
    {
        var choice = ChatToolChoice.Of(chat);
        var called = chat.Turns.SelectMany(turn => turn.ToolCalls).Select(call => call.Name).Distinct(StringComparer.Ordinal).ToArray();
        if (choice.Kind == ChatToolChoiceKind.None && called.Length > 0)
        {
            // That none is called cannot be said, and to say nothing of them is refused here.
            notes.Lacks(chat.Root.Find("tool_choice"u8) is null ? "function_call" : "tool_choice");
        }

        if ((chat.Tools.Count == 0 || choice.Kind == ChatToolChoiceKind.None) && called.Length == 0)
        {
            return;
        }

        json.WriteStartObject("toolConfig"u8);
        json.WriteStartArray("tools"u8);
        foreach (var tool in chat.Tools)
        {
            WriteTool(json, tool, model, notes);
        }

        foreach (var name in chat.Tools.Count == 0 ? called : [])
        {
            json.WriteStartObject();
            json.WriteStartObject("toolSpec"u8);
            json.WriteString("name"u8, name);
            json.WritePropertyName("inputSchema"u8);
            json.WriteRawValue("{\"json\":{\"type\":\"object\"}}"u8);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        json.WriteEndArray();
        WriteChoice(json, choice, isThinking, notes);
        json.WriteEndObject();
    }

    private static void WriteTool(Utf8JsonWriter json, in ChatTool tool, BedrockModel model, RequestNotes notes)
    {
        if (!tool.IsFunction)
        {
            WriteOther(json, tool, notes);
            return;
        }

        json.WriteStartObject();
        json.WriteStartObject("toolSpec"u8);
        json.WriteString("name"u8, tool.Name);
        if (tool.Description is { ValueKind: JsonValueKind.String } description && !description.Escaped().IsEmpty)
        {
            json.WriteRaw("description"u8, description);
        }

        json.WriteStartObject("inputSchema"u8);
        json.WritePropertyName("json"u8);
        if (tool.Parameters is { } schema && schema.EnumerateObject().MoveNext())
        {
            json.WriteRaw(schema);
        }
        else
        {
            json.WriteRawValue("{\"type\":\"object\",\"properties\":{}}"u8);
        }

        json.WriteEndObject();
        if (tool.IsStrict && model.IsClaude)
        {
            json.WriteBoolean("strict"u8, true);
        }

        json.WriteEndObject();
        json.WriteEndObject();
        BedrockParts.WriteCache(json, tool.Element.Find("cache_control"u8) is null ? tool.Function : tool.Element);
    }

    // Tools that Bedrock runs itself: {"type":"systemTool","systemTool":{"name":"nova_grounding"}}.
    private static void WriteOther(Utf8JsonWriter json, in ChatTool tool, RequestNotes notes)
    {
        if (tool.Element.Find("systemTool"u8) is { } system)
        {
            json.WriteStartObject();
            json.WriteRaw("systemTool"u8, system);
            json.WriteEndObject();
        }
        else
        {
            notes.Refuse(tool.Path, "it is no function, and no tool that Bedrock has");
        }
    }

    private static void WriteChoice(Utf8JsonWriter json, ChatToolChoice choice, bool isThinking, RequestNotes notes)
    {
        if (choice.Kind is not (ChatToolChoiceKind.Required or ChatToolChoiceKind.Named))
        {
            // Who says nothing gets the same as with auto.
            return;
        }

        if (isThinking)
        {
            // A model that thinks cannot be made to call; it is left to the model.
            notes.Lacks("tool_choice");
            return;
        }

        json.WriteStartObject("toolChoice"u8);
        if (choice.Kind == ChatToolChoiceKind.Named)
        {
            json.WriteStartObject("tool"u8);
            json.WriteString("name"u8, choice.Name);
            json.WriteEndObject();
        }
        else
        {
            json.WriteStartObject("any"u8);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }
}
