using System.Text.Json;
using Switchboard.Gateway.Translation.Reranking;

namespace Switchboard.Gateway.Translation.Cohere;

/// <summary>Reranking by Cohere, version 2: documents are texts. Those with several members were version 1's; each is told as the JSON it is.</summary>
/// <remarks>Source: Cohere's API reference, "Rerank".</remarks>
internal sealed class CohereRerank : RerankDialect
{
    /// <inheritdoc/>
    public override string Path => "v2/rerank";

    /// <inheritdoc/>
    public override void WriteRequest(Utf8JsonWriter json, RerankRequestView request, string model, RequestNotes notes)
    {
        json.WriteStartObject();
        json.WriteString("model"u8, model);
        foreach (var member in request.Root.EnumerateObject())
        {
            switch (member.Name)
            {
                case "model" or "return_documents":
                    break;
                case "query" or "top_n" or "max_tokens_per_doc" or "priority":
                    json.WritePropertyName(member.Name);
                    json.WriteRaw(member.Value);
                    break;
                case "documents":
                    WriteDocuments(json, request.Documents);
                    break;
                default:
                    if (!RequestNotes.IsNeutral(member))
                    {
                        notes.Lacks(member.Name);
                    }

                    break;
            }
        }

        json.WriteEndObject();
    }

    /// <inheritdoc/>
    public override ForeignPiece ReadAnswer(JsonElement answer, RerankList output)
    {
        if (answer.Find("results"u8) is not { ValueKind: JsonValueKind.Array } results)
        {
            return answer.Find("message"u8) is null ? ForeignPiece.Malformed : ForeignPiece.Error;
        }

        output.Describe(answer.Find("id"u8), answer.Find("meta"u8));
        foreach (var result in results.EnumerateArray())
        {
            output.Add(result, "relevance_score"u8);
        }

        return ForeignPiece.Taken;
    }

    private static void WriteDocuments(Utf8JsonWriter json, IReadOnlyList<JsonElement> documents)
    {
        json.WriteStartArray("documents"u8);
        foreach (var document in documents)
        {
            if (RerankRequestView.TextOf(document) is { ValueKind: JsonValueKind.String } text)
            {
                json.WriteRaw(text);
            }
            else
            {
                json.WriteStringValue(document.Raw());
            }
        }

        json.WriteEndArray();
    }
}
