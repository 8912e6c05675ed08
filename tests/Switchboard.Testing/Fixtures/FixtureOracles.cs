namespace Switchboard.Testing.Fixtures;

/// <summary>Who says what an answer of each dialect means.</summary>
public static class FixtureOracles
{
    private static readonly Dictionary<string, Func<ChatFixture, ChatFacts>> s_byDialect = new(StringComparer.Ordinal)
    {
        ["anthropic"] = AnthropicOracle.Read,
        ["bedrock"] = BedrockOracle.Read,
        ["cohere"] = CohereOracle.Read,
        ["ollama"] = OllamaOracle.Read,
        ["openai"] = OpenAIOracle.Read,
    };

    /// <summary>The dialects that have one, and that the gateway translates or passes on.</summary>
    public static IReadOnlyCollection<string> Dialects => s_byDialect.Keys;

    /// <summary>What a fixture says.</summary>
    public static ChatFacts Read(ChatFixture fixture) => s_byDialect[fixture.Dialect](fixture);
}
