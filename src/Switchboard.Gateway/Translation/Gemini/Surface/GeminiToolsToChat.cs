using System.Text.Json;
using Switchboard.Gateway.Surfaces;

namespace Switchboard.Gateway.Translation.Gemini.Surface;

/// <summary><c>tools</c> and <c>toolConfig</c>.</summary>
internal static class GeminiToolsToChat
{
    /// <summary>Writes <c>tools</c>, <c>tool_choice</c> and <c>web_search_options</c>.</summary>
    public static void Write(ChatRequestWriter chat, JsonElement request)
    {
        var tools = request.GetList("tools").ToArray();
        var functions = tools.SelectMany(tool => tool.GetList("functionDeclarations")).ToArray();
        if (functions.Length > 0)
        {
            chat.Json.WriteStartArray("tools"u8);
            foreach (var function in functions)
            {
                WriteFunction(chat, function);
            }

            chat.Json.WriteEndArray();
            if (request.Get("toolConfig")?.Get("functionCallingConfig") is { } config)
            {
                WriteChoice(chat, config);
            }
        }

        if (tools.Any(tool => (tool.Get("googleSearch") ?? tool.Get("googleSearchRetrieval")) is not null))
        {
            chat.Json.WriteStartObject("web_search_options"u8);
            chat.Json.WriteEndObject();
        }

        // What else there is, Google does.
        foreach (var member in tools.Where(tool => tool.ValueKind == JsonValueKind.Object).SelectMany(tool => tool.EnumerateObject()))
        {
            if (GeminiNames.Of(member.Name) is not ("functionDeclarations" or "googleSearch" or "googleSearchRetrieval"))
            {
                chat.Drop($"tools.{member.Name}");
            }
        }
    }

    private static void WriteFunction(ChatRequestWriter chat, JsonElement function)
    {
        var json = chat.Json;
        json.WriteStartObject();
        json.WriteString("type"u8, "function"u8);
        json.WriteStartObject("function"u8);
        json.WriteString("name"u8, function.GetText("name") ?? "");
        if (function.Get("description") is { } description)
        {
            json.WriteRaw("description"u8, description);
        }

        if ((function.Get("parametersJsonSchema") ?? function.Get("parameters")) is { } parameters)
        {
            json.WritePropertyName("parameters"u8);
            GeminiSchemaToChat.Write(json, parameters);
        }

        foreach (var member in function.EnumerateObject())
        {
            if (GeminiNames.Of(member.Name) is not ("name" or "description" or "parameters" or "parametersJsonSchema" or "response" or "responseJsonSchema"))
            {
                chat.Drop($"tools.functionDeclarations.{member.Name}");
            }
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteChoice(ChatRequestWriter chat, JsonElement config)
    {
        var json = chat.Json;
        var allowed = config.GetList("allowedFunctionNames").ToArray();
        switch (config.GetText("mode"))
        {
            case "NONE":
                json.WriteString("tool_choice"u8, "none"u8);
                break;
            case "ANY" when allowed.Length == 1:
                json.WriteStartObject("tool_choice"u8);
                json.WriteString("type"u8, "function"u8);
                json.WriteStartObject("function"u8);
                json.WriteRaw("name"u8, allowed[0]);
                json.WriteEndObject();
                json.WriteEndObject();
                break;
            case "ANY":
                json.WriteString("tool_choice"u8, "required"u8);
                DropNames(chat, allowed);
                break;
            default:
                json.WriteString("tool_choice"u8, "auto"u8);
                DropNames(chat, allowed);
                break;
        }
    }

    private static void DropNames(ChatRequestWriter chat, JsonElement[] allowed)
    {
        if (allowed.Length > 0)
        {
            chat.Drop("toolConfig.functionCallingConfig.allowedFunctionNames");
        }
    }
}
