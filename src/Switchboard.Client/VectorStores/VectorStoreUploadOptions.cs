using Switchboard.Protocol.Files;
using Switchboard.Protocol.VectorStores;

namespace Switchboard.Client.VectorStores;

/// <summary>How files are uploaded into a vector store.</summary>
public sealed record VectorStoreUploadOptions
{
    /// <summary>How many files are uploaded at the same time; 5 by default.</summary>
    public int Parallelism
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1, nameof(Parallelism));
            field = value;
        }
    }
    = 5;

    /// <summary>What the files are for; <c>assistants</c> by default, which is what vector stores take.</summary>
    public UploadFileRequestPurpose Purpose { get; init; } = UploadFileRequestPurpose.Assistants;

    /// <summary>When the uploaded files expire; by the server's rule when null.</summary>
    public FileExpiration? ExpiresAfter { get; init; }

    /// <summary>Ids of files that are uploaded already and join the batch.</summary>
    public IReadOnlyList<string> FileIds { get; init; } = [];

    /// <summary>How the files are cut into chunks; by the server's rule when null.</summary>
    public ChunkingStrategy? ChunkingStrategy { get; init; }

    /// <summary>Attributes of each file, to filter searches by.</summary>
    public IReadOnlyDictionary<string, AttributeValue>? Attributes { get; init; }
}
