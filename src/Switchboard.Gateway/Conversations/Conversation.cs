namespace Switchboard.Gateway.Conversations;

/// <summary>A conversation as it is kept, without what was said in it.</summary>
/// <param name="Tenant">Whom it belongs to (<see cref="Access.Caller.Tenant"/>); empty for nobody in particular.</param>
/// <param name="Id">Its id within the tenant: 32 hexadecimal digits, lower case. <see cref="ConversationIds"/> has its other forms.</param>
public sealed record Conversation(string Tenant, string Id)
{
    /// <summary>What people call it; null for nothing.</summary>
    public string? Title { get; init; }

    /// <summary>The model that its turns ask for where they name none; null to leave it to the settings.</summary>
    public string? Model { get; init; }

    /// <summary>What the model is told before everything else; null to leave it to the settings.</summary>
    public string? SystemPrompt { get; init; }

    /// <summary>What its caller noted about it, a JSON object.</summary>
    public ReadOnlyMemory<byte> Metadata { get; init; } = "{}"u8.ToArray();

    /// <summary>How often something was added to it. A turn that is added after another number than it began with is refused.</summary>
    public long Turns { get; init; }

    /// <summary>The tokens that its turns used.</summary>
    public long Tokens { get; init; }

    /// <summary>What its turns cost as far as that is known, in nano-dollars.</summary>
    public long Cost { get; init; }

    /// <summary>When it was made.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it was changed last, or something was added to it.</summary>
    public required DateTimeOffset UpdatedAt { get; init; }
}
