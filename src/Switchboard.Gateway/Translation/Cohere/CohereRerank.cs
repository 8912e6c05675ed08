using System.Text.Json;

namespace Switchboard.Gateway.Translation.Cohere;

/// <summary>Reranking by Cohere, version 2: documents are texts, and the caller gets them back only from here.</summary>
/// <remarks>Source: Cohere's API reference, "Rerank".</remarks>
internal static class CohereRerank
{
    /// <summary>Writes the request.</summary>
    public static void Write(Utf8JsonWriter json, JsonElement request, string model, RequestNotes notes)
    {
        json.WriteStartObject();
        json.WriteString("model"u8, model);
        foreach (var member in request.EnumerateObject())
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
                    WriteDocuments(json, member.Value, notes);
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

    /// <summary>Writes the answer.</summary>
    /// <returns>What Cohere's answer was; only when it was <see cref="ForeignPiece.Taken"/> is anything written.</returns>
    public static ForeignPiece WriteAnswer(Utf8JsonWriter json, JsonElement request, JsonElement answer, string model)
    {
        if (answer.Find("results"u8) is not { ValueKind: JsonValueKind.Array } results)
        {
            return answer.Find("message"u8) is null ? ForeignPiece.Malformed : ForeignPiece.Error;
        }

        var documents = request.IsTrue("return_documents"u8) ? request.GetProperty("documents"u8) : default;
        json.WriteStartObject();
        if (answer.Find("id"u8) is { } id)
        {
            json.WriteRaw("id"u8, id);
        }

        json.WriteString("model"u8, model);
        json.WriteStartArray("results"u8);
        foreach (var result in results.EnumerateArray())
        {
            WriteResult(json, result, documents);
        }

        json.WriteEndArray();
        if (answer.Find("meta"u8) is { } meta)
        {
            json.WriteRaw("meta"u8, meta);
        }

        json.WriteEndObject();
        return ForeignPiece.Taken;
    }

    // Documents with several members were version 1's; each is told as the JSON it is.
    private static void WriteDocuments(Utf8JsonWriter json, JsonElement documents, RequestNotes notes)
    {
        json.WriteStartArray("documents"u8);
        if (documents.ValueKind != JsonValueKind.Array)
        {
            notes.Refuse("documents", "it is no array");
        }
        else
        {
            foreach (var document in documents.EnumerateArray())
            {
                WriteText(json, document);
            }
        }

        json.WriteEndArray();
    }

    private static void WriteText(Utf8JsonWriter json, JsonElement document)
    {
        if (document.ValueKind == JsonValueKind.String)
        {
            json.WriteRaw(document);
        }
        else if (document.Find("text"u8) is { ValueKind: JsonValueKind.String } text && document.EnumerateObject().Count() == 1)
        {
            json.WriteRaw(text);
        }
        else
        {
            json.WriteStringValue(document.Raw());
        }
    }

    private static void WriteResult(Utf8JsonWriter json, JsonElement result, JsonElement documents)
    {
        json.WriteStartObject();
        foreach (var member in result.EnumerateObject())
        {
            json.WritePropertyName(member.Name);
            json.WriteRaw(member.Value);
        }

        if (documents.ValueKind == JsonValueKind.Array && result.Integer("index"u8) is { } index && index >= 0 && index < documents.GetArrayLength())
        {
            json.WritePropertyName("document"u8);
            WriteDocument(json, documents[index]);
        }

        json.WriteEndObject();
    }

    private static void WriteDocument(Utf8JsonWriter json, JsonElement document)
    {
        if (document.ValueKind == JsonValueKind.Object)
        {
            json.WriteRaw(document);
            return;
        }

        json.WriteStartObject();
        json.WriteRaw("text"u8, document);
        json.WriteEndObject();
    }
}
