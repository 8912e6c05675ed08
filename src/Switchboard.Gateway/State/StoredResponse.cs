using System.Collections.Immutable;

namespace Switchboard.Gateway.State;

/// <summary>A response as it is kept.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Json">The response as its caller got it, UTF-8 JSON.</param>
/// <param name="Input">The items that its request brought, without those that went before.</param>
/// <param name="Output">The items that the model answered, with what its provider wants back.</param>
public sealed record StoredResponse(string Id, ReadOnlyMemory<byte> Json, ImmutableArray<StoredItem> Input, ImmutableArray<StoredItem> Output)
{
    /// <summary>The response that this one goes on from; null for none.</summary>
    public string? PreviousId { get; init; }

    /// <summary>The conversation that it belongs to; null for none.</summary>
    public string? ConversationId { get; init; }

    /// <summary>How many bytes it holds.</summary>
    public long Size => Json.Length + Input.Sum(item => (long)item.Json.Length) + Output.Sum(item => (long)item.Json.Length);
}

/// <summary>An item of a response or a conversation.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Json">The item, UTF-8 JSON.</param>
public readonly record struct StoredItem(string Id, ReadOnlyMemory<byte> Json);
