using System.Buffers;
using System.Text.Json;

namespace Switchboard.Gateway.Translation.Reranking;

/// <summary>The list of documents by relevance that answers a request for reranking, under way, in the shape that Cohere began.</summary>
internal sealed class RerankList : IDisposable
{
    private readonly ArrayBufferWriter<byte> _output = new(1024);
    private readonly Utf8JsonWriter _results;
    private readonly RerankRequestView _request;
    private JsonElement? _id;
    private JsonElement? _meta;

    /// <summary>A list without any document.</summary>
    public RerankList(RerankRequestView request)
    {
        _request = request;
        _results = new Utf8JsonWriter(_output);
        _results.WriteStartArray();
    }

    /// <summary>How many documents it has.</summary>
    public int Count { get; private set; }

    /// <summary>Adds the document that is next.</summary>
    /// <param name="result">What the provider says of it, with its place among the caller's documents as <c>index</c>.</param>
    /// <param name="score">The member that tells how relevant it is.</param>
    /// <exception cref="InvalidOperationException">There is no such place, or no score.</exception>
    public void Add(JsonElement result, ReadOnlySpan<byte> score)
    {
        if (result.Integer("index"u8) is not { } index || index < 0 || index >= _request.Documents.Count || result.Find(score) is not { ValueKind: JsonValueKind.Number } relevance)
        {
            throw new InvalidOperationException("A result has the place of a document and its score.");
        }

        Count++;
        _results.WriteStartObject();
        _results.WriteNumber("index"u8, index);
        _results.WriteRaw("relevance_score"u8, relevance);
        if (_request.TellsDocuments)
        {
            WriteDocument(_request.Documents[index]);
        }

        _results.WriteEndObject();
    }

    /// <summary>Tells what the provider calls the answer, and what it counted.</summary>
    public void Describe(JsonElement? id, JsonElement? meta) => (_id, _meta) = (id, meta);

    /// <summary>Ends the list.</summary>
    /// <param name="model">The model's name.</param>
    /// <returns>The answer's JSON.</returns>
    public ReadOnlyMemory<byte> Complete(string model)
    {
        _results.WriteEndArray();
        _results.Flush();
        var answer = new ArrayBufferWriter<byte>(_output.WrittenCount + 256);
        using var json = new Utf8JsonWriter(answer);
        json.WriteStartObject();
        if (_id is { } id)
        {
            json.WriteRaw("id"u8, id);
        }

        json.WriteString("model"u8, model);
        json.WritePropertyName("results"u8);
        json.WriteRawValue(_output.WrittenSpan, skipInputValidation: true);
        if (_meta is { } meta)
        {
            json.WriteRaw("meta"u8, meta);
        }

        json.WriteEndObject();
        json.Flush();
        return answer.WrittenMemory;
    }

    /// <inheritdoc/>
    public void Dispose() => _results.Dispose();

    private void WriteDocument(JsonElement document)
    {
        _results.WritePropertyName("document"u8);
        if (document.ValueKind == JsonValueKind.Object)
        {
            _results.WriteRaw(document);
            return;
        }

        _results.WriteStartObject();
        _results.WriteRaw("text"u8, document);
        _results.WriteEndObject();
    }
}
