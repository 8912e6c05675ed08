namespace Switchboard.Gateway.Translation.Bedrock;

/// <summary>Whose model it is, by its id: what is beyond the Converse API each maker has in a way of its own.</summary>
internal readonly struct BedrockModel(string id)
{
    /// <summary>Anthropic's.</summary>
    public bool IsClaude { get; } = id.Contains("anthropic", StringComparison.OrdinalIgnoreCase) || id.Contains("claude", StringComparison.OrdinalIgnoreCase);

    /// <summary>Amazon's Nova.</summary>
    public bool IsNova { get; } = id.Contains("nova", StringComparison.OrdinalIgnoreCase);

    /// <summary>Cohere's.</summary>
    public bool IsCohere { get; } = id.Contains("cohere", StringComparison.OrdinalIgnoreCase);
}
