using Switchboard.Protocol.Embeddings;

namespace Switchboard.Client.Embeddings;

/// <summary>What the client adds to a request for embeddings.</summary>
internal static class EmbeddingDefaults
{
    /// <summary>Asks for base64 where the caller asks for no encoding: a quarter of the bytes and no numbers to parse; both forms are read alike.</summary>
    public static EmbeddingRequest Apply(EmbeddingRequest request) =>
        request.EncodingFormat is null ? request with { EncodingFormat = EmbeddingRequestEncodingFormat.Base64 } : request;
}
