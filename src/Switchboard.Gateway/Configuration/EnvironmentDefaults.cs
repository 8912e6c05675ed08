namespace Switchboard.Gateway.Configuration;

/// <summary>What is filled in from well-known environment variables where the configuration is silent.</summary>
public static class EnvironmentDefaults
{
    private const string OpenAI = "openai";
    private const string Local = "local";
    private const string Vertex = "vertex";

    /// <summary>
    /// Adds the provider <c>openai</c> when <c>OPENAI_API_KEY</c> or <c>OPENAI_BASE_URL</c> is set (or fills the key
    /// and URL it was configured without, as long as it speaks to OpenAI itself), and the built-in <c>local</c>
    /// provider when there is none. Providers of the type <c>vertex</c> get project, location and credentials file from
    /// <c>GOOGLE_CLOUD_PROJECT</c>, <c>GOOGLE_CLOUD_LOCATION</c> and <c>GOOGLE_APPLICATION_CREDENTIALS</c>. What the
    /// configuration says stays.
    /// </summary>
    /// <param name="configuration">The configuration as the operator wrote it.</param>
    /// <param name="variable">Reads an environment variable; null or empty where it is not set.</param>
    public static GatewayConfiguration Apply(GatewayConfiguration configuration, Func<string, string?> variable)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        ArgumentNullException.ThrowIfNull(variable);
        var providers = new Dictionary<string, ProviderSettings>(configuration.Providers, StringComparer.Ordinal);
        AddOpenAI(providers, Blank(variable("OPENAI_API_KEY")), Blank(variable("OPENAI_BASE_URL")));
        FillVertex(providers, name => Blank(variable(name)));
        if (!providers.Values.Any(provider => provider.Type == Local))
        {
            providers.TryAdd(Local, new ProviderSettings { Type = Local });
        }

        return configuration with { Providers = providers };
    }

    private static void AddOpenAI(Dictionary<string, ProviderSettings> providers, string? key, string? baseUrl)
    {
        if (!providers.TryGetValue(OpenAI, out var settings))
        {
            if (key is not null || baseUrl is not null)
            {
                providers.Add(OpenAI, new ProviderSettings { Type = OpenAI, ApiKey = ToSecret(key), BaseUrl = ToUri(baseUrl) });
            }

            return;
        }

        // A key goes only where it was meant to go: a URL written in the configuration may be anybody's server.
        if (settings is { Type: OpenAI, BaseUrl: null })
        {
            providers[OpenAI] = settings with { ApiKey = settings.ApiKey ?? ToSecret(key), BaseUrl = ToUri(baseUrl) };
        }
    }

    // The variables that Google's own programs know.
    private static void FillVertex(Dictionary<string, ProviderSettings> providers, Func<string, string?> variable)
    {
        foreach (var (name, settings) in providers.Where(provider => provider.Value.Type == Vertex).ToArray())
        {
            providers[name] = settings with
            {
                Project = settings.Project ?? variable("GOOGLE_CLOUD_PROJECT"),
                Location = settings.Location ?? variable("GOOGLE_CLOUD_LOCATION"),
                CredentialsFile = settings.CredentialsFile ?? (settings.ApiKey is null ? variable("GOOGLE_APPLICATION_CREDENTIALS") : null),
            };
        }
    }

    private static string? Blank(string? value) => string.IsNullOrWhiteSpace(value) ? null : value.Trim();

    private static Secret? ToSecret(string? key) => key is null ? null : new Secret(key);

    // One that is no URL is kept, relative: the rules then name the setting.
    private static Uri? ToUri(string? url) => url is null ? null : new Uri(url, UriKind.RelativeOrAbsolute);
}
