using System.Globalization;
using System.Text.Json;

namespace Switchboard.Gateway.Translation.Responses.Requests;

/// <summary>The tools of a request and the choice among them. Tools that OpenAI runs on its own servers chat does not have, but for the search of the web.</summary>
internal static class ResponsesTools
{
    /// <summary>Writes <c>tools</c>, <c>tool_choice</c>, <c>parallel_tool_calls</c> and <c>web_search_options</c>, as far as there is anything to write.</summary>
    public static void Write(Utf8JsonWriter json, JsonElement root, RequestNotes notes)
    {
        if (root.Find("tools"u8) is not { } tools)
        {
            return;
        }

        if (tools.ValueKind != JsonValueKind.Array)
        {
            notes.Refuse("tools", "it must be an array");
            return;
        }

        var choice = root.Find("tool_choice"u8);
        var allowed = choice is { ValueKind: JsonValueKind.Object } limits ? AllowedBy(limits) : null;
        var hasFunctions = WriteFunctions(json, tools, allowed, notes);
        if (!hasFunctions)
        {
            return;
        }

        if (choice is { } written)
        {
            WriteChoice(json, written, notes);
        }

        if (root.Find("parallel_tool_calls"u8) is { } parallel)
        {
            json.WriteRaw("parallel_tool_calls"u8, parallel);
        }
    }

    // Which tools may be called is said by sending no others: few servers know the choice, all know the list.
    private static HashSet<string>? AllowedBy(JsonElement choice)
    {
        if (choice.Text("type"u8) != "allowed_tools" || choice.Find("tools"u8) is not { ValueKind: JsonValueKind.Array } tools)
        {
            return null;
        }

        return [.. tools.EnumerateArray().Select(tool => tool.Text("name"u8) ?? "")];
    }

    private static bool WriteFunctions(Utf8JsonWriter json, JsonElement tools, HashSet<string>? allowed, RequestNotes notes)
    {
        var isOpen = false;
        JsonElement? search = null;
        var index = 0;
        foreach (var tool in tools.EnumerateArray())
        {
            var path = string.Create(CultureInfo.InvariantCulture, $"tools[{index++}]");
            var type = tool.Text("type"u8);
            if (type is "web_search" or "web_search_2025_08_26" or "web_search_preview" or "web_search_preview_2025_03_11")
            {
                search = tool;
            }
            else if (type is not ("function" or "custom"))
            {
                NoteOther(type, path, notes);
            }
            else if (tool.Text("name"u8) is not { Length: > 0 } name)
            {
                notes.Refuse(path, "it has no 'name'");
            }
            else if (allowed is null || allowed.Contains(name))
            {
                if (!isOpen)
                {
                    json.WriteStartArray("tools"u8);
                    isOpen = true;
                }

                WriteFunction(json, tool, type);
            }
        }

        if (isOpen)
        {
            json.WriteEndArray();
        }

        WriteSearch(json, search, notes);
        return isOpen;
    }

    private static void NoteOther(string? type, string path, RequestNotes notes)
    {
        if (type is null)
        {
            notes.Refuse(path, "it has no 'type'");
        }
        else
        {
            notes.LacksMuch(type);
        }
    }

    private static void WriteFunction(Utf8JsonWriter json, JsonElement tool, string type)
    {
        json.WriteStartObject();
        json.WriteString("type"u8, "function"u8);
        if (type == "custom")
        {
            CustomTools.WriteFunction(json, tool);
        }
        else
        {
            json.WriteStartObject("function"u8);
            foreach (var member in tool.EnumerateObject())
            {
                if (member.Name is "name" or "description" or "parameters" or "strict" && member.Value.ValueKind != JsonValueKind.Null)
                {
                    json.WritePropertyName(member.Name);
                    json.WriteRaw(member.Value);
                }
            }

            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    private static void WriteSearch(Utf8JsonWriter json, JsonElement? search, RequestNotes notes)
    {
        if (search is not { } tool)
        {
            return;
        }

        if (tool.Find("filters"u8) is not null)
        {
            notes.Lacks("filters");
        }

        json.WriteStartObject("web_search_options"u8);
        if (tool.Find("search_context_size"u8) is { } size)
        {
            json.WriteRaw("search_context_size"u8, size);
        }

        if (tool.Find("user_location"u8) is { ValueKind: JsonValueKind.Object } location)
        {
            json.WriteStartObject("user_location"u8);
            json.WriteString("type"u8, "approximate"u8);
            json.WriteStartObject("approximate"u8);
            foreach (var member in location.EnumerateObject())
            {
                if (member.Name != "type" && member.Value.ValueKind != JsonValueKind.Null)
                {
                    json.WritePropertyName(member.Name);
                    json.WriteRaw(member.Value);
                }
            }

            json.WriteEndObject();
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    private static void WriteChoice(Utf8JsonWriter json, JsonElement choice, RequestNotes notes)
    {
        if (choice.ValueKind == JsonValueKind.String)
        {
            json.WriteRaw("tool_choice"u8, choice);
            return;
        }

        switch (choice.Text("type"u8))
        {
            case "function" or "custom" when choice.Find("name"u8) is { } name:
                json.WriteStartObject("tool_choice"u8);
                json.WriteString("type"u8, "function"u8);
                json.WriteStartObject("function"u8);
                json.WriteRaw("name"u8, name);
                json.WriteEndObject();
                json.WriteEndObject();
                break;
            case "allowed_tools":
                json.WriteString("tool_choice"u8, choice.Text("mode"u8) ?? "auto");
                break;
            default:
                notes.LacksMuch("tool_choice");
                break;
        }
    }
}
