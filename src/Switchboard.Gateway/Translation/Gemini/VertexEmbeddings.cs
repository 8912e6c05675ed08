using System.Text.Json;
using Switchboard.Gateway.Translation.Embeddings;

namespace Switchboard.Gateway.Translation.Gemini;

/// <summary>Embeddings of Vertex AI.</summary>
/// <param name="model">The model: the newer take one text a request.</param>
/// <remarks>Source: Vertex AI, "Text embeddings API".</remarks>
internal sealed class VertexEmbeddings(string model) : EmbeddingDialect
{
    /// <inheritdoc/>
    public override int MostTexts => model.StartsWith("gemini-", StringComparison.Ordinal) ? 1 : 250;

    /// <inheritdoc/>
    public override string PathOf(string model) => GeminiDialect.PathOf(model, "predict");

    /// <inheritdoc/>
    public override void Check(EmbeddingRequestView request, RequestNotes notes) => request.NoteOthers(notes, IsOwn);

    /// <inheritdoc/>
    public override void WriteRequest(Utf8JsonWriter json, EmbeddingRequestView request, IReadOnlyList<JsonElement> texts, string model)
    {
        json.WriteStartObject();
        json.WriteStartArray("instances"u8);
        foreach (var text in texts)
        {
            json.WriteStartObject();
            json.WriteRaw("content"u8, text);
            WriteOwn(json, request, "task_type", "task_type");
            WriteOwn(json, request, "taskType", "task_type");
            WriteOwn(json, request, "title", "title");
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartObject("parameters"u8);
        if (request.Dimensions is { } dimensions)
        {
            json.WriteNumber("outputDimensionality"u8, dimensions);
        }

        WriteOwn(json, request, "auto_truncate", "autoTruncate");
        json.WriteEndObject();
        json.WriteEndObject();
    }

    /// <inheritdoc/>
    public override ForeignPiece ReadAnswer(JsonElement answer, EmbeddingList output)
    {
        if (answer.Find("error"u8) is not null)
        {
            return ForeignPiece.Error;
        }

        if (answer.Find("predictions"u8) is not { ValueKind: JsonValueKind.Array } predictions)
        {
            return ForeignPiece.Malformed;
        }

        foreach (var prediction in predictions.EnumerateArray())
        {
            var embedding = prediction.Find("embeddings"u8) ?? default;
            output.Add(embedding.Find("values"u8) ?? default);
            output.AddTokens(embedding.Find("statistics"u8)?.Integer("token_count"u8));
        }

        return ForeignPiece.Taken;
    }

    private static void WriteOwn(Utf8JsonWriter json, EmbeddingRequestView request, string member, string name)
    {
        if (request.Root.TryGetProperty(member, out var value) && value.ValueKind != JsonValueKind.Null)
        {
            json.WritePropertyName(name);
            json.WriteRaw(value);
        }
    }

    private static bool IsOwn(string member) => member is "task_type" or "taskType" or "title" or "auto_truncate";
}
