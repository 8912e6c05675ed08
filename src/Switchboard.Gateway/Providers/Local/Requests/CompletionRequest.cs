namespace Switchboard.Gateway.Providers.Local.Requests;

/// <summary>One prompt: a text or tokens.</summary>
internal readonly record struct TextOrTokens(string? Text, IReadOnlyList<int>? Tokens);

/// <summary>A completion request as the local engine understands it.</summary>
internal sealed record CompletionRequest
{
    /// <summary>The prompts; each is answered on its own.</summary>
    public required IReadOnlyList<TextOrTokens> Prompts { get; init; }

    /// <summary>How tokens are chosen.</summary>
    public required SamplingMembers Sampling { get; init; }

    /// <summary>Whether the answer begins with the prompt.</summary>
    public bool Echo { get; init; }

    /// <summary>How many likeliest tokens go with each; null where no log probabilities are asked for.</summary>
    public int? LogProbs { get; init; }

    /// <summary>How many answers are made, of which the likeliest are given.</summary>
    public int BestOf { get; init; }
}
