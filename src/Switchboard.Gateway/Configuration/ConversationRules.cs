namespace Switchboard.Gateway.Configuration;

/// <summary>The rules of the <c>conversations:</c> part.</summary>
internal static class ConversationRules
{
    private const int LongestPrompt = 32_000;

    public static void Check(ConversationSettings settings, List<ConfigurationFault> faults)
    {
        if (settings.Model is { } model && string.IsNullOrWhiteSpace(model))
        {
            faults.Add(new("conversations.model", "The name of a model is needed."));
        }

        if (settings.SystemPrompt is { Length: > LongestPrompt })
        {
            faults.Add(new("conversations.system_prompt", $"At most {LongestPrompt} characters are possible."));
        }

        Ranges.Check("conversations.max_turns", settings.MaxTurns, 1, 1000, "", faults);
        if (settings.MaxTokens is { } tokens)
        {
            Ranges.Check("conversations.max_tokens", tokens, 1, 10_000_000, " tokens", faults);
        }

        Ranges.Check("conversations.max_wait", settings.MaxWait, TimeSpan.Zero, TimeSpan.FromMinutes(10), faults);
        if (settings.Ttl is { } ttl)
        {
            Ranges.Check("conversations.ttl", ttl, TimeSpan.FromMinutes(1), TimeSpan.FromDays(3650), faults);
        }

        Ranges.Check("conversations.max_stored", settings.MaxStored, 1, 100_000_000, "", faults);
    }
}
