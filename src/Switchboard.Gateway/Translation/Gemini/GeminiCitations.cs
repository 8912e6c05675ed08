using System.Buffers;
using System.Text.Json;
using Switchboard.Gateway.Translation.Chat;

namespace Switchboard.Gateway.Translation.Gemini;

/// <summary>Where an answer comes from, as annotations of the kind <c>url_citation</c>: the pages of a search, and what the model recites.</summary>
internal static class GeminiCitations
{
    /// <summary>Tells <c>groundingMetadata</c>.</summary>
    public static void WriteGrounding(JsonElement grounding, GeminiCandidate candidate, IChatOutput output, int choice)
    {
        var chunks = Elements(grounding, "groundingChunks"u8);
        var supports = Elements(grounding, "groundingSupports"u8);
        foreach (var support in supports)
        {
            var segment = support.Find("segment"u8) ?? default;
            var start = candidate.CharacterOf(segment.Integer("startIndex"u8) ?? 0);
            var end = candidate.CharacterOf(segment.Integer("endIndex"u8) ?? 0);
            foreach (var index in Elements(support, "groundingChunkIndices"u8))
            {
                if (index.ValueKind == JsonValueKind.Number && index.TryGetInt32(out var number) && number >= 0 && number < chunks.Length)
                {
                    Write(PageOf(chunks[number]), start, end, candidate, output, choice);
                }
            }
        }

        if (supports.Length == 0)
        {
            foreach (var chunk in chunks)
            {
                Write(PageOf(chunk), 0, 0, candidate, output, choice);
            }
        }
    }

    /// <summary>Tells <c>citationMetadata</c>.</summary>
    public static void WriteRecited(JsonElement citations, GeminiCandidate candidate, IChatOutput output, int choice)
    {
        // Google AI has the one name, Vertex AI the other.
        foreach (var source in (JsonElement[])[.. Elements(citations, "citationSources"u8), .. Elements(citations, "citations"u8)])
        {
            var start = candidate.CharacterOf(source.Integer("startIndex"u8) ?? 0);
            Write(source, start, candidate.CharacterOf(source.Integer("endIndex"u8) ?? 0), candidate, output, choice);
        }
    }

    // {"web":{"uri":…,"title":…}}; also retrievedContext and maps.
    private static JsonElement PageOf(JsonElement chunk)
    {
        if (chunk.ValueKind == JsonValueKind.Object)
        {
            foreach (var member in chunk.EnumerateObject())
            {
                if (member.Value.Find("uri"u8) is not null)
                {
                    return member.Value;
                }
            }
        }

        return default;
    }

    private static void Write(JsonElement page, int start, int end, GeminiCandidate candidate, IChatOutput output, int choice)
    {
        if (page.Text("uri"u8) is not { Length: > 0 } url || !candidate.IsNew(url, start, end))
        {
            return;
        }

        var buffer = new ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("type"u8, "url_citation"u8);
            json.WriteStartObject("url_citation"u8);
            json.WriteString("url"u8, url);
            json.WriteString("title"u8, page.Text("title"u8) ?? "");
            json.WriteNumber("start_index"u8, start);
            json.WriteNumber("end_index"u8, end);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        output.Annotation(choice, buffer.WrittenSpan);
    }

    private static JsonElement[] Elements(JsonElement element, ReadOnlySpan<byte> name) =>
        element.Find(name) is { ValueKind: JsonValueKind.Array } list ? [.. list.EnumerateArray()] : [];
}
