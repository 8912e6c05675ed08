using System.Text.Json;
using Switchboard.Gateway.Pipeline;
using Switchboard.Gateway.Requests;

namespace Switchboard.Gateway.Translation.Reranking;

/// <summary>A request for reranking as translations look at it. Values stay where they are in the body.</summary>
internal sealed class RerankRequestView : IDisposable
{
    private readonly JsonDocument _document;

    private RerankRequestView(JsonDocument document, IReadOnlyList<JsonElement> documents)
    {
        _document = document;
        Documents = documents;
    }

    /// <summary>The whole request.</summary>
    public JsonElement Root => _document.RootElement;

    /// <summary>The documents: texts, or objects.</summary>
    public IReadOnlyList<JsonElement> Documents { get; }

    /// <summary>The documents are told again beside their places.</summary>
    public bool TellsDocuments => Root.IsTrue("return_documents"u8);

    /// <summary>Reads a request.</summary>
    /// <param name="body">Its JSON; it is not to change while the view is used.</param>
    /// <param name="error">Why it cannot be translated.</param>
    /// <returns>Null when there is an error.</returns>
    public static RerankRequestView? Read(ReadOnlyMemory<byte> body, out GatewayError? error)
    {
        var document = JsonDocument.Parse(body, RequestReader.DocumentOptions);
        if (document.RootElement.Find("documents"u8) is { ValueKind: JsonValueKind.Array } list)
        {
            error = null;
            return new RerankRequestView(document, [.. list.EnumerateArray()]);
        }

        document.Dispose();
        error = GatewayError.InvalidRequest("'documents' must be an array of at least one document.", "documents", "invalid_type");
        return null;
    }

    /// <summary>The text of a document that is nothing but a text: written bare, or as the only member of an object; undefined for any other.</summary>
    public static JsonElement TextOf(JsonElement document) =>
        document.ValueKind == JsonValueKind.String ? document
        : document.Find("text"u8) is { ValueKind: JsonValueKind.String } text && document.EnumerateObject().Count() == 1 ? text
        : default;

    /// <inheritdoc/>
    public void Dispose() => _document.Dispose();
}
