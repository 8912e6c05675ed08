using System.Text.Json;

namespace Switchboard.Gateway.Translation.Embeddings;

/// <summary>How a provider that does not speak the OpenAI API is asked for embeddings, and what it answers.</summary>
internal abstract class EmbeddingDialect
{
    /// <summary>How many texts one request may have; more are asked for in several.</summary>
    public abstract int MostTexts { get; }

    /// <summary>Where a request goes, below the provider's base URL.</summary>
    public abstract string PathOf(string model);

    /// <summary>Notes what the dialect cannot express. With a fault among the notes nothing is sent.</summary>
    public abstract void Check(EmbeddingRequestView request, RequestNotes notes);

    /// <summary>Writes the body of a request.</summary>
    /// <param name="json">Where to.</param>
    /// <param name="request">The caller's request.</param>
    /// <param name="texts">Those of its texts that this request is for.</param>
    /// <param name="model">The model's name at the provider.</param>
    public abstract void WriteRequest(Utf8JsonWriter json, EmbeddingRequestView request, IReadOnlyList<JsonElement> texts, string model);

    /// <summary>Reads an answer.</summary>
    /// <exception cref="InvalidOperationException">Its JSON is not of the dialect's shape.</exception>
    public abstract ForeignPiece ReadAnswer(JsonElement answer, EmbeddingList output);
}
