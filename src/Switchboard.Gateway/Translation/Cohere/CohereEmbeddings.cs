using System.Text.Json;
using Switchboard.Gateway.Translation.Embeddings;

namespace Switchboard.Gateway.Translation.Cohere;

/// <summary>Embeddings of Cohere, at Cohere itself and elsewhere.</summary>
/// <param name="isElsewhere">Another runs the model: its name stands in the path, and the types of vectors need not be told.</param>
/// <remarks>Source: Cohere's API reference, "Embed".</remarks>
internal class CohereEmbeddings(bool isElsewhere = false) : EmbeddingDialect
{
    /// <inheritdoc/>
    public override int MostTexts => 96;

    /// <inheritdoc/>
    public override string PathOf(string model) => "v2/embed";

    /// <inheritdoc/>
    public override void Check(EmbeddingRequestView request, RequestNotes notes) => request.NoteOthers(notes, member => member == "input_type" || IsOwn(member));

    /// <inheritdoc/>
    public override void WriteRequest(Utf8JsonWriter json, EmbeddingRequestView request, IReadOnlyList<JsonElement> texts, string model)
    {
        json.WriteStartObject();
        if (!isElsewhere)
        {
            json.WriteString("model"u8, model);
        }

        // What vectors are for is asked for there and unknown here: those to be searched are the most.
        json.WriteString("input_type"u8, request.Root.Text("input_type"u8) ?? "search_document");
        json.WriteStartArray("embedding_types"u8);
        json.WriteStringValue("float"u8);
        json.WriteEndArray();
        json.WriteStartArray("texts"u8);
        foreach (var text in texts)
        {
            json.WriteRaw(text);
        }

        json.WriteEndArray();
        if (request.Dimensions is { } dimensions)
        {
            json.WriteNumber("output_dimension"u8, dimensions);
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
        var embeddings = answer.Find("embeddings"u8);
        if ((embeddings is { ValueKind: JsonValueKind.Object } byType ? byType.Find("float"u8) : embeddings) is not { ValueKind: JsonValueKind.Array } vectors)
        {
            return answer.Find("message"u8) is null ? ForeignPiece.Malformed : ForeignPiece.Error;
        }

        foreach (var vector in vectors.EnumerateArray())
        {
            output.Add(vector);
        }

        var billed = answer.Find("meta"u8)?.Find("billed_units"u8);
        output.AddTokens(billed is { } units ? CohereUsage.Count(units, "input_tokens"u8) : null);
        return ForeignPiece.Taken;
    }

    private static bool IsOwn(string member) => member is "truncate" or "max_tokens" or "priority";
}
