using Switchboard.Gateway.Providers.OpenAICompatible;
using Switchboard.Gateway.Translation.Markup;

namespace Switchboard.Gateway.Configuration;

/// <summary>What a configuration must hold to. Every fault is found at once, each with the path of its setting.</summary>
public static class ConfigurationRules
{
    /// <summary>The kinds of provider that come with the gateway.</summary>
    public static IReadOnlyList<string> BuiltInProviderTypes { get; } = [.. Presets.All.Select(preset => preset.Type), "anthropic", "azure", "bedrock", "cohere", "gemini", "ollama", "vertex", "local"];

    /// <summary>What <c>reasoning_parser</c> may be.</summary>
    public static IReadOnlyList<string> ReasoningParsers => MarkupFormat.ReasoningParsers;

    /// <summary>What <c>tool_parser</c> may be.</summary>
    public static IReadOnlyList<string> ToolParsers => MarkupFormat.ToolParsers;

    /// <summary>Checks the whole configuration.</summary>
    /// <returns>The faults; none when the configuration can be used.</returns>
    public static IReadOnlyList<ConfigurationFault> Check(GatewayConfiguration configuration) =>
        Check(configuration, BuiltInProviderTypes);

    /// <summary>Checks the whole configuration where other kinds of provider are registered.</summary>
    /// <returns>The faults; none when the configuration can be used.</returns>
    public static IReadOnlyList<ConfigurationFault> Check(GatewayConfiguration configuration, IReadOnlyCollection<string> providerTypes)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        var faults = new List<ConfigurationFault>();
        ServerRules.Check(configuration.Server, configuration.Access, faults);
        AccessRules.Check(configuration.Access, faults);
        if (configuration.Server.DefaultProvider is { } provider && !configuration.Providers.ContainsKey(provider))
        {
            faults.Add(new("server.default_provider", $"There is no provider '{provider}'."));
        }

        foreach (var (name, settings) in configuration.Providers)
        {
            ProviderRules.Check(name, settings, configuration.Storage, providerTypes, faults);
        }

        foreach (var (name, settings) in configuration.Models)
        {
            ModelRules.Check(name, settings, configuration, faults);
        }

        Ranges.Check("responses.max_stored", configuration.Responses.MaxStored, 0, Ranges.MostRequests, "", faults);
        Ranges.Check("responses.max_megabytes", configuration.Responses.MaxMegabytes, 1, 65_536, " megabytes", faults);
        Ranges.Check("responses.max_age", configuration.Responses.MaxAge, TimeSpan.FromSeconds(1), TimeSpan.FromDays(30), faults);
        ConversationRules.Check(configuration.Conversations, faults);
        RoutingRules.Check(configuration, faults);
        StorageRules.Check(configuration.Storage, faults);
        if (configuration.Ledger.KeepDays is { } days)
        {
            Ranges.Check("ledger.keep_days", days, 1, 3650, " days", faults);
        }

        LimitRules.Check(configuration, faults);
        CacheRules.Check(configuration.Cache, faults);
        GuardrailRules.Check(configuration.Guardrails, faults);
        FileRules.Check(configuration.Files, configuration.Batches, faults);
        TelemetryRules.Check(configuration.Telemetry, faults);
        LoggingRules.Check(configuration.Logging, faults);

        return faults;
    }
}
