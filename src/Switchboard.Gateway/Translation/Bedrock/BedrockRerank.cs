using System.Globalization;
using System.Text.Json;
using Switchboard.Gateway.Translation.Reranking;

namespace Switchboard.Gateway.Translation.Bedrock;

/// <summary>Reranking by Bedrock's agent runtime: one query, and sources that are a text or an object each. Models are known by their ARN.</summary>
/// <param name="region">The region that models are asked in.</param>
/// <remarks>Source: the API reference of Agents for Amazon Bedrock Runtime, "Rerank".</remarks>
internal sealed class BedrockRerank(string region) : RerankDialect
{
    private const int MostDocuments = 1000;

    /// <inheritdoc/>
    public override string Path => "rerank";

    /// <inheritdoc/>
    public override void WriteRequest(Utf8JsonWriter json, RerankRequestView request, string model, RequestNotes notes)
    {
        Check(request, notes);
        json.WriteStartObject();
        json.WriteStartArray("queries"u8);
        json.WriteStartObject();
        json.WriteString("type"u8, "TEXT"u8);
        json.WriteStartObject("textQuery"u8);
        json.WriteString("text"u8, request.Root.Text("query"u8));
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteStartArray("sources"u8);
        for (var i = 0; i < request.Documents.Count; i++)
        {
            WriteSource(json, request.Documents[i], i, notes);
        }

        json.WriteEndArray();
        WriteConfiguration(json, request, model);
        json.WriteEndObject();
    }

    /// <inheritdoc/>
    public override ForeignPiece ReadAnswer(JsonElement answer, RerankList output)
    {
        if (answer.Find("results"u8) is not { ValueKind: JsonValueKind.Array } results)
        {
            return answer.Find("message"u8) is null ? ForeignPiece.Malformed : ForeignPiece.Error;
        }

        foreach (var result in results.EnumerateArray())
        {
            output.Add(result, "relevanceScore"u8);
        }

        // A page of the answer is not the answer. Places and scores of all documents fit one by far.
        return answer.Find("nextToken"u8) is null ? ForeignPiece.Taken : ForeignPiece.Malformed;
    }

    private static void Check(RerankRequestView request, RequestNotes notes)
    {
        if (request.Root.Text("query"u8) is null)
        {
            notes.Refuse("query", "it is no text");
        }

        if (request.Root.Find("top_n"u8) is not null && request.Root.Integer("top_n"u8) is not > 0)
        {
            notes.Refuse("top_n", "it is no whole number from 1 on");
        }

        if (request.Documents.Count > MostDocuments)
        {
            notes.Refuse("documents", string.Create(CultureInfo.InvariantCulture, $"Bedrock takes at most {MostDocuments} of them"));
        }

        foreach (var member in request.Root.EnumerateObject())
        {
            if (member.Name is not ("model" or "query" or "documents" or "top_n" or "return_documents" or "additionalModelRequestFields") && !RequestNotes.IsNeutral(member))
            {
                notes.Lacks(member.Name);
            }
        }
    }

    private static void WriteSource(Utf8JsonWriter json, JsonElement document, int index, RequestNotes notes)
    {
        json.WriteStartObject();
        json.WriteString("type"u8, "INLINE"u8);
        json.WriteStartObject("inlineDocumentSource"u8);
        if (RerankRequestView.TextOf(document) is { ValueKind: JsonValueKind.String } text)
        {
            json.WriteString("type"u8, "TEXT"u8);
            json.WriteStartObject("textDocument"u8);
            json.WriteRaw("text"u8, text);
            json.WriteEndObject();
        }
        else if (document.ValueKind == JsonValueKind.Object)
        {
            json.WriteString("type"u8, "JSON"u8);
            json.WriteRaw("jsonDocument"u8, document);
        }
        else
        {
            notes.Refuse(string.Create(CultureInfo.InvariantCulture, $"documents[{index}]"), "it is neither a text nor an object");
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }

    // Who does not say how many wants all.
    private void WriteConfiguration(Utf8JsonWriter json, RerankRequestView request, string model)
    {
        json.WriteStartObject("rerankingConfiguration"u8);
        json.WriteString("type"u8, "BEDROCK_RERANKING_MODEL"u8);
        json.WriteStartObject("bedrockRerankingConfiguration"u8);
        json.WriteNumber("numberOfResults"u8, Math.Min(request.Root.Integer("top_n"u8) ?? int.MaxValue, request.Documents.Count));
        json.WriteStartObject("modelConfiguration"u8);
        json.WriteString("modelArn"u8, ArnOf(model));
        if (request.Root.Find("additionalModelRequestFields"u8) is { } own)
        {
            json.WriteRaw("additionalModelRequestFields"u8, own);
        }

        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private string ArnOf(string model) => model.StartsWith("arn:", StringComparison.Ordinal) ? model
        : $"arn:{PartitionOf(region)}:bedrock:{region}::foundation-model/{model}";

    private static string PartitionOf(string region) =>
        region.StartsWith("cn-", StringComparison.Ordinal) ? "aws-cn"
        : region.StartsWith("us-gov-", StringComparison.Ordinal) ? "aws-us-gov"
        : "aws";
}
