using System.Text.Json;
using Switchboard.Gateway.Translation.Chat.Requests;

namespace Switchboard.Gateway.Translation.Gemini;

/// <summary>The tools of a chat request, Google's own among them, and which of them is to be called.</summary>
internal static class GeminiTools
{
    /// <summary>Writes <c>tools</c> and <c>toolConfig</c>.</summary>
    public static void Write(Utf8JsonWriter json, ChatRequestView chat, GeminiOwnMembers own, RequestNotes notes)
    {
        var others = own.Find("tools") is { ValueKind: JsonValueKind.Array } tools ? tools : default;
        var search = chat.Root.Find("web_search_options"u8);
        if (chat.Tools.Count > 0 || search is not null || others.ValueKind == JsonValueKind.Array)
        {
            json.WriteStartArray("tools"u8);
            WriteFunctions(json, chat);
            WriteOwn(json, chat, notes);
            WriteSearch(json, search, notes);
            WriteAll(json, others);
            json.WriteEndArray();
        }

        if (own.Find("toolConfig") is { } config)
        {
            json.WriteRaw("toolConfig"u8, config);
        }
        else
        {
            WriteChoice(json, chat, notes);
        }
    }

    private static void WriteFunctions(Utf8JsonWriter json, ChatRequestView chat)
    {
        if (!chat.Tools.Any(tool => tool.IsFunction))
        {
            return;
        }

        json.WriteStartObject();
        json.WriteStartArray("functionDeclarations"u8);
        foreach (var tool in chat.Tools.Where(tool => tool.IsFunction))
        {
            json.WriteStartObject();
            json.WriteString("name"u8, tool.Name);
            if (tool.Description is { } description)
            {
                json.WriteRaw("description"u8, description);
            }

            // A JSON schema as it came; `parameters` would be Google's own subset of one.
            if (tool.Parameters is { } schema)
            {
                json.WriteRaw("parametersJsonSchema"u8, schema);
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteOwn(Utf8JsonWriter json, ChatRequestView chat, RequestNotes notes)
    {
        foreach (var tool in chat.Tools.Where(tool => !tool.IsFunction))
        {
            if (IsOwn(tool.Element))
            {
                json.WriteRaw(tool.Element);
            }
            else
            {
                notes.Refuse(tool.Path, "it is no function, and no tool that Google has");
            }
        }
    }

    // {"google_search":{}}, {"codeExecution":{}}: the kind is the one member's name.
    private static bool IsOwn(JsonElement tool) =>
        tool.ValueKind == JsonValueKind.Object && tool.Find("type"u8) is null && tool.EnumerateObject().MoveNext()
        && tool.EnumerateObject().All(member => member.Value.ValueKind is JsonValueKind.Object or JsonValueKind.Array);

    private static void WriteSearch(Utf8JsonWriter json, JsonElement? search, RequestNotes notes)
    {
        if (search is not { } options)
        {
            return;
        }

        json.WriteStartObject();
        json.WriteStartObject("googleSearch"u8);
        json.WriteEndObject();
        json.WriteEndObject();
        if (options.Find("user_location"u8) is not null)
        {
            notes.Lacks("web_search_options.user_location");
        }
    }

    private static void WriteAll(Utf8JsonWriter json, JsonElement tools)
    {
        if (tools.ValueKind == JsonValueKind.Array)
        {
            foreach (var tool in tools.EnumerateArray())
            {
                json.WriteRaw(tool);
            }
        }
    }

    private static void WriteChoice(Utf8JsonWriter json, ChatRequestView chat, RequestNotes notes)
    {
        var choice = ChatToolChoice.Of(chat);
        if (choice.Kind == ChatToolChoiceKind.Unsaid || !chat.Tools.Any(tool => tool.IsFunction))
        {
            return;
        }

        var allowed = AllowedOf(chat, choice, notes);
        json.WriteStartObject("toolConfig"u8);
        json.WriteStartObject("functionCallingConfig"u8);
        json.WriteString("mode"u8, choice.Kind switch
        {
            ChatToolChoiceKind.None => "NONE"u8,
            ChatToolChoiceKind.Required or ChatToolChoiceKind.Named => "ANY"u8,

            // The one mode that leaves it to the model and takes names.
            _ => allowed.Count > 0 ? "VALIDATED"u8 : "AUTO"u8,
        });
        if (allowed.Count > 0)
        {
            json.WriteStartArray("allowedFunctionNames"u8);
            foreach (var name in allowed)
            {
                json.WriteStringValue(name);
            }

            json.WriteEndArray();
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static List<string> AllowedOf(ChatRequestView chat, ChatToolChoice choice, RequestNotes notes)
    {
        if (choice.Kind == ChatToolChoiceKind.Named)
        {
            return [choice.Name];
        }

        var names = new List<string>();
        if (chat.Root.Find("tool_choice"u8)?.Find("allowed_tools"u8)?.Find("tools"u8) is { ValueKind: JsonValueKind.Array } tools)
        {
            foreach (var tool in tools.EnumerateArray())
            {
                if (tool.Find("function"u8)?.Text("name"u8) is { Length: > 0 } name)
                {
                    names.Add(name);
                }
                else
                {
                    notes.Refuse("tool_choice.allowed_tools", "Gemini can be held to functions alone");
                }
            }
        }

        return names;
    }
}
