using System.Text.Json;
using Switchboard.Gateway.Translation.Chat.Requests;

namespace Switchboard.Gateway.Translation.Anthropic;

/// <summary>The parts of a message: text, pictures and documents. Sound and video Anthropic does not take.</summary>
internal static class AnthropicParts
{
    /// <summary>Writes a part, if there is anything in it.</summary>
    public static void Write(Utf8JsonWriter json, in ChatPart part, JsonElement message, RequestNotes notes)
    {
        switch (part.Kind)
        {
            case ChatPartKind.Text or ChatPartKind.Refusal:
                WriteText(json, part, message);
                break;
            case ChatPartKind.Image when part.Url is { } url:
                WriteImage(json, part, url, notes);
                break;
            case ChatPartKind.File when part.Element.Find("file"u8) is { } file:
                WriteFile(json, part, file, notes);
                break;
            case ChatPartKind.Other when IsOwn(part.Type):
                json.WriteRaw(part.Element);
                break;
            default:
                notes.Refuse(part.Path, $"Anthropic takes no part of the type '{part.Type}'");
                break;
        }
    }

    /// <summary>Writes where a cache of the prompt may end, an extension that many clients know.</summary>
    public static void WriteCache(Utf8JsonWriter json, JsonElement element)
    {
        if (element.Find("cache_control"u8) is { } cache)
        {
            json.WriteRaw("cache_control"u8, cache);
        }
    }

    // Blocks of Anthropic's own that a caller may write into chat.
    private static bool IsOwn(string type) => type is "image" or "document" or "search_result" or "thinking" or "redacted_thinking" or "container_upload";

    private static void WriteText(Utf8JsonWriter json, in ChatPart part, JsonElement message)
    {
        var text = part.Text;
        if (text.Escaped().IsEmpty)
        {
            return;
        }

        json.WriteStartObject();
        json.WriteString("type"u8, "text"u8);
        json.WriteRaw("text"u8, text);
        WriteCache(json, part.Element.ValueKind == JsonValueKind.Object && part.Kind == ChatPartKind.Text ? part.Element : message);
        json.WriteEndObject();
    }

    private static void WriteImage(Utf8JsonWriter json, in ChatPart part, JsonElement url, RequestNotes notes)
    {
        json.WriteStartObject();
        json.WriteString("type"u8, "image"u8);
        WriteSource(json, part, url, notes);
        WriteCache(json, part.Element);
        json.WriteEndObject();
    }

    private static void WriteFile(Utf8JsonWriter json, in ChatPart part, JsonElement file, RequestNotes notes)
    {
        json.WriteStartObject();
        if (file.Find("file_data"u8) is { ValueKind: JsonValueKind.String } data)
        {
            var isImage = DataUrl.TryRead(data.Utf8(), out var read) && read.MediaType.StartsWith("image/", StringComparison.Ordinal);
            json.WriteString("type"u8, isImage ? "image"u8 : "document"u8);
            WriteSource(json, part, data, notes);
            if (!isImage && file.Find("filename"u8) is { } name)
            {
                json.WriteRaw("title"u8, name);
            }
        }
        else if (file.Find("file_id"u8) is { ValueKind: JsonValueKind.String } id)
        {
            json.WriteString("type"u8, "document"u8);
            json.WriteStartObject("source"u8);
            json.WriteString("type"u8, "file"u8);
            json.WriteRaw("file_id"u8, id);
            json.WriteEndObject();
        }
        else
        {
            notes.Refuse(part.Path, "it has neither 'file_data' nor 'file_id'");
        }

        WriteCache(json, part.Element);
        json.WriteEndObject();
    }

    private static void WriteSource(Utf8JsonWriter json, in ChatPart part, JsonElement url, RequestNotes notes)
    {
        json.WriteStartObject("source"u8);
        if (DataUrl.TryRead(url.Utf8(), out var data))
        {
            json.WriteString("type"u8, "base64"u8);
            json.WriteString("media_type"u8, data.MediaType);
            json.WriteString("data"u8, data.Base64);
        }
        else if (url.Escaped().StartsWith("http"u8))
        {
            json.WriteString("type"u8, "url"u8);
            json.WriteRaw("url"u8, url);
        }
        else
        {
            notes.Refuse(part.Path, "it is neither an http URL nor a data: URL of base64");
        }

        json.WriteEndObject();
    }
}
