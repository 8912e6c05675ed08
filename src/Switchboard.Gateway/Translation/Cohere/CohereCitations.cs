using System.Buffers;
using System.Text.Json;
using Switchboard.Gateway.Translation.Chat;

namespace Switchboard.Gateway.Translation.Cohere;

/// <summary>Citations as annotations: sources that have an address as <c>url_citation</c>, all others with what Cohere says of them.</summary>
internal static class CohereCitations
{
    /// <summary>Tells one citation: an annotation for each source with an address, or one for all.</summary>
    public static void Write(JsonElement citation, IChatOutput output, int choice)
    {
        var hasPage = false;
        if (citation.Text("type"u8) is null or "TEXT_CONTENT" && citation.Find("sources"u8) is { ValueKind: JsonValueKind.Array } sources)
        {
            foreach (var source in sources.EnumerateArray())
            {
                if ((source.Find("document"u8) ?? source.Find("tool_output"u8)) is { } page && page.Find("url"u8) is { ValueKind: JsonValueKind.String } url)
                {
                    hasPage = true;
                    WritePage(citation, page, url, output, choice);
                }
            }
        }

        if (!hasPage)
        {
            WriteWhole(citation, output, choice);
        }
    }

    private static void WritePage(JsonElement citation, JsonElement page, JsonElement url, IChatOutput output, int choice)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("type"u8, "url_citation"u8);
            json.WriteStartObject("url_citation"u8);
            json.WriteRaw("url"u8, url);
            if (page.Find("title"u8) is { ValueKind: JsonValueKind.String } title)
            {
                json.WriteRaw("title"u8, title);
            }
            else
            {
                json.WriteString("title"u8, ""u8);
            }

            json.WriteNumber("start_index"u8, citation.Integer("start"u8) ?? 0);
            json.WriteNumber("end_index"u8, citation.Integer("end"u8) ?? 0);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        output.Annotation(choice, buffer.WrittenSpan);
    }

    private static void WriteWhole(JsonElement citation, IChatOutput output, int choice)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("type"u8, "file_citation"u8);
            json.WriteRaw("file_citation"u8, citation);
            json.WriteEndObject();
        }

        output.Annotation(choice, buffer.WrittenSpan);
    }
}
