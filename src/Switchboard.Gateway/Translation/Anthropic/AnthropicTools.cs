using System.Text.Json;
using Switchboard.Gateway.Translation.Chat.Requests;

namespace Switchboard.Gateway.Translation.Anthropic;

/// <summary>The tools of a chat request, and which of them is to be called.</summary>
internal static class AnthropicTools
{
    /// <summary>Writes <c>tools</c> and <c>tool_choice</c>.</summary>
    public static void Write(Utf8JsonWriter json, ChatRequestView chat, AnthropicThinking thinking, RequestNotes notes)
    {
        var search = chat.Root.Find("web_search_options"u8);
        if (chat.Tools.Count == 0 && search is null)
        {
            return;
        }

        json.WriteStartArray("tools"u8);
        foreach (var tool in chat.Tools)
        {
            WriteTool(json, tool, notes);
        }

        if (search is { } options)
        {
            WriteSearch(json, options, notes);
        }

        json.WriteEndArray();
        WriteChoice(json, chat, thinking, notes);
    }

    private static void WriteTool(Utf8JsonWriter json, in ChatTool tool, RequestNotes notes)
    {
        if (!tool.IsFunction)
        {
            WriteOther(json, tool, notes);
            return;
        }

        json.WriteStartObject();
        json.WriteString("name"u8, tool.Name);
        if (tool.Description is { } description)
        {
            json.WriteRaw("description"u8, description);
        }

        json.WritePropertyName("input_schema"u8);
        if (tool.Parameters is { } schema)
        {
            WriteSchema(json, schema);
        }
        else
        {
            json.WriteRawValue("{\"type\":\"object\",\"properties\":{}}"u8);
        }

        if (tool.IsStrict)
        {
            json.WriteBoolean("strict"u8, true);
        }

        if ((tool.Element.Find("cache_control"u8) ?? tool.Function.Find("cache_control"u8)) is { } cache)
        {
            json.WriteRaw("cache_control"u8, cache);
        }

        json.WriteEndObject();
    }

    // A schema has to be of an object, and says so.
    private static void WriteSchema(Utf8JsonWriter json, JsonElement schema)
    {
        if (schema.Find("type"u8) is not null)
        {
            json.WriteRaw(schema);
            return;
        }

        json.WriteStartObject();
        json.WriteString("type"u8, "object"u8);
        foreach (var member in schema.EnumerateObject())
        {
            json.WritePropertyName(member.Name);
            json.WriteRaw(member.Value);
        }

        json.WriteEndObject();
    }

    // Anthropic's own tools have a type with a date and a name; anything else is OpenAI's alone.
    private static void WriteOther(Utf8JsonWriter json, in ChatTool tool, RequestNotes notes)
    {
        if (tool.Element.Text("type"u8) is { } type && type != "function" && type != "custom" && tool.Element.Find("name"u8) is not null)
        {
            json.WriteRaw(tool.Element);
        }
        else
        {
            notes.Refuse(tool.Path, "it is no function, and no tool that Anthropic has");
        }
    }

    private static void WriteSearch(Utf8JsonWriter json, JsonElement options, RequestNotes notes)
    {
        json.WriteStartObject();
        json.WriteString("type"u8, "web_search_20250305"u8);
        json.WriteString("name"u8, "web_search"u8);
        if (options.Find("user_location"u8)?.Find("approximate"u8) is { ValueKind: JsonValueKind.Object } place)
        {
            json.WriteStartObject("user_location"u8);
            json.WriteString("type"u8, "approximate"u8);
            foreach (var member in place.EnumerateObject().Where(member => member.Value.ValueKind == JsonValueKind.String))
            {
                json.WritePropertyName(member.Name);
                json.WriteRaw(member.Value);
            }

            json.WriteEndObject();
        }

        json.WriteEndObject();
        if (options.Text("search_context_size"u8) is not (null or "medium"))
        {
            notes.Lacks("web_search_options.search_context_size");
        }
    }

    private static void WriteChoice(Utf8JsonWriter json, ChatRequestView chat, AnthropicThinking thinking, RequestNotes notes)
    {
        var isSingle = chat.Root.Find("parallel_tool_calls"u8) is { ValueKind: JsonValueKind.False };
        var choice = ChatToolChoice.Of(chat);
        if (choice.Kind == ChatToolChoiceKind.Unsaid && !isSingle)
        {
            return;
        }

        if (thinking.IsOn && choice.Kind is ChatToolChoiceKind.Required or ChatToolChoiceKind.Named)
        {
            // Anthropic refuses to force a call of a model that thinks; it is left to the model.
            notes.Lacks("tool_choice");
            choice = choice with { Kind = ChatToolChoiceKind.Auto };
        }

        json.WriteStartObject("tool_choice"u8);
        json.WriteString("type"u8, choice.Kind switch
        {
            ChatToolChoiceKind.None => "none"u8,
            ChatToolChoiceKind.Required => "any"u8,
            ChatToolChoiceKind.Named => "tool"u8,
            _ => "auto"u8,
        });
        if (choice.Kind == ChatToolChoiceKind.Named)
        {
            json.WriteString("name"u8, choice.Name);
        }

        if (isSingle && choice.Kind != ChatToolChoiceKind.None)
        {
            json.WriteBoolean("disable_parallel_tool_use"u8, true);
        }

        json.WriteEndObject();
    }
}
