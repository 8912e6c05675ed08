using System.Globalization;
using System.Text.Json;
using Switchboard.Gateway.Surfaces;

namespace Switchboard.Gateway.Translation.Anthropic.Surface;

/// <summary>The tools of a request of the Messages API, and which of them is to be called.</summary>
internal static class AnthropicToolsToChat
{
    /// <summary>Writes <c>tools</c>, <c>tool_choice</c>, <c>parallel_tool_calls</c> and <c>web_search_options</c>.</summary>
    public static void Write(ChatRequestWriter chat, JsonElement request)
    {
        if (request.Find("tools"u8) is not { ValueKind: JsonValueKind.Array } tools)
        {
            return;
        }

        var own = tools.EnumerateArray().Where(IsOwn).ToArray();
        if (own.Length > 0)
        {
            chat.Json.WriteStartArray("tools"u8);
            foreach (var tool in own)
            {
                WriteTool(chat, tool);
            }

            chat.Json.WriteEndArray();
        }

        foreach (var tool in tools.EnumerateArray().Where(tool => !IsOwn(tool)))
        {
            WriteOther(chat, tool);
        }

        if (request.Find("tool_choice"u8) is { } choice)
        {
            WriteChoice(chat, choice, own);
        }
    }

    // The caller's own tools; Anthropic's have a type with a date.
    private static bool IsOwn(JsonElement tool) => tool.Text("type"u8) is null or "custom";

    private static void WriteTool(ChatRequestWriter chat, JsonElement tool)
    {
        var json = chat.Json;
        json.WriteStartObject();
        json.WriteString("type"u8, "function"u8);
        json.WriteStartObject("function"u8);
        foreach (var member in tool.EnumerateObject())
        {
            switch (member.Name)
            {
                case var _ when member.Value.ValueKind == JsonValueKind.Null:
                    break;
                case "name" or "description" or "strict":
                    json.WritePropertyName(member.Name);
                    json.WriteRaw(member.Value);
                    break;
                case "input_schema":
                    json.WriteRaw("parameters"u8, member.Value);
                    break;
                case "type" or "cache_control":
                    break;
                default:
                    chat.Drop($"tools.{member.Name}");
                    break;
            }
        }

        json.WriteEndObject();
        AnthropicPartsToChat.WriteCache(chat, tool);
        json.WriteEndObject();
    }

    private static void WriteOther(ChatRequestWriter chat, JsonElement tool)
    {
        var type = tool.Text("type"u8) ?? "";
        if (!type.StartsWith("web_search", StringComparison.Ordinal))
        {
            // What it does, Anthropic or the caller's program for Anthropic's models does.
            chat.Drop(string.Create(CultureInfo.InvariantCulture, $"tools.{type}"));
            return;
        }

        var json = chat.Json;
        json.WriteStartObject("web_search_options"u8);
        foreach (var member in tool.EnumerateObject())
        {
            if (member.Name == "user_location" && member.Value.ValueKind == JsonValueKind.Object)
            {
                WriteLocation(json, member.Value);
            }
            else if (member.Name is not ("type" or "name" or "cache_control") && member.Value.ValueKind != JsonValueKind.Null)
            {
                chat.Drop($"tools.web_search.{member.Name}");
            }
        }

        json.WriteEndObject();
    }

    private static void WriteLocation(Utf8JsonWriter json, JsonElement location)
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

    private static void WriteChoice(ChatRequestWriter chat, JsonElement choice, JsonElement[] tools)
    {
        var json = chat.Json;
        var type = choice.Text("type"u8);
        if (tools.Length == 0)
        {
            // Chat has no choice without tools; that of a tool which was left out is lost with it.
            if (type is "tool" or "any")
            {
                chat.Drop("tool_choice");
            }

            return;
        }

        switch (type)
        {
            case "auto" or "none":
                json.WriteString("tool_choice"u8, type);
                break;
            case "any":
                json.WriteString("tool_choice"u8, "required"u8);
                break;
            case "tool" when choice.Find("name"u8) is { } name:
                json.WriteStartObject("tool_choice"u8);
                json.WriteString("type"u8, "function"u8);
                json.WriteStartObject("function"u8);
                json.WriteRaw("name"u8, name);
                json.WriteEndObject();
                json.WriteEndObject();
                break;
            default:
                chat.Refuse("tool_choice", "'tool_choice.type' must be one of auto, any, tool (with a 'name') and none.");
                break;
        }

        if (choice.IsTrue("disable_parallel_tool_use"u8))
        {
            json.WriteBoolean("parallel_tool_calls"u8, false);
        }
    }
}
