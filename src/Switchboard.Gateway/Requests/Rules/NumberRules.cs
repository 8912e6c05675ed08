namespace Switchboard.Gateway.Requests.Rules;

/// <summary>The ranges of the numbers of a request, as docs/wire-behaviour.md lists them.</summary>
internal static class NumberRules
{
    private const int MostTokens = 1_048_576;

    public static NumberRule Temperature { get; } = new("temperature", 0, 2);

    public static NumberRule TopP { get; } = new("top_p", 0, 1) { IsAboveLeast = true };

    public static NumberRule TopK { get; } = new("top_k", -1, int.MaxValue) { IsWhole = true };

    public static NumberRule MinP { get; } = new("min_p", 0, 1);

    public static NumberRule FrequencyPenalty { get; } = new("frequency_penalty", -2, 2);

    public static NumberRule PresencePenalty { get; } = new("presence_penalty", -2, 2);

    public static NumberRule RepetitionPenalty { get; } = new("repetition_penalty", 0, 2) { IsAboveLeast = true };

    public static NumberRule LogitBias { get; } = new("logit_bias", -100, 100);

    public static NumberRule Choices { get; } = new("n", 1, 128) { IsWhole = true };

    public static NumberRule TopLogProbs { get; } = new("top_logprobs", 0, 20) { IsWhole = true };

    public static NumberRule LogProbs { get; } = new("logprobs", 0, 5) { IsWhole = true };

    public static NumberRule BestOf { get; } = new("best_of", 0, 20) { IsWhole = true };

    public static NumberRule MaxTokens { get; } = new("max_tokens", 1, MostTokens) { IsWhole = true };

    public static NumberRule MaxCompletionTokens { get; } = new("max_completion_tokens", 1, MostTokens) { IsWhole = true };

    public static NumberRule MaxOutputTokens { get; } = new("max_output_tokens", 1, MostTokens) { IsWhole = true };

    public static NumberRule MaxToolCalls { get; } = new("max_tool_calls", 1, int.MaxValue) { IsWhole = true };

    public static NumberRule Dimensions { get; } = new("dimensions", 1, int.MaxValue) { IsWhole = true };
}
