using System.Buffers;
using System.Buffers.Binary;
using System.Text.Json;

namespace Switchboard.Gateway.Translation.Embeddings;

/// <summary>The list of vectors that answers a request for embeddings, under way.</summary>
internal sealed class EmbeddingList : IDisposable
{
    private readonly ArrayBufferWriter<byte> _output = new(4096);
    private readonly Utf8JsonWriter _json;
    private readonly bool _asBase64;

    /// <summary>A list without any vector.</summary>
    /// <param name="asBase64">Vectors are written as base64 of little-endian floats.</param>
    public EmbeddingList(bool asBase64)
    {
        _asBase64 = asBase64;
        _json = new Utf8JsonWriter(_output);
        _json.WriteStartObject();
        _json.WriteString("object"u8, "list"u8);
        _json.WriteStartArray("data"u8);
    }

    /// <summary>How many vectors it has.</summary>
    public int Count { get; private set; }

    /// <summary>The tokens that were told; null where none were.</summary>
    public int? Tokens { get; private set; }

    /// <summary>Adds the vector of the next text, a JSON array of numbers.</summary>
    /// <exception cref="InvalidOperationException">It is none.</exception>
    public void Add(JsonElement vector)
    {
        if (vector.ValueKind != JsonValueKind.Array)
        {
            throw new InvalidOperationException("A vector is an array of numbers.");
        }

        _json.WriteStartObject();
        _json.WriteString("object"u8, "embedding"u8);
        _json.WriteNumber("index"u8, Count++);
        _json.WritePropertyName("embedding"u8);
        if (_asBase64)
        {
            _json.WriteBase64StringValue(LittleEndian(vector));
        }
        else
        {
            _json.WriteRaw(vector);
        }

        _json.WriteEndObject();
    }

    /// <summary>Adds tokens of a part of the texts.</summary>
    public void AddTokens(int? tokens) => Tokens = tokens is null ? Tokens : (Tokens ?? 0) + tokens;

    /// <summary>Ends the list.</summary>
    /// <param name="model">The model's name.</param>
    /// <returns>The answer's JSON.</returns>
    public ReadOnlyMemory<byte> Complete(string model)
    {
        _json.WriteEndArray();
        _json.WriteString("model"u8, model);
        _json.WriteStartObject("usage"u8);
        _json.WriteNumber("prompt_tokens"u8, Tokens ?? 0);
        _json.WriteNumber("total_tokens"u8, Tokens ?? 0);
        _json.WriteEndObject();
        _json.WriteEndObject();
        _json.Flush();
        return _output.WrittenMemory;
    }

    /// <inheritdoc/>
    public void Dispose() => _json.Dispose();

    private static byte[] LittleEndian(JsonElement vector)
    {
        var bytes = new byte[vector.GetArrayLength() * sizeof(float)];
        var at = 0;
        foreach (var number in vector.EnumerateArray())
        {
            BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(at), number.GetSingle());
            at += sizeof(float);
        }

        return bytes;
    }
}
