using System.Collections;

namespace Switchboard.Testing.Processes;

/// <summary>The caller's environment without what would configure the gateway.</summary>
public static class GatewayEnvironment
{
    private static readonly string[] s_prefixes =
    [
        "OPENAI_", "SWITCHBOARD_", "ANTHROPIC_", "AZURE_", "AWS_", "GEMINI_", "GOOGLE_", "COHERE_", "OLLAMA_", "ASPNETCORE_", "OTEL_",
    ];

    private static readonly string[] s_names = ["REDIS_URL", "DATABASE_URL", "OTLP_ENDPOINT", "DOTNET_ENVIRONMENT", "DOTNET_URLS"];

    /// <summary>The cleared environment with the given variables added.</summary>
    public static Dictionary<string, string> With(IReadOnlyDictionary<string, string> added)
    {
        var environment = new Dictionary<string, string>();
        foreach (DictionaryEntry variable in Environment.GetEnvironmentVariables())
        {
            if (variable.Key is string name && !IsConfiguration(name))
            {
                environment[name] = (string?)variable.Value ?? "";
            }
        }

        // What else runs on this machine is none of a test's business.
        environment["SWITCHBOARD__SERVER__DISCOVER"] = "false";
        foreach (var (name, value) in added)
        {
            environment[name] = value;
        }

        return environment;
    }

    /// <summary>Whether the gateway would take the variable as a setting.</summary>
    public static bool IsConfiguration(string name) =>
        s_prefixes.Any(prefix => name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase))
        || name.EndsWith("_API_KEY", StringComparison.OrdinalIgnoreCase)
        || s_names.Contains(name, StringComparer.OrdinalIgnoreCase);
}
