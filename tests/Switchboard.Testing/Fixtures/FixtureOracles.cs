namespace Switchboard.Testing.Fixtures;

/// <summary>Who says what an answer of each dialect means.</summary>
public static class FixtureOracles
{
    private static readonly Dictionary<string, Func<ChatFixture, ChatFacts>> s_byDialect = new(StringComparer.Ordinal)
    {
        ["anthropic"] = AnthropicOracle.Read,
        ["bedrock"] = BedrockOracle.Read,
        ["cohere"] = CohereOracle.Read,
        ["gemini"] = GeminiOracle.Read,
        ["ollama"] = OllamaOracle.Read,
        ["openai"] = OpenAIOracle.Read,
    };

    /// <summary>The dialects that have one, and that the gateway translates or passes on.</summary>
    public static IReadOnlyCollection<string> Dialects => s_byDialect.Keys;

    /// <summary>The status with which an error arrives: the provider's own, but for Google's 400 that means a key which it does not know.</summary>
    public static int StatusOf(ChatFixture fixture) =>
        fixture is { Dialect: "gemini", Status: 400 } && fixture.Text.Contains("API_KEY_INVALID", StringComparison.Ordinal) ? 401 : fixture.Status;

    /// <summary>What a fixture says.</summary>
    public static ChatFacts Read(ChatFixture fixture) => s_byDialect[fixture.Dialect](fixture);
}
