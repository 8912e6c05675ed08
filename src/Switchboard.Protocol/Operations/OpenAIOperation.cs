namespace Switchboard.Protocol.Operations;

/// <summary>One operation of the API, as the specification has it.</summary>
/// <param name="Id">The specification's <c>operationId</c>.</param>
/// <param name="Method">HTTP method in capitals.</param>
/// <param name="Path">Path template below the base address, with its parameters in braces: <c>/files/{file_id}</c>.</param>
public sealed record OpenAIOperation(string Id, string Method, string Path)
{
    /// <summary>It takes an <c>application/json</c> body.</summary>
    public bool TakesJson { get; init; }

    /// <summary>The top-level members of its JSON body, in the specification's order; none where it takes no JSON object.</summary>
    public IReadOnlyList<string> RequestMembers { get; init; } = [];

    /// <summary>It takes a <c>multipart/form-data</c> body.</summary>
    public bool TakesForm { get; init; }

    /// <summary>Its answer can be a stream of server-sent events.</summary>
    public bool Streams { get; init; }

    /// <summary>Media type of an answer that is not JSON: audio, video, a file; null for JSON.</summary>
    public string? BinaryContentType { get; init; }

    /// <summary>Value of the <c>OpenAI-Beta</c> header that it wants; null for none.</summary>
    public string? BetaHeader { get; init; }

    /// <summary>It wants an administrator's key.</summary>
    public bool NeedsAdminKey { get; init; }

    /// <summary>How the next page of its list is asked for.</summary>
    public Pagination Pagination { get; init; }

    /// <summary>The API calls it deprecated.</summary>
    public bool IsDeprecated { get; init; }
}
