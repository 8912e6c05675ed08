using System.Text.Json;
using Switchboard.Gateway.Surfaces;

namespace Switchboard.Gateway.Translation.Anthropic.Surface;

/// <summary>The blocks of a user's message, or of what a tool answered, as parts of a chat message.</summary>
internal static class AnthropicPartsToChat
{
    /// <summary>Writes a block as a part, or as several.</summary>
    /// <param name="chat">The request.</param>
    /// <param name="block">The block.</param>
    /// <param name="path">Where it stands, for errors.</param>
    public static void Write(ChatRequestWriter chat, JsonElement block, string path)
    {
        switch (block.Text("type"u8))
        {
            case "text" when block.Find("text"u8) is { ValueKind: JsonValueKind.String } text:
                WriteText(chat, text, block);
                break;
            case "image" when block.Find("source"u8) is { } source:
                WriteImage(chat, block, source, path);
                break;
            case "document" when block.Find("source"u8) is { } source:
                WriteDocument(chat, block, source, path);
                break;
            case "search_result":
                WriteSearchResult(chat, block);
                break;
            case "container_upload" or "tool_reference":
                chat.Drop(block.Text("type"u8)!);
                break;
            case null:
                chat.Refuse(path, $"'{path}' must be a content block: an object with a 'type' and what belongs to it.");
                break;
            case var type:
                chat.Refuse(path, $"'{path}' is of the type '{Requests.RequestFaults.Shorten(type)}' or lacks what belongs to it; it cannot be translated for the provider of this model.");
                break;
        }
    }

    /// <summary>Writes where a cache of the prompt may end, as an extension.</summary>
    public static void WriteCache(ChatRequestWriter chat, JsonElement block)
    {
        if (block.Find("cache_control"u8) is { } cache)
        {
            chat.Extension("cache_control", cache, static (json, cache) => json.WriteRaw(cache));
        }
    }

    private static void WriteText(ChatRequestWriter chat, JsonElement text, JsonElement block)
    {
        if (text.Escaped().IsEmpty)
        {
            return;
        }

        chat.Json.WriteStartObject();
        chat.Json.WriteString("type"u8, "text"u8);
        chat.Json.WriteRaw("text"u8, text);
        WriteCache(chat, block);
        chat.Json.WriteEndObject();
    }

    private static void WriteText(ChatRequestWriter chat, string text)
    {
        chat.Json.WriteStartObject();
        chat.Json.WriteString("type"u8, "text"u8);
        chat.Json.WriteString("text"u8, text);
        chat.Json.WriteEndObject();
    }

    private static void WriteImage(ChatRequestWriter chat, JsonElement block, JsonElement source, string path)
    {
        if (source.Text("type"u8) == "file")
        {
            WriteFileId(chat, block, source);
            return;
        }

        var json = chat.Json;
        json.WriteStartObject();
        json.WriteString("type"u8, "image_url"u8);
        json.WriteStartObject("image_url"u8);
        json.WritePropertyName("url"u8);
        WriteUrl(chat, source, "image/png"u8, path);
        json.WriteEndObject();
        WriteCache(chat, block);
        json.WriteEndObject();
    }

    private static void WriteDocument(ChatRequestWriter chat, JsonElement block, JsonElement source, string path)
    {
        if (block.Find("citations"u8)?.IsTrue("enabled"u8) is true)
        {
            chat.Drop("citations");
        }

        if (!block.Escaped("context"u8).IsEmpty)
        {
            chat.Drop("document.context");
        }

        switch (source.Text("type"u8))
        {
            case "text" when source.Text("data"u8) is { } text:
                WriteText(chat, Titled(block, text));
                break;
            case "content":
                WriteText(chat, Titled(block, TextOf(source.Find("content"u8))));
                break;
            case "file":
                WriteFileId(chat, block, source);
                break;
            default:
                chat.Json.WriteStartObject();
                chat.Json.WriteString("type"u8, "file"u8);
                chat.Json.WriteStartObject("file"u8);
                chat.Json.WriteString("filename"u8, block.Text("title"u8) ?? "document.pdf");
                chat.Json.WritePropertyName("file_data"u8);
                WriteUrl(chat, source, "application/pdf"u8, path);
                chat.Json.WriteEndObject();
                WriteCache(chat, block);
                chat.Json.WriteEndObject();
                break;
        }
    }

    private static void WriteFileId(ChatRequestWriter chat, JsonElement block, JsonElement source)
    {
        var json = chat.Json;
        json.WriteStartObject();
        json.WriteString("type"u8, "file"u8);
        json.WriteStartObject("file"u8);
        json.WriteString("file_id"u8, source.Text("file_id"u8) ?? "");
        json.WriteEndObject();
        WriteCache(chat, block);
        json.WriteEndObject();
    }

    // What was found is text to a model that knows no such block.
    private static void WriteSearchResult(ChatRequestWriter chat, JsonElement block) =>
        WriteText(chat, $"{block.Text("title"u8)}\n{block.Text("source"u8)}\n{TextOf(block.Find("content"u8))}");

    private static void WriteUrl(ChatRequestWriter chat, JsonElement source, ReadOnlySpan<byte> usualType, string path)
    {
        if (source.Find("data"u8) is { ValueKind: JsonValueKind.String } data)
        {
            // Both as they came, escaped or not.
            var type = source.Escaped("media_type"u8);
            byte[] url = [.. "\"data:"u8, .. (type.IsEmpty ? usualType : type), .. ";base64,"u8, .. data.Escaped(), (byte)'"'];
            chat.Json.WriteRawValue(url, skipInputValidation: true);
        }
        else if (source.Find("url"u8) is { ValueKind: JsonValueKind.String } address)
        {
            chat.Json.WriteRaw(address);
        }
        else
        {
            chat.Json.WriteNullValue();
            chat.Refuse($"{path}.source", $"'{path}.source' must be of the type base64, url, file, text or content, and have what belongs to it.");
        }
    }

    private static string Titled(JsonElement block, string text) => block.Text("title"u8) is { Length: > 0 } title ? $"{title}\n\n{text}" : text;

    private static string TextOf(JsonElement? content) => content switch
    {
        { ValueKind: JsonValueKind.String } text => text.GetString()!,
        { ValueKind: JsonValueKind.Array } blocks => string.Join('\n', blocks.EnumerateArray().Select(block => block.Text("text"u8)).OfType<string>()),
        _ => "",
    };
}
