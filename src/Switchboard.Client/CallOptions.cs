using System.Collections.ObjectModel;
using Switchboard.Protocol.Json;

namespace Switchboard.Client;

/// <summary>What one call does otherwise than its client.</summary>
public sealed record CallOptions
{
    /// <summary>Headers by name: a value replaces the client's header, null removes it.</summary>
    public IReadOnlyDictionary<string, string?> Headers { get; init; } = ReadOnlyDictionary<string, string?>.Empty;

    /// <summary>Headers that are added to those of the same name.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> AddedHeaders { get; init; } = [];

    /// <summary>Query parameters that are added.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Query { get; init; } = [];

    /// <summary>The path in place of the operation's own, under the base URL and already escaped, such as <c>/rerank</c>.</summary>
    public string? Path { get; init; }

    /// <summary>Members of the body that the request's type does not have, or whose value is another; of a form, fields.</summary>
    public IReadOnlyDictionary<string, RawJson> ExtraBody { get; init; } = ReadOnlyDictionary<string, RawJson>.Empty;

    /// <summary>In place of <see cref="SwitchboardClientOptions.Timeout"/>.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>In place of <see cref="SwitchboardClientOptions.MaxRetries"/>.</summary>
    public int? MaxRetries { get; init; }

    /// <summary>Sent as <c>Idempotency-Key</c>, the same with every attempt.</summary>
    public string? IdempotencyKey { get; init; }
}
