using System.Text.Json;
using Switchboard.Gateway.Translation.Embeddings;

namespace Switchboard.Gateway.Translation.Gemini;

/// <summary>Embeddings of Google AI.</summary>
/// <remarks>Source: the Gemini API, "Embeddings".</remarks>
internal sealed class GeminiEmbeddings : EmbeddingDialect
{
    /// <inheritdoc/>
    public override int MostTexts => 100;

    /// <inheritdoc/>
    public override string PathOf(string model) => GeminiDialect.PathOf(model, "batchEmbedContents");

    /// <inheritdoc/>
    public override void Check(EmbeddingRequestView request, RequestNotes notes) => request.NoteOthers(notes, IsOwn);

    /// <inheritdoc/>
    public override void WriteRequest(Utf8JsonWriter json, EmbeddingRequestView request, IReadOnlyList<JsonElement> texts, string model)
    {
        var name = model.Contains('/', StringComparison.Ordinal) ? model : $"models/{model}";
        json.WriteStartObject();
        json.WriteStartArray("requests"u8);
        foreach (var text in texts)
        {
            json.WriteStartObject();
            json.WriteString("model"u8, name);
            json.WriteStartObject("content"u8);
            json.WriteStartArray("parts"u8);
            json.WriteStartObject();
            json.WriteRaw("text"u8, text);
            json.WriteEndObject();
            json.WriteEndArray();
            json.WriteEndObject();
            if (request.Dimensions is { } dimensions)
            {
                json.WriteNumber("outputDimensionality"u8, dimensions);
            }

            WriteOwn(json, request);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    /// <inheritdoc/>
    public override ForeignPiece ReadAnswer(JsonElement answer, EmbeddingList output)
    {
        if (answer.Find("error"u8) is not null)
        {
            return ForeignPiece.Error;
        }

        if (answer.Find("embeddings"u8) is not { ValueKind: JsonValueKind.Array } embeddings)
        {
            return ForeignPiece.Malformed;
        }

        foreach (var embedding in embeddings.EnumerateArray())
        {
            output.Add(embedding.Find("values"u8) ?? default);
        }

        output.AddTokens(answer.Find("usageMetadata"u8)?.Integer("promptTokenCount"u8));
        return ForeignPiece.Taken;
    }

    private static void WriteOwn(Utf8JsonWriter json, EmbeddingRequestView request)
    {
        foreach (var member in request.Root.EnumerateObject().Where(member => IsOwn(member.Name)))
        {
            json.WritePropertyName(member.Name is "task_type" ? "taskType" : member.Name);
            json.WriteRaw(member.Value);
        }
    }

    private static bool IsOwn(string member) => member is "task_type" or "taskType" or "title";
}
