using System.Text.Json;
using Switchboard.Gateway.Translation.Embeddings;

namespace Switchboard.Gateway.Translation.Ollama;

/// <summary>Embeddings of Ollama.</summary>
/// <remarks>Source: Ollama's API reference, "Generate embeddings".</remarks>
internal sealed class OllamaEmbeddings : EmbeddingDialect
{
    /// <inheritdoc/>
    public override int MostTexts => 2048;

    /// <inheritdoc/>
    public override string PathOf(string model) => "api/embed";

    /// <inheritdoc/>
    public override void Check(EmbeddingRequestView request, RequestNotes notes) => request.NoteOthers(notes, IsOwn);

    /// <inheritdoc/>
    public override void WriteRequest(Utf8JsonWriter json, EmbeddingRequestView request, IReadOnlyList<JsonElement> texts, string model)
    {
        json.WriteStartObject();
        json.WriteString("model"u8, model);
        json.WriteStartArray("input"u8);
        foreach (var text in texts)
        {
            json.WriteRaw(text);
        }

        json.WriteEndArray();
        if (request.Dimensions is { } dimensions)
        {
            json.WriteNumber("dimensions"u8, dimensions);
        }

        foreach (var member in request.Root.EnumerateObject().Where(member => IsOwn(member.Name)))
        {
            json.WritePropertyName(member.Name);
            json.WriteRaw(member.Value);
        }

        json.WriteEndObject();
    }

    /// <inheritdoc/>
    public override ForeignPiece ReadAnswer(JsonElement answer, EmbeddingList output)
    {
        if (answer.Find("error"u8) is not null)
        {
            return ForeignPiece.Error;
        }

        if (answer.Find("embeddings"u8) is not { ValueKind: JsonValueKind.Array } vectors)
        {
            return ForeignPiece.Malformed;
        }

        foreach (var vector in vectors.EnumerateArray())
        {
            output.Add(vector);
        }

        output.AddTokens(answer.Integer("prompt_eval_count"u8));
        return ForeignPiece.Taken;
    }

    private static bool IsOwn(string member) => member is "truncate" or "keep_alive" or "options";
}
