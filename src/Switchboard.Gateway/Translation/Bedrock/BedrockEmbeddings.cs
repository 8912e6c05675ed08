using System.Text.Json;
using Switchboard.Gateway.Translation.Cohere;
using Switchboard.Gateway.Translation.Embeddings;

namespace Switchboard.Gateway.Translation.Bedrock;

/// <summary>Which makers' embeddings Bedrock runs; each has a body of its own.</summary>
internal static class BedrockEmbeddings
{
    private static readonly EmbeddingDialect s_titan = new TitanEmbeddings();
    private static readonly EmbeddingDialect s_nova = new NovaEmbeddings();
    private static readonly EmbeddingDialect s_cohere = new CohereOnBedrock();

    /// <summary>The dialect of a model; null for one that is not known to make embeddings.</summary>
    public static EmbeddingDialect? Of(string model) =>
        model.Contains("cohere.embed", StringComparison.Ordinal) ? s_cohere
        : model.Contains("titan-embed", StringComparison.Ordinal) ? s_titan
        : model.Contains("nova", StringComparison.Ordinal) && model.Contains("embed", StringComparison.Ordinal) ? s_nova
        : null;

    private sealed class CohereOnBedrock() : CohereEmbeddings(isElsewhere: true)
    {
        public override string PathOf(string model) => BedrockDialect.PathOf(model, "invoke");
    }
}

/// <summary>Embeddings of Amazon's Titan: one text a request.</summary>
/// <remarks>Source: the user guide of Amazon Bedrock, "Amazon Titan Embeddings G1 - Text", "V2" and "Amazon Titan Multimodal Embeddings G1".</remarks>
internal sealed class TitanEmbeddings : EmbeddingDialect
{
    /// <inheritdoc/>
    public override int MostTexts => 1;

    /// <inheritdoc/>
    public override string PathOf(string model) => BedrockDialect.PathOf(model, "invoke");

    /// <inheritdoc/>
    public override void Check(EmbeddingRequestView request, RequestNotes notes) => request.NoteOthers(notes, member => member == "normalize");

    /// <inheritdoc/>
    public override void WriteRequest(Utf8JsonWriter json, EmbeddingRequestView request, IReadOnlyList<JsonElement> texts, string model)
    {
        json.WriteStartObject();
        json.WriteRaw("inputText"u8, texts[0]);
        if (request.Dimensions is { } dimensions)
        {
            WriteDimensions(json, dimensions, model);
        }

        if (request.Root.Find("normalize"u8) is { } normalize)
        {
            json.WriteRaw("normalize"u8, normalize);
        }

        json.WriteEndObject();
    }

    /// <inheritdoc/>
    public override ForeignPiece ReadAnswer(JsonElement answer, EmbeddingList output)
    {
        if (answer.Find("embedding"u8) is not { } vector)
        {
            return answer.Find("message"u8) is null ? ForeignPiece.Malformed : ForeignPiece.Error;
        }

        output.Add(vector);
        output.AddTokens(answer.Integer("inputTextTokenCount"u8));
        return ForeignPiece.Taken;
    }

    // The model that knows pictures too has them in an object.
    private static void WriteDimensions(Utf8JsonWriter json, int dimensions, string model)
    {
        if (model.Contains("titan-embed-image", StringComparison.Ordinal))
        {
            json.WriteStartObject("embeddingConfig"u8);
            json.WriteNumber("outputEmbeddingLength"u8, dimensions);
            json.WriteEndObject();
        }
        else
        {
            json.WriteNumber("dimensions"u8, dimensions);
        }
    }
}

/// <summary>Embeddings of Amazon's Nova: one text a request.</summary>
/// <remarks>Source: the user guide of Amazon Nova, "Using Nova Embeddings".</remarks>
internal sealed class NovaEmbeddings : EmbeddingDialect
{
    /// <inheritdoc/>
    public override int MostTexts => 1;

    /// <inheritdoc/>
    public override string PathOf(string model) => BedrockDialect.PathOf(model, "invoke");

    /// <inheritdoc/>
    public override void Check(EmbeddingRequestView request, RequestNotes notes) => request.NoteOthers(notes, member => member == "embeddingPurpose");

    /// <inheritdoc/>
    public override void WriteRequest(Utf8JsonWriter json, EmbeddingRequestView request, IReadOnlyList<JsonElement> texts, string model)
    {
        json.WriteStartObject();
        json.WriteString("taskType"u8, "SINGLE_EMBEDDING"u8);
        json.WriteStartObject("singleEmbeddingParams"u8);
        json.WriteString("embeddingPurpose"u8, request.Root.Text("embeddingPurpose"u8) ?? "GENERIC_INDEX");
        if (request.Dimensions is { } dimensions)
        {
            json.WriteNumber("embeddingDimension"u8, dimensions);
        }

        json.WriteStartObject("text"u8);
        json.WriteString("truncationMode"u8, "END"u8);
        json.WriteRaw("value"u8, texts[0]);
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndObject();
    }

    /// <inheritdoc/>
    public override ForeignPiece ReadAnswer(JsonElement answer, EmbeddingList output)
    {
        if (answer.Find("embeddings"u8) is not { ValueKind: JsonValueKind.Array } embeddings || embeddings.GetArrayLength() != 1)
        {
            return answer.Find("message"u8) is null ? ForeignPiece.Malformed : ForeignPiece.Error;
        }

        output.Add(embeddings[0].GetProperty("embedding"u8));
        return ForeignPiece.Taken;
    }
}
