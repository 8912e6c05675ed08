using System.Globalization;
using System.Text.Json;
using Switchboard.Gateway.Surfaces;

namespace Switchboard.Gateway.Translation.Anthropic.Surface;

/// <summary>
/// <c>system</c> and <c>messages</c> of a request of the Messages API: what tools answered becomes messages of its own,
/// before what else the user says.
/// </summary>
internal static class AnthropicMessagesToChat
{
    /// <summary>Writes <c>messages</c>.</summary>
    public static void Write(ChatRequestWriter chat, JsonElement request)
    {
        if (request.Find("messages"u8) is not { } messages)
        {
            // Told by who reads the request.
            return;
        }

        if (messages.ValueKind != JsonValueKind.Array)
        {
            chat.Json.WriteRaw("messages"u8, messages);
            return;
        }

        chat.Json.WriteStartArray("messages"u8);
        if (messages.GetArrayLength() > 0 && request.Find("system"u8) is { } system)
        {
            WriteSystem(chat, system, "system");
        }

        var index = 0;
        foreach (var message in messages.EnumerateArray())
        {
            WriteMessage(chat, message, string.Create(CultureInfo.InvariantCulture, $"messages[{index++}]"));
        }

        chat.Json.WriteEndArray();
    }

    private static void WriteMessage(ChatRequestWriter chat, JsonElement message, string path)
    {
        if (message.Find("content"u8) is not { ValueKind: JsonValueKind.String or JsonValueKind.Array } content)
        {
            chat.Refuse($"{path}.content", $"'{path}.content' must be a string or an array of content blocks.", "invalid_type");
            return;
        }

        switch (message.Text("role"u8))
        {
            case "user":
                WriteUser(chat, content, path);
                break;
            case "assistant":
                AnthropicTurnsToChat.Write(chat, content, path);
                break;
            case "system":
                WriteSystem(chat, content, path);
                break;
            default:
                chat.Refuse($"{path}.role", $"'{path}.role' must be user or assistant.");
                break;
        }
    }

    private static void WriteSystem(ChatRequestWriter chat, JsonElement system, string path)
    {
        if (system.ValueKind == JsonValueKind.String ? system.Escaped().IsEmpty : system.ValueKind == JsonValueKind.Array && system.GetArrayLength() == 0)
        {
            return;
        }

        Open(chat.Json, "system"u8);
        WriteContent(chat, system, path);
        chat.Json.WriteEndObject();
    }

    private static void WriteUser(ChatRequestWriter chat, JsonElement content, string path)
    {
        if (content.ValueKind == JsonValueKind.String)
        {
            Open(chat.Json, "user"u8);
            chat.Json.WriteRaw("content"u8, content);
            chat.Json.WriteEndObject();
            return;
        }

        var results = content.EnumerateArray().Where(IsResult).ToArray();
        foreach (var result in results)
        {
            WriteResult(chat, result, path);
        }

        if (content.GetArrayLength() > results.Length || results.Any(result => PicturesOf(result).Any()))
        {
            WriteRest(chat, content, results, path);
        }
    }

    private static void WriteRest(ChatRequestWriter chat, JsonElement content, JsonElement[] results, string path)
    {
        Open(chat.Json, "user"u8);
        chat.Json.WriteStartArray("content"u8);

        // Answers of tools are text to OpenAI; pictures among them are shown by the user.
        foreach (var picture in results.SelectMany(PicturesOf))
        {
            AnthropicPartsToChat.Write(chat, picture, path);
        }

        var index = 0;
        foreach (var block in content.EnumerateArray())
        {
            var where = string.Create(CultureInfo.InvariantCulture, $"{path}.content[{index++}]");
            if (!IsResult(block))
            {
                AnthropicPartsToChat.Write(chat, block, where);
            }
        }

        chat.Json.WriteEndArray();
        chat.Json.WriteEndObject();
    }

    private static void WriteResult(ChatRequestWriter chat, JsonElement result, string path)
    {
        var json = chat.Json;
        Open(json, "tool"u8);
        json.WriteString("tool_call_id"u8, result.Text("tool_use_id"u8) ?? "");
        switch (result.Find("content"u8))
        {
            case { ValueKind: JsonValueKind.String } text:
                json.WriteRaw("content"u8, text);
                break;
            case { ValueKind: JsonValueKind.Array } blocks:
                WriteParts(chat, blocks.EnumerateArray().Where(block => !IsPicture(block)), path);
                break;
            default:
                json.WriteString("content"u8, ""u8);
                break;
        }

        if (result.IsTrue("is_error"u8))
        {
            chat.Extension("is_error", true, static (json, value) => json.WriteBooleanValue(value));
        }

        AnthropicPartsToChat.WriteCache(chat, result);
        json.WriteEndObject();
    }

    private static void WriteContent(ChatRequestWriter chat, JsonElement content, string path)
    {
        switch (content.ValueKind)
        {
            case JsonValueKind.String:
                chat.Json.WriteRaw("content"u8, content);
                break;
            case JsonValueKind.Array:
                WriteParts(chat, content.EnumerateArray(), path);
                break;
            default:
                chat.Refuse(path, $"'{path}' must be a string or an array of content blocks.", "invalid_type");
                break;
        }
    }

    // One plain text is a string: every server takes that.
    private static void WriteParts(ChatRequestWriter chat, IEnumerable<JsonElement> content, string path)
    {
        var blocks = content.ToArray();
        if (blocks.Length == 0)
        {
            chat.Json.WriteString("content"u8, ""u8);
            return;
        }

        if (blocks.Length == 1 && blocks[0].Text("type"u8) == "text" && blocks[0].Find("cache_control"u8) is null && blocks[0].Find("text"u8) is { ValueKind: JsonValueKind.String } text)
        {
            chat.Json.WriteRaw("content"u8, text);
            return;
        }

        chat.Json.WriteStartArray("content"u8);
        for (var i = 0; i < blocks.Length; i++)
        {
            AnthropicPartsToChat.Write(chat, blocks[i], string.Create(CultureInfo.InvariantCulture, $"{path}.content[{i}]"));
        }

        chat.Json.WriteEndArray();
    }

    private static void Open(Utf8JsonWriter json, ReadOnlySpan<byte> role)
    {
        json.WriteStartObject();
        json.WriteString("role"u8, role);
    }

    private static bool IsResult(JsonElement block) => block.Text("type"u8) == "tool_result";

    private static bool IsPicture(JsonElement block) => block.Text("type"u8) is "image" or "document" && block.Find("source"u8)?.Text("type"u8) is not ("text" or "content");

    private static IEnumerable<JsonElement> PicturesOf(JsonElement result) =>
        result.Find("content"u8) is { ValueKind: JsonValueKind.Array } blocks ? blocks.EnumerateArray().Where(IsPicture) : [];
}
