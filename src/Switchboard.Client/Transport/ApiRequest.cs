using Switchboard.Protocol.Operations;

namespace Switchboard.Client.Transport;

/// <summary>What a resource's method asks the transport for.</summary>
internal sealed class ApiRequest(OpenAIOperation operation, string path, CallOptions? options)
{
    public OpenAIOperation Operation { get; } = operation;

    /// <summary>The path under the base URL, escaped.</summary>
    public string Path { get; } = path;

    public CallOptions Options { get; } = options ?? Default;

    public RequestBody? Body { get; init; }

    public QueryString? Query { get; init; }

    /// <summary>The model that the request names: Azure's deployment, and what telemetry tells.</summary>
    public string? Model { get; init; }

    /// <summary>The most bytes that are read of an answer that is bytes; null for no limit.</summary>
    public int? MaxBytes { get; init; }

    private static CallOptions Default { get; } = new();
}
