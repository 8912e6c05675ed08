namespace Switchboard.Gateway.Pipeline;

/// <summary>What a call cost, as its provider counted it.</summary>
/// <param name="Prompt">Tokens of the prompt.</param>
/// <param name="Completion">Tokens of the answer; none for embeddings.</param>
public readonly record struct TokenUsage(int Prompt, int Completion);
