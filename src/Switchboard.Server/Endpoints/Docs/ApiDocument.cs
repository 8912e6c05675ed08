using System.Buffers;
using System.IO.Compression;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Switchboard.Server.Endpoints.Docs;

/// <summary>
/// The document of the API: OpenAI's operations, as SpecGen writes them, and what the gateway has beside them, a file an
/// area in <c>Own</c>. A file there holds <c>paths</c> and <c>components</c> and is taken in by itself. The program has
/// them in one archive.
/// </summary>
internal static class ApiDocument
{
    private const string Archive = "api-document.zip";
    private const string Generated = "openapi.json";

    private static readonly JsonWriterOptions s_options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Makes the document.</summary>
    public static byte[] Make()
    {
        using var archive = new ZipArchive(typeof(ApiDocument).Assembly.GetManifestResourceStream(Archive)!);
        JsonDocument[] parts = [.. archive.Entries.OrderByDescending(entry => entry.Name == Generated).ThenBy(entry => entry.Name, StringComparer.Ordinal).Select(Read)];
        try
        {
            var output = new ArrayBufferWriter<byte>(1 << 20);
            using (var json = new Utf8JsonWriter(output, s_options))
            {
                Write(json, [.. parts.Select(part => part.RootElement)]);
            }

            return output.WrittenSpan.ToArray();
        }
        finally
        {
            Array.ForEach(parts, part => part.Dispose());
        }
    }

    private static JsonDocument Read(ZipArchiveEntry entry)
    {
        using var json = entry.Open();
        return JsonDocument.Parse(json);
    }

    private static void Write(Utf8JsonWriter json, JsonElement[] parts)
    {
        json.WriteStartObject();
        foreach (var member in parts[0].EnumerateObject())
        {
            if (member.NameEquals("paths"u8))
            {
                WritePaths(json, parts);
            }
            else if (member.NameEquals("components"u8))
            {
                WriteComponents(json, parts);
            }
            else
            {
                member.WriteTo(json);
            }
        }

        json.WriteEndObject();
    }

    private static void WritePaths(Utf8JsonWriter json, JsonElement[] parts)
    {
        json.WriteStartObject("paths"u8);
        foreach (var path in Members(parts[..1], "paths"))
        {
            path.WriteTo(json);
        }

        foreach (var path in Members(parts[1..], "paths"))
        {
            json.WriteStartObject(path.Name);

            // OpenAI's paths are below /v1, ours are not.
            json.WriteStartArray("servers"u8);
            json.WriteStartObject();
            json.WriteString("url"u8, "."u8);
            json.WriteEndObject();
            json.WriteEndArray();
            foreach (var operation in path.Value.EnumerateObject())
            {
                operation.WriteTo(json);
            }

            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    private static void WriteComponents(Utf8JsonWriter json, JsonElement[] parts)
    {
        json.WriteStartObject("components"u8);
        foreach (var kind in Members(parts, "components").GroupBy(kind => kind.Name, kind => kind.Value))
        {
            json.WriteStartObject(kind.Key);
            foreach (var component in kind.SelectMany(components => components.EnumerateObject()))
            {
                component.WriteTo(json);
            }

            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    private static IEnumerable<JsonProperty> Members(IEnumerable<JsonElement> parts, string name) =>
        parts.Where(part => part.TryGetProperty(name, out _)).SelectMany(part => part.GetProperty(name).EnumerateObject());
}
