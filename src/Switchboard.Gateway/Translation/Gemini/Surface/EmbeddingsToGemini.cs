using System.Buffers;
using System.Text.Json;
using Switchboard.Gateway.Surfaces;

namespace Switchboard.Gateway.Translation.Gemini.Surface;

/// <summary>Embeddings as Google tells them.</summary>
internal sealed class EmbeddingsToGemini(bool isBatch) : ISurface
{
    /// <inheritdoc/>
    public string StreamType => throw new NotSupportedException("Embeddings do not stream.");

    /// <inheritdoc/>
    public ISurfaceStream Stream(IBufferWriter<byte> output) => throw new NotSupportedException("Embeddings do not stream.");

    /// <inheritdoc/>
    public bool TryWrite(ReadOnlyMemory<byte> answer, IBufferWriter<byte> output)
    {
        using var document = JsonDocument.Parse(answer);
        if (document.RootElement.Find("data"u8) is not { ValueKind: JsonValueKind.Array } data)
        {
            return false;
        }

        var vectors = data.EnumerateArray().Select(one => one.Find("embedding"u8) ?? default).ToArray();
        if (vectors.Length == 0 || !Array.TrueForAll(vectors, vector => vector.ValueKind == JsonValueKind.Array))
        {
            return false;
        }

        using var json = new Utf8JsonWriter(output, new JsonWriterOptions { SkipValidation = true });
        json.WriteStartObject();
        if (isBatch)
        {
            json.WriteStartArray("embeddings"u8);
            foreach (var vector in vectors)
            {
                Write(json, vector);
            }

            json.WriteEndArray();
        }
        else
        {
            json.WritePropertyName("embedding"u8);
            Write(json, vectors[0]);
        }

        json.WriteEndObject();
        return true;
    }

    private static void Write(Utf8JsonWriter json, JsonElement vector)
    {
        json.WriteStartObject();
        json.WriteRaw("values"u8, vector);
        json.WriteEndObject();
    }
}
