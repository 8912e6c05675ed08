using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Switchboard.Gateway.Translation.Responses.Output;

/// <summary>Citations of a chat completion as those of a response: in chat what is cited is an object of its own.</summary>
internal static class OutputAnnotation
{
    private static readonly JsonWriterOptions s_options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    /// <summary>The annotation, raw JSON.</summary>
    /// <param name="annotation">An element of chat's <c>annotations</c>, raw JSON.</param>
    public static ReadOnlySpan<byte> Of(ReadOnlySpan<byte> annotation)
    {
        var reader = new Utf8JsonReader(annotation);
        using var document = JsonDocument.ParseValue(ref reader);
        var type = document.RootElement.Text("type"u8) ?? "url_citation";
        var cited = document.RootElement.TryGetProperty(type, out var inner) && inner.ValueKind == JsonValueKind.Object ? inner : document.RootElement;
        var buffer = new ArrayBufferWriter<byte>(256);
        using var json = new Utf8JsonWriter(buffer, s_options);
        json.WriteStartObject();
        json.WriteString("type"u8, type);
        if (type == "url_citation")
        {
            Fill(json, cited, ("start_index", "0"), ("end_index", "0"), ("title", "\"\""), ("url", "\"\""));
        }
        else if (type == "file_citation")
        {
            Fill(json, cited, ("file_id", "\"\""), ("filename", cited.Find("document_title"u8)?.GetRawText() ?? "\"\""), ("index", cited.Find("document_index"u8)?.GetRawText() ?? "0"));
        }

        foreach (var member in cited.EnumerateObject())
        {
            if (member.Name != "type" && member.Value.ValueKind != JsonValueKind.Null)
            {
                json.WritePropertyName(member.Name);
                json.WriteRaw(member.Value);
            }
        }

        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenSpan;
    }

    // What the kind must have and this one lacks.
    private static void Fill(Utf8JsonWriter json, JsonElement cited, params ReadOnlySpan<(string Name, string Value)> members)
    {
        foreach (var (name, value) in members)
        {
            if (!cited.TryGetProperty(name, out var own) || own.ValueKind == JsonValueKind.Null)
            {
                json.WritePropertyName(name);
                json.WriteRawValue(value, skipInputValidation: true);
            }
        }
    }
}
