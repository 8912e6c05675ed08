using Switchboard.Gateway.Pipeline;

namespace Switchboard.Gateway.Translation.Chat;

/// <summary>The tokens of an answer as <c>usage</c> tells them.</summary>
internal readonly record struct ChatUsage
{
    /// <summary>All tokens of the prompt, those from a cache too.</summary>
    public int Prompt { get; init; }

    /// <summary>All tokens of the answer, those of its reasoning too.</summary>
    public int Completion { get; init; }

    /// <summary>Of the prompt, what was read from a cache.</summary>
    public int Cached { get; init; }

    /// <summary>Of the prompt, what was written to a cache.</summary>
    public int CacheWritten { get; init; }

    /// <summary>Of the prompt, sound.</summary>
    public int PromptAudio { get; init; }

    /// <summary>Of the answer, reasoning.</summary>
    public int Reasoning { get; init; }

    /// <summary>Of the answer, sound.</summary>
    public int CompletionAudio { get; init; }

    /// <summary>What the gateway counts.</summary>
    public TokenUsage Total => new(Prompt, Completion);
}
