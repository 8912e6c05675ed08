using System.Text;
using System.Text.Json;
using Switchboard.Gateway.Surfaces;

namespace Switchboard.Gateway.Translation.Gemini.Surface;

/// <summary>The parts of what a user says.</summary>
internal static class GeminiPartsToChat
{
    /// <summary>Writes a part.</summary>
    public static void Write(ChatRequestWriter chat, JsonElement part, string path)
    {
        if (part.Get("text") is { ValueKind: JsonValueKind.String } text)
        {
            if (!text.Escaped().IsEmpty)
            {
                WriteText(chat.Json, text);
            }
        }
        else if (part.Get("inlineData") is { } data)
        {
            WriteData(chat, data, path);
        }
        else if (part.Get("fileData") is { } file)
        {
            WriteFile(chat, file);
        }
        else
        {
            chat.Refuse(path, $"'{path}' must be one of text, inlineData, fileData and functionResponse to be translated for the provider of this model.");
        }

        if (part.Get("videoMetadata") is not null)
        {
            chat.Drop("videoMetadata");
        }
    }

    /// <summary>Writes a part of text.</summary>
    public static void WriteText(Utf8JsonWriter json, JsonElement text)
    {
        json.WriteStartObject();
        json.WriteString("type"u8, "text"u8);
        json.WriteRaw("text"u8, text);
        json.WriteEndObject();
    }

    private static void WriteData(ChatRequestWriter chat, JsonElement data, string path)
    {
        var type = data.GetText("mimeType") ?? "";
        if (data.Get("data") is not { ValueKind: JsonValueKind.String } base64 || type.Length == 0)
        {
            chat.Refuse($"{path}.inlineData", $"'{path}.inlineData' must have a 'mimeType' and 'data'.");
            return;
        }

        var plain = PlainOf(base64);
        if (AudioFormatOf(type) is { } format)
        {
            var json = chat.Json;
            json.WriteStartObject();
            json.WriteString("type"u8, "input_audio"u8);
            json.WriteStartObject("input_audio"u8);
            json.WriteString("data"u8, plain);
            json.WriteString("format"u8, format);
            json.WriteEndObject();
            json.WriteEndObject();
        }
        else
        {
            WriteUrl(chat.Json, type, [.. "data:"u8, .. Encoding.UTF8.GetBytes(type), .. ";base64,"u8, .. plain]);
        }
    }

    // Google takes the base64 of URLs, too, which its SDK for Python writes; elsewhere it is none.
    private static byte[] PlainOf(JsonElement base64)
    {
        var plain = base64.Utf8().ToArray();
        plain.AsSpan().Replace((byte)'-', (byte)'+');
        plain.AsSpan().Replace((byte)'_', (byte)'/');
        return plain;
    }

    private static void WriteFile(ChatRequestWriter chat, JsonElement file) =>
        WriteUrl(chat.Json, file.GetText("mimeType") ?? "", (file.Get("fileUri") ?? default).Utf8());

    private static void WriteUrl(Utf8JsonWriter json, string type, ReadOnlySpan<byte> url)
    {
        var isImage = type.StartsWith("image/", StringComparison.Ordinal);
        var isVideo = type.StartsWith("video/", StringComparison.Ordinal);
        json.WriteStartObject();
        if (isImage || isVideo)
        {
            json.WriteString("type"u8, isImage ? "image_url"u8 : "video_url"u8);
            json.WriteStartObject(isImage ? "image_url"u8 : "video_url"u8);
            json.WritePropertyName("url"u8);
        }
        else
        {
            json.WriteString("type"u8, "file"u8);
            json.WriteStartObject("file"u8);
            json.WriteString("filename"u8, type == "application/pdf" ? "document.pdf"u8 : "document"u8);
            json.WritePropertyName("file_data"u8);
        }

        json.WriteStringValue(url);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static string? AudioFormatOf(string type) => type switch
    {
        "audio/wav" or "audio/x-wav" => "wav",
        "audio/mp3" or "audio/mpeg" => "mp3",
        _ => null,
    };
}
