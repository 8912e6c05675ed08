using System.Globalization;
using System.Text.Json;
using Switchboard.Gateway.Requests;

namespace Switchboard.Gateway.Translation.Responses.Requests;

/// <summary>The parts of a message, or of what a tool gave, as chat has them.</summary>
internal static class ResponsesParts
{
    /// <summary>Writes <c>content</c>: a text alone as a string, which every server takes, anything else as a list.</summary>
    /// <param name="json">Where to.</param>
    /// <param name="content">A string or a list of parts.</param>
    /// <param name="path">Where it stands in the request, for errors.</param>
    /// <param name="notes">What cannot be sent.</param>
    public static void WriteContent(Utf8JsonWriter json, JsonElement content, string path, RequestNotes notes)
    {
        json.WritePropertyName("content"u8);
        if (content.ValueKind == JsonValueKind.String)
        {
            json.WriteRaw(content);
        }
        else if (content.ValueKind != JsonValueKind.Array)
        {
            json.WriteNullValue();
            notes.Refuse(path, "it must be a string or an array of parts");
        }
        else if (content.GetArrayLength() == 1 && TextOf(content[0]) is { } text)
        {
            json.WriteRaw(text);
        }
        else
        {
            WriteList(json, content, path, notes);
        }
    }

    /// <summary>The text of a part that has one.</summary>
    public static JsonElement? TextOf(JsonElement part) => part.Text("type"u8) is "input_text" or "output_text" or "text" or "summary_text" or "reasoning_text"
        && part.Find("text"u8) is { ValueKind: JsonValueKind.String } text ? text : null;

    private static void WriteList(Utf8JsonWriter json, JsonElement content, string path, RequestNotes notes)
    {
        json.WriteStartArray();
        var index = 0;
        foreach (var part in content.EnumerateArray())
        {
            json.WriteStartObject();
            Write(json, part, string.Create(CultureInfo.InvariantCulture, $"{path}[{index++}]"), notes);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void Write(Utf8JsonWriter json, JsonElement part, string path, RequestNotes notes)
    {
        if (TextOf(part) is { } text)
        {
            json.WriteString("type"u8, "text"u8);
            json.WriteRaw("text"u8, text);
            return;
        }

        switch (part.Text("type"u8))
        {
            case "refusal" when part.Find("refusal"u8) is { ValueKind: JsonValueKind.String } refusal:
                json.WriteString("type"u8, "text"u8);
                json.WriteRaw("text"u8, refusal);
                break;
            case "input_image":
                WriteImage(json, part, path, notes);
                break;
            case "input_file":
                WriteFile(json, part, path, notes);
                break;
            case "input_audio" when part.Find("input_audio"u8) is { } audio:
                json.WriteString("type"u8, "input_audio"u8);
                json.WriteRaw("input_audio"u8, audio);
                break;
            case { } type:
                notes.Refuse(path, $"chat has no part of the type '{RequestFaults.Shorten(type)}'");
                break;
            default:
                notes.Refuse(path, "it must be a content part: an object with a 'type' and what belongs to it");
                break;
        }
    }

    private static void WriteImage(Utf8JsonWriter json, JsonElement part, string path, RequestNotes notes)
    {
        if (part.Find("image_url"u8) is not { ValueKind: JsonValueKind.String } url)
        {
            notes.Refuse(path, part.Find("file_id"u8) is null ? "it has no 'image_url'" : "chat takes no picture by 'file_id'; give its 'image_url'");
            return;
        }

        json.WriteString("type"u8, "image_url"u8);
        json.WriteStartObject("image_url"u8);
        json.WriteRaw("url"u8, url);
        if (part.Find("detail"u8) is { } detail)
        {
            json.WriteRaw("detail"u8, detail);
        }

        json.WriteEndObject();
    }

    private static void WriteFile(Utf8JsonWriter json, JsonElement part, string path, RequestNotes notes)
    {
        if (part.Find("file_data"u8) is null && part.Find("file_id"u8) is null)
        {
            notes.Refuse(path, part.Find("file_url"u8) is null ? "it has neither 'file_data' nor 'file_id'" : "chat takes no file by 'file_url'; give its 'file_data'");
            return;
        }

        json.WriteString("type"u8, "file"u8);
        json.WriteStartObject("file"u8);
        foreach (var member in part.EnumerateObject())
        {
            if (member.Name is "file_data" or "file_id" or "filename" && member.Value.ValueKind != JsonValueKind.Null)
            {
                json.WritePropertyName(member.Name);
                json.WriteRaw(member.Value);
            }
        }

        json.WriteEndObject();
    }
}
