using System.Buffers;
using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using Switchboard.Gateway.Translation.Chat.Requests;

namespace Switchboard.Gateway.Translation.Bedrock;

/// <summary>The parts of a message: text, pictures, documents and video. Bedrock fetches nothing but from S3.</summary>
internal static class BedrockParts
{
    /// <summary>True for text that is blank, which is refused there.</summary>
    public static bool IsBlank(in ChatPart part) => string.IsNullOrWhiteSpace(part.Text.ValueKind == JsonValueKind.String ? part.Text.GetString() : null);

    /// <summary>Writes a part, if there is anything in it.</summary>
    /// <param name="json">Where to.</param>
    /// <param name="part">The part.</param>
    /// <param name="names">The names of the documents so far, with their numbers: no two may have the same.</param>
    /// <param name="notes">What becomes of what cannot be sent.</param>
    public static void Write(Utf8JsonWriter json, in ChatPart part, Dictionary<string, int> names, RequestNotes notes)
    {
        switch (part.Kind)
        {
            case ChatPartKind.Text or ChatPartKind.Refusal:
                if (!IsBlank(part))
                {
                    json.WriteStartObject();
                    json.WriteRaw("text"u8, part.Text);
                    json.WriteEndObject();
                }

                break;
            case ChatPartKind.Image when part.Url is { } url:
                WriteMedia(json, part, url, "image", notes);
                break;
            case ChatPartKind.Video when part.Url is { } url:
                WriteMedia(json, part, url, "video", notes);
                break;
            case ChatPartKind.File when part.Element.Find("file"u8)?.Find("file_data"u8) is { ValueKind: JsonValueKind.String } data:
                WriteFile(json, part, data, names, notes);
                break;
            case ChatPartKind.Other when part.Element.Find(Encoding.UTF8.GetBytes(part.Type)) is { } own && IsOwn(part.Type):
                json.WriteStartObject();
                json.WritePropertyName(part.Type);
                json.WriteRaw(own);
                json.WriteEndObject();
                break;
            case ChatPartKind.File:
                notes.Refuse(part.Path, "it has no 'file_data', and Bedrock keeps no files");
                break;
            default:
                notes.Refuse(part.Path, $"Bedrock takes no part of the type '{part.Type}'");
                break;
        }
    }

    /// <summary>Writes where a cache of the prompt may end, an extension that many clients know.</summary>
    public static void WriteCache(Utf8JsonWriter json, JsonElement element)
    {
        if (element.Find("cache_control"u8) is not { } cache)
        {
            return;
        }

        json.WriteStartObject();
        json.WriteStartObject("cachePoint"u8);
        json.WriteString("type"u8, "default"u8);
        if (cache.Find("ttl"u8) is { ValueKind: JsonValueKind.String } time)
        {
            json.WriteRaw("ttl"u8, time);
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }

    // Blocks of Converse that a caller may write into chat: {"type":"guardContent","guardContent":{…}}.
    private static bool IsOwn(string type) => type is "guardContent" or "searchResult" or "document" or "cachePoint" or "json";

    private static void WriteMedia(Utf8JsonWriter json, in ChatPart part, JsonElement url, string kind, RequestNotes notes)
    {
        var isData = DataUrl.TryRead(url.Utf8(), out var data);
        var isStored = url.Escaped().StartsWith("s3://"u8);
        var format = isData ? BedrockFormats.OfMedia(data.MediaType) : isStored ? BedrockFormats.OfName(url.GetString()!) : null;
        if (format is null || !BedrockFormats.Is(kind, format))
        {
            notes.Refuse(part.Path, isData || isStored ? "Bedrock does not take its format" : "Bedrock fetches only from S3; write it as a data: URL of base64");
            return;
        }

        json.WriteStartObject();
        json.WriteStartObject(kind);
        json.WriteString("format"u8, format);
        json.WriteStartObject("source"u8);
        if (isData)
        {
            json.WriteString("bytes"u8, data.Base64);
        }
        else
        {
            json.WriteStartObject("s3Location"u8);
            json.WriteRaw("uri"u8, url);
            json.WriteEndObject();
        }

        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteFile(Utf8JsonWriter json, in ChatPart part, JsonElement url, Dictionary<string, int> names, RequestNotes notes)
    {
        var name = part.Element.Find("file"u8)?.Text("filename"u8) ?? "";
        if (!DataUrl.TryRead(url.Utf8(), out var data))
        {
            notes.Refuse(part.Path, "its 'file_data' is no data: URL of base64");
            return;
        }

        var format = BedrockFormats.OfMedia(data.MediaType) ?? BedrockFormats.OfName(name);
        if (format is not null && (BedrockFormats.Is("image", format) || BedrockFormats.Is("video", format)))
        {
            WriteMedia(json, part, url, BedrockFormats.Is("image", format) ? "image" : "video", notes);
            return;
        }

        if (format is null)
        {
            notes.Refuse(part.Path, "Bedrock does not take its format");
            return;
        }

        json.WriteStartObject();
        json.WriteStartObject("document"u8);
        json.WriteString("format"u8, format);
        json.WriteString("name"u8, BedrockFormats.NewNameOf(name, names));
        var citations = part.Element.Find("citations"u8);
        WriteSource(json, data, asText: citations is not null && format == "txt");
        if (citations is { } cited)
        {
            json.WriteRaw("citations"u8, cited);
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }

    // Places in a text can be cited only where it is given as text.
    private static void WriteSource(Utf8JsonWriter json, DataUrl data, bool asText)
    {
        json.WriteStartObject("source"u8);
        var text = new byte[asText ? Base64.GetMaxDecodedFromUtf8Length(data.Base64.Length) : 0];
        if (asText && Base64.DecodeFromUtf8(data.Base64, text, out _, out var length) == OperationStatus.Done)
        {
            json.WriteString("text"u8, text.AsSpan(0, length));
        }
        else
        {
            json.WriteString("bytes"u8, data.Base64);
        }

        json.WriteEndObject();
    }
}
