using System.Buffers;
using System.Text.Json;
using Switchboard.Gateway.Translation.Chat;

namespace Switchboard.Gateway.Translation;

/// <summary>Citations of dialects that cite blocks of text, and not places in them, as annotations.</summary>
internal static class BlockCitations
{
    /// <summary>Tells one citation: of a page as <c>url_citation</c>, of anything else with what the dialect says of the place.</summary>
    /// <param name="citation">The citation in its dialect.</param>
    /// <param name="url">The page's address; null where none is cited.</param>
    /// <param name="title">The page's title, where it has one.</param>
    /// <param name="text">The words that are cited, where they are told.</param>
    /// <param name="output">Where to.</param>
    /// <param name="choice">The choice.</param>
    public static void Write(JsonElement citation, JsonElement? url, JsonElement? title, JsonElement? text, IChatOutput output, int choice)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            if (url is { ValueKind: JsonValueKind.String } page)
            {
                WritePage(json, page, title, text);
            }
            else
            {
                json.WriteString("type"u8, "file_citation"u8);
                json.WriteRaw("file_citation"u8, citation);
            }

            json.WriteEndObject();
        }

        output.Annotation(choice, buffer.WrittenSpan);
    }

    private static void WritePage(Utf8JsonWriter json, JsonElement url, JsonElement? title, JsonElement? text)
    {
        json.WriteString("type"u8, "url_citation"u8);
        json.WriteStartObject("url_citation"u8);
        json.WriteRaw("url"u8, url);
        json.WritePropertyName("title"u8);
        if (title is { ValueKind: JsonValueKind.String } told)
        {
            json.WriteRaw(told);
        }
        else
        {
            json.WriteStringValue(""u8);
        }

        json.WriteNumber("start_index"u8, 0);
        json.WriteNumber("end_index"u8, 0);
        if (text is { } cited)
        {
            json.WriteRaw("content"u8, cited);
        }

        json.WriteEndObject();
    }
}
