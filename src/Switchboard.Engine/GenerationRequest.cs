namespace Switchboard.Engine;

/// <summary>What to generate.</summary>
public sealed record GenerationRequest
{
    /// <summary>The prompt's tokens; at least one.</summary>
    public required IReadOnlyList<int> Prompt { get; init; }

    /// <summary>The most tokens an answer may have; the end of the context is the limit by default.</summary>
    public int MaxTokens { get; init; } = int.MaxValue;

    /// <summary>How many answers to make. The prompt is read once for all.</summary>
    public int Choices { get; init; } = 1;

    /// <summary>How tokens are chosen.</summary>
    public SamplingOptions Sampling { get; init; } = new();

    /// <summary>Texts that end an answer; they are not part of it.</summary>
    public IReadOnlyList<string> Stop { get; init; } = [];

    /// <summary>Tokens that end an answer, besides the model's own.</summary>
    public IReadOnlyList<int> StopTokens { get; init; } = [];

    /// <summary>Whether the model's end-of-text tokens are taken as text and the answer goes on to its limit.</summary>
    public bool IgnoreEndTokens { get; init; }

    /// <summary>Whether each token's log probability is reported.</summary>
    public bool LogProbs { get; init; }

    /// <summary>How many of the likeliest tokens are reported with each; 0 to 20.</summary>
    public int TopLogProbs { get; init; }
}
