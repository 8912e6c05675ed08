using System.Text.Json;
using Switchboard.Gateway.Translation.Chat.Requests;

namespace Switchboard.Gateway.Translation.Cohere;

/// <summary>The tools of a chat request. That one of them is to be called is said by leaving out the others.</summary>
internal static class CohereTools
{
    /// <summary>Writes <c>tools</c> and <c>tool_choice</c>.</summary>
    public static void Write(Utf8JsonWriter json, ChatRequestView chat, RequestNotes notes)
    {
        if (chat.Tools.Count == 0)
        {
            return;
        }

        var choice = ChatToolChoice.Of(chat);
        json.WriteStartArray("tools"u8);
        foreach (var tool in chat.Tools)
        {
            if (!tool.IsFunction)
            {
                notes.Refuse(tool.Path, "it is no function, and Cohere has no tools of its own");
            }
            else if (choice.Kind != ChatToolChoiceKind.Named || tool.Name == choice.Name)
            {
                WriteTool(json, tool);
            }
        }

        json.WriteEndArray();
        if (chat.Tools.Any(tool => tool.IsStrict))
        {
            json.WriteBoolean("strict_tools"u8, true);
        }

        switch (choice.Kind)
        {
            case ChatToolChoiceKind.None:
                json.WriteString("tool_choice"u8, "NONE"u8);
                break;
            case ChatToolChoiceKind.Required or ChatToolChoiceKind.Named:
                json.WriteString("tool_choice"u8, "REQUIRED"u8);
                break;
        }
    }

    private static void WriteTool(Utf8JsonWriter json, in ChatTool tool)
    {
        json.WriteStartObject();
        json.WriteString("type"u8, "function"u8);
        json.WriteStartObject("function"u8);
        json.WriteString("name"u8, tool.Name);
        if (tool.Description is { } description)
        {
            json.WriteRaw("description"u8, description);
        }

        json.WritePropertyName("parameters"u8);
        if (tool.Parameters is { } schema)
        {
            json.WriteRaw(schema);
        }
        else
        {
            json.WriteRawValue("{\"type\":\"object\",\"properties\":{}}"u8);
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }
}
