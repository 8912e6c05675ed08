using System.Buffers;
using System.Text.Json;

namespace Switchboard.Gateway.Translation.Anthropic.Surface;

/// <summary>An annotation of a chat completion as a citation.</summary>
internal static class AnthropicCitation
{
    /// <summary>Writes it; false for what is no citation.</summary>
    public static bool TryWrite(ReadOnlySpan<byte> annotation, IBufferWriter<byte> output)
    {
        var reader = new Utf8JsonReader(annotation);
        using var document = JsonDocument.ParseValue(ref reader);
        var root = document.RootElement;
        if (root.Find("file_citation"u8) is { ValueKind: JsonValueKind.Object } own && own.Find("cited_text"u8) is not null)
        {
            // It was Anthropic's before it was an annotation.
            output.Write(own.Raw());
            return true;
        }

        // Perplexity and others write its members beside the type.
        var page = root.Find("url_citation"u8) ?? root;
        if (page.Find("url"u8) is not { ValueKind: JsonValueKind.String } url)
        {
            return false;
        }

        using var json = new Utf8JsonWriter(output, new JsonWriterOptions { SkipValidation = true });
        json.WriteStartObject();
        json.WriteString("type"u8, "web_search_result_location"u8);
        Write(json, "cited_text"u8, page.Find("content"u8));
        json.WriteRaw("url"u8, url);
        Write(json, "title"u8, page.Find("title"u8));
        json.WriteString("encrypted_index"u8, ""u8);
        json.WriteEndObject();
        return true;
    }

    private static void Write(Utf8JsonWriter json, ReadOnlySpan<byte> name, JsonElement? text)
    {
        if (text is { ValueKind: JsonValueKind.String } value)
        {
            json.WriteRaw(name, value);
        }
        else
        {
            json.WriteString(name, ""u8);
        }
    }
}
