namespace Switchboard.Gateway.Configuration;

/// <summary>How conversations are kept and gone on with, the <c>conversations:</c> part.</summary>
public sealed record ConversationSettings
{
    /// <summary>The model of turns whose request and conversation name none (<c>model</c>). Default null: <c>server.defaults.model</c>, or the first model that answers.</summary>
    public string? Model { get; init; }

    /// <summary>What the model is told first where a conversation has no system prompt of its own (<c>system_prompt</c>). Default null: nothing.</summary>
    public string? SystemPrompt { get; init; }

    /// <summary>How many of the last turns the model reads (<c>max_turns</c>), 1 to 1,000. Default 20.</summary>
    public int MaxTurns { get; init; } = 20;

    /// <summary>How many tokens of them, as they are estimated (<c>max_tokens</c>), 1 to 10,000,000. Default null: a third of the model's context window where that is known.</summary>
    public int? MaxTokens { get; init; }

    /// <summary>How long a turn waits for the one before it (<c>max_wait</c>), 0 s to 10 min. Default 30 s.</summary>
    public TimeSpan MaxWait { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a conversation is kept after it was used last (<c>ttl</c>), 1 min to 3,650 d. Default null: until it is deleted.</summary>
    public TimeSpan? Ttl { get; init; }

    /// <summary>The most conversations that are kept, of all callers (<c>max_stored</c>), 1 to 100,000,000; those used longest ago go first. Default 1,000,000.</summary>
    public int MaxStored { get; init; } = 1_000_000;
}
