namespace Switchboard.Gateway.Conversations;

/// <summary>What a caller says in a conversation, already checked.</summary>
/// <param name="Message">The message, not blank.</param>
public sealed record TurnRequest(string Message)
{
    /// <summary>The conversation's id (<see cref="Conversation.Id"/>); null begins a new one.</summary>
    public string? ConversationId { get; init; }

    /// <summary>The conversation's system prompt from now on; null leaves it, an empty one takes it away.</summary>
    public string? SystemPrompt { get; init; }

    /// <summary>The conversation's model from now on; null leaves it.</summary>
    public string? Model { get; init; }

    /// <summary>How freely the model chooses its words, 0 to 2; null leaves it to the model.</summary>
    public double? Temperature { get; init; }

    /// <summary>The most tokens of the answer; null leaves it to the model.</summary>
    public int? MaxTokens { get; init; }

    /// <summary>The answer is told as it comes.</summary>
    public bool Stream { get; init; }
}
