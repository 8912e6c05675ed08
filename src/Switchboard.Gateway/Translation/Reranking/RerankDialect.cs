using System.Text.Json;

namespace Switchboard.Gateway.Translation.Reranking;

/// <summary>How a provider is asked for the order of documents by their relevance, and what it answers.</summary>
internal abstract class RerankDialect
{
    /// <summary>Where a request goes, below the provider's base URL.</summary>
    public abstract string Path { get; }

    /// <summary>Writes the body of the request. With a fault among the notes nothing is sent.</summary>
    public abstract void WriteRequest(Utf8JsonWriter json, RerankRequestView request, string model, RequestNotes notes);

    /// <summary>Reads the answer.</summary>
    /// <exception cref="InvalidOperationException">Its JSON is not of the dialect's shape.</exception>
    public abstract ForeignPiece ReadAnswer(JsonElement answer, RerankList output);
}
