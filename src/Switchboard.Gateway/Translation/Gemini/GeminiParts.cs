using System.Text;
using System.Text.Json;
using Switchboard.Gateway.Translation.Chat.Requests;

namespace Switchboard.Gateway.Translation.Gemini;

/// <summary>The parts of a message: text, and pictures, sound, video and files, inside the request or at an address.</summary>
internal static class GeminiParts
{
    // Where Google AI keeps files: an id of one is a path below it.
    private const string Files = "https://generativelanguage.googleapis.com/v1beta/";

    /// <summary>Writes a part, if there is anything in it.</summary>
    public static void Write(Utf8JsonWriter json, in ChatPart part, GeminiTarget target, RequestNotes notes, JsonElement? signature = null)
    {
        if (part.Kind is ChatPartKind.Text or ChatPartKind.Refusal && part.Text.Escaped().IsEmpty)
        {
            return;
        }

        json.WriteStartObject();
        switch (part.Kind)
        {
            case ChatPartKind.Text or ChatPartKind.Refusal:
                json.WriteRaw("text"u8, part.Text);
                break;
            case ChatPartKind.Image or ChatPartKind.Video when part.Url is { } url:
                WriteAddress(json, part, url, FormatOf(part), notes);
                WriteDetail(json, part, target);
                break;
            case ChatPartKind.Audio when part.Element.Find("input_audio"u8)?.Find("data"u8) is { ValueKind: JsonValueKind.String } data:
                WriteSound(json, part, data);
                break;
            case ChatPartKind.File when part.Element.Find("file"u8) is { } file:
                WriteFile(json, part, file, target, notes);
                break;
            default:
                notes.Refuse(part.Path, $"Gemini takes no part of the type '{part.Type}', or it lacks its data");
                break;
        }

        if (signature is { } value)
        {
            json.WriteRaw("thoughtSignature"u8, value);
        }

        json.WriteEndObject();
    }

    /// <summary>Writes data that stands in the request.</summary>
    public static void WriteInline(Utf8JsonWriter json, string mediaType, ReadOnlySpan<byte> base64)
    {
        json.WriteStartObject("inlineData"u8);
        json.WriteString("mimeType"u8, mediaType);
        json.WriteString("data"u8, base64);
        json.WriteEndObject();
    }

    private static void WriteAddress(Utf8JsonWriter json, in ChatPart part, JsonElement url, string? format, RequestNotes notes)
    {
        if (DataUrl.TryRead(url.Utf8(), out var data))
        {
            WriteInline(json, format ?? data.MediaType, data.Base64);
        }
        else if (IsAddress(url.Escaped()))
        {
            var usual = part.Kind == ChatPartKind.Video ? "video/mp4" : "image/jpeg";
            WriteReference(json, url.GetString()!, format ?? MediaTypes.OfName(url.GetString()!) ?? usual);
        }
        else
        {
            notes.Refuse(part.Path, "it is neither an http or gs URL nor a data: URL of base64");
        }
    }

    private static bool IsAddress(ReadOnlySpan<byte> url) => url.StartsWith("https://"u8) || url.StartsWith("http://"u8) || url.StartsWith("gs://"u8);

    private static void WriteReference(Utf8JsonWriter json, string address, string? mediaType)
    {
        json.WriteStartObject("fileData"u8);
        if (mediaType is not null)
        {
            json.WriteString("mimeType"u8, mediaType);
        }

        json.WriteString("fileUri"u8, address);
        json.WriteEndObject();
    }

    // The media type where the caller names it: no member of OpenAI's, but known to several clients.
    private static string? FormatOf(in ChatPart part) =>
        part.Element.Find(part.Kind == ChatPartKind.Image ? "image_url"u8 : "video_url"u8)?.Text("format"u8) is { } format && format.Contains('/', StringComparison.Ordinal) ? format : null;

    private static void WriteDetail(Utf8JsonWriter json, in ChatPart part, GeminiTarget target)
    {
        var level = part.Element.Find("image_url"u8)?.Text("detail"u8) switch
        {
            "low" => "MEDIA_RESOLUTION_LOW",
            "high" => "MEDIA_RESOLUTION_HIGH",
            _ => null,
        };
        if (level is not null && target.Model.Major >= 3)
        {
            json.WriteStartObject("mediaResolution"u8);
            json.WriteString("level"u8, level);
            json.WriteEndObject();
        }
    }

    private static void WriteSound(Utf8JsonWriter json, in ChatPart part, JsonElement data)
    {
        var bytes = data.Utf8();
        if (DataUrl.TryRead(bytes, out var url))
        {
            WriteInline(json, url.MediaType, url.Base64);
            return;
        }

        var format = part.Element.Find("input_audio"u8)?.Text("format"u8) ?? "wav";
        WriteInline(json, format.Contains('/', StringComparison.Ordinal) ? format : $"audio/{format}", bytes);
    }

    private static void WriteFile(Utf8JsonWriter json, in ChatPart part, JsonElement file, GeminiTarget target, RequestNotes notes)
    {
        var told = file.Text("format"u8) ?? file.Text("mime_type"u8) ?? (file.Text("filename"u8) is { } name ? MediaTypes.OfName(name) : null);
        if (file.Find("file_data"u8) is { ValueKind: JsonValueKind.String } data)
        {
            WriteFileData(json, data, told);
        }
        else if (file.Text("file_id"u8) is { Length: > 0 } id && (IsAddress(Encoding.UTF8.GetBytes(id)) || !target.IsVertex))
        {
            var isAddress = IsAddress(Encoding.UTF8.GetBytes(id));
            var path = id.StartsWith("files/", StringComparison.Ordinal) ? id : $"files/{id}";
            WriteReference(json, isAddress ? id : Files + path, told ?? MediaTypes.OfName(id));
        }
        else
        {
            notes.Refuse(part.Path, "it has neither 'file_data' nor a 'file_id' that is known there");
        }
    }

    private static void WriteFileData(Utf8JsonWriter json, JsonElement data, string? told)
    {
        var bytes = data.Utf8();
        if (DataUrl.TryRead(bytes, out var url))
        {
            WriteInline(json, url.MediaType == "application/octet-stream" ? told ?? url.MediaType : url.MediaType, url.Base64);
        }
        else if (IsAddress(bytes))
        {
            var address = data.GetString()!;
            WriteReference(json, address, told ?? MediaTypes.OfName(address));
        }
        else
        {
            WriteInline(json, told ?? "application/pdf", bytes);
        }
    }
}
