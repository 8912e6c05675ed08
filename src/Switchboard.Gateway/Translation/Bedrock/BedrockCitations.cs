using System.Buffers;
using System.Text.Json;
using Switchboard.Gateway.Translation.Chat;

namespace Switchboard.Gateway.Translation.Bedrock;

/// <summary>Citations as annotations: those of pages as <c>url_citation</c>, all others with what Bedrock says of the place.</summary>
internal static class BedrockCitations
{
    /// <summary>Tells one citation.</summary>
    public static void Write(JsonElement citation, IChatOutput output, int choice)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            if (citation.Find("location"u8)?.Find("web"u8)?.Find("url"u8) is { ValueKind: JsonValueKind.String } url)
            {
                WritePage(json, citation, url);
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

    private static void WritePage(Utf8JsonWriter json, JsonElement citation, JsonElement url)
    {
        json.WriteString("type"u8, "url_citation"u8);
        json.WriteStartObject("url_citation"u8);
        json.WriteRaw("url"u8, url);
        json.WritePropertyName("title"u8);
        if ((citation.Find("title"u8) ?? citation.Find("location"u8)?.Find("web"u8)?.Find("domain"u8)) is { ValueKind: JsonValueKind.String } title)
        {
            json.WriteRaw(title);
        }
        else
        {
            json.WriteStringValue(""u8);
        }

        // Bedrock cites blocks of text and not places in them.
        json.WriteNumber("start_index"u8, 0);
        json.WriteNumber("end_index"u8, 0);
        json.WriteEndObject();
    }
}
