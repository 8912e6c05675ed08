namespace Switchboard.Gateway.Conversations;

/// <summary>Something that was said in a conversation, in the form of an item of the Responses API.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Json">The item, UTF-8 JSON.</param>
public sealed record ConversationItem(string Id, ReadOnlyMemory<byte> Json)
{
    /// <summary>The turn that brought it, from 1. Set by who keeps it.</summary>
    public long Turn { get; init; }

    /// <summary>When it was added. Set by who keeps it.</summary>
    public DateTimeOffset CreatedAt { get; init; }
}

/// <summary>A conversation and what was said in it, the oldest first.</summary>
/// <param name="Conversation">The conversation.</param>
/// <param name="Items">All of it, or its last turns.</param>
public sealed record ConversationHistory(Conversation Conversation, IReadOnlyList<ConversationItem> Items);

/// <summary>What is added to a conversation at once: all of it or nothing.</summary>
/// <param name="Tenant">Whom the conversation belongs to.</param>
/// <param name="Id">Its id.</param>
/// <param name="Items">What was said, in order.</param>
public sealed record ConversationTurn(string Tenant, string Id, IReadOnlyList<ConversationItem> Items)
{
    /// <summary>The number of turns that it was made after; a conversation with another is not changed. Null for any.</summary>
    public long? After { get; init; }

    /// <summary>The tokens that it used.</summary>
    public long Tokens { get; init; }

    /// <summary>What it costs, in nano-dollars.</summary>
    public long Cost { get; init; }

    /// <summary>The conversation's model from now on; null leaves it.</summary>
    public string? Model { get; init; }

    /// <summary>Its system prompt from now on; null leaves it.</summary>
    public string? SystemPrompt { get; init; }
}
