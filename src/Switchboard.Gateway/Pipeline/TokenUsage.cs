namespace Switchboard.Gateway.Pipeline;

/// <summary>What a call used, as its provider counted it. Kinds of tokens are parts of <see cref="Prompt"/> or <see cref="Completion"/>, never beside them.</summary>
/// <param name="Prompt">Tokens of the prompt, those from a cache too.</param>
/// <param name="Completion">Tokens of the answer, those of its reasoning too; none for embeddings.</param>
public readonly record struct TokenUsage(int Prompt, int Completion)
{
    /// <summary>Of the prompt, what was read from a cache.</summary>
    public int Cached { get; init; }

    /// <summary>Of the prompt, what was written to a cache.</summary>
    public int CacheWritten { get; init; }

    /// <summary>Of the prompt, sound.</summary>
    public int PromptAudio { get; init; }

    /// <summary>Of the prompt, pictures.</summary>
    public int PromptImage { get; init; }

    /// <summary>Of the answer, reasoning.</summary>
    public int Reasoning { get; init; }

    /// <summary>Of the answer, sound.</summary>
    public int CompletionAudio { get; init; }

    /// <summary>Of the answer, pictures.</summary>
    public int CompletionImage { get; init; }

    /// <summary>The tokens of two answers.</summary>
    public static TokenUsage operator +(TokenUsage left, TokenUsage right) => new(left.Prompt + right.Prompt, left.Completion + right.Completion)
    {
        Cached = left.Cached + right.Cached,
        CacheWritten = left.CacheWritten + right.CacheWritten,
        PromptAudio = left.PromptAudio + right.PromptAudio,
        PromptImage = left.PromptImage + right.PromptImage,
        Reasoning = left.Reasoning + right.Reasoning,
        CompletionAudio = left.CompletionAudio + right.CompletionAudio,
        CompletionImage = left.CompletionImage + right.CompletionImage,
    };

    /// <summary>The tokens of two answers.</summary>
    public static TokenUsage Add(TokenUsage left, TokenUsage right) => left + right;
}
