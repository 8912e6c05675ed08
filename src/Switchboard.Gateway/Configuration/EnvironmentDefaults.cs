namespace Switchboard.Gateway.Configuration;

/// <summary>What is filled in from well-known environment variables where the configuration is silent.</summary>
public static class EnvironmentDefaults
{
    private const string Local = "local";
    private const string Bedrock = "bedrock";
    private const string Vertex = "vertex";

    /// <summary>Fills in for the kinds of provider that come with the gateway.</summary>
    /// <inheritdoc cref="Apply(GatewayConfiguration, Func{string, string}, IReadOnlyCollection{string})"/>
    public static GatewayConfiguration Apply(GatewayConfiguration configuration, Func<string, string?> variable) =>
        Apply(configuration, variable, ConfigurationRules.BuiltInProviderTypes);

    /// <summary>
    /// Adds the providers whose well-known variables are set, each by the name of its kind (or fills the key that one
    /// of the kind was configured without, as long as it speaks to its kind's own address), and the built-in <c>local</c>
    /// provider when there is none. What the configuration says stays: where it has a provider of the kind already, at
    /// the kind's own address, no second one is added. Providers of the type <c>bedrock</c> get region and access key from
    /// <c>AWS_REGION</c>, <c>AWS_ACCESS_KEY_ID</c>, <c>AWS_SECRET_ACCESS_KEY</c> and <c>AWS_SESSION_TOKEN</c>, those of the type <c>vertex</c> project, location and credentials file
    /// from <c>GOOGLE_CLOUD_PROJECT</c>, <c>GOOGLE_CLOUD_LOCATION</c> and <c>GOOGLE_APPLICATION_CREDENTIALS</c>; the shared
    /// state is that of <c>REDIS_URL</c>.
    /// </summary>
    /// <param name="configuration">The configuration as the operator wrote it.</param>
    /// <param name="variable">Reads an environment variable; null or empty where it is not set.</param>
    /// <param name="types">The kinds of provider there are.</param>
    public static GatewayConfiguration Apply(GatewayConfiguration configuration, Func<string, string?> variable, IReadOnlyCollection<string> types)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        ArgumentNullException.ThrowIfNull(variable);
        ArgumentNullException.ThrowIfNull(types);
        var providers = new Dictionary<string, ProviderSettings>(configuration.Providers, StringComparer.Ordinal);
        string? Value(string name) => variable(name) is { } value && !string.IsNullOrWhiteSpace(value) ? value.Trim() : null;
        foreach (var known in WellKnownProvider.All.Where(known => types.Contains(known.Type)))
        {
            Add(known, configuration, providers, Value);
        }

        FillBedrock(providers, Value);
        FillVertex(providers, Value);
        if (!providers.Values.Any(provider => provider.Type == Local))
        {
            providers.TryAdd(Local, new ProviderSettings { Type = Local });
        }

        return configuration with { Providers = providers, Storage = FillStorage(configuration.Storage, Value) };
    }

    private static void Add(WellKnownProvider known, GatewayConfiguration configuration, Dictionary<string, ProviderSettings> providers, Func<string, string?> variable)
    {
        if (known.Read(variable) is not { } found)
        {
            return;
        }

        // A key goes only where it was meant to go: a URL written in the configuration may be anybody's server.
        foreach (var (name, settings) in configuration.Providers.Where(provider => provider.Value.Type == known.Type && provider.Value is { BaseUrl: null, Endpoint: null }))
        {
            var key = settings.Credential.Secret is null ? found.ApiKey : settings.ApiKey;
            providers[name] = name == known.Type ? settings with { ApiKey = key, BaseUrl = found.BaseUrl, Endpoint = found.Endpoint }
                : found is { BaseUrl: null, Endpoint: null } ? settings with { ApiKey = key }
                : settings;
        }

        if (!providers.ContainsKey(known.Type) && !HasOneAlready(known, configuration))
        {
            providers.Add(known.Type, found);
        }
    }

    // Two providers of the same models would make each of their names ambiguous.
    private static bool HasOneAlready(WellKnownProvider known, GatewayConfiguration configuration) =>
        configuration.Providers.Values.Any(provider => provider.Type == known.Type && provider.BaseUrl is null)
        || (known.IsForOtherThings && configuration.Providers.Count > 0);

    // The variables that Amazon's own programs know. A key that is written down wins over all of them.
    private static void FillBedrock(Dictionary<string, ProviderSettings> providers, Func<string, string?> variable)
    {
        foreach (var (name, settings) in providers.Where(provider => provider.Value is { Type: Bedrock, BaseUrl: null }).ToArray())
        {
            var isSilent = settings is { ApiKey: null, AccessKeyId: null, SecretAccessKey: null };
            providers[name] = settings with
            {
                Region = settings.Region ?? variable("AWS_REGION") ?? variable("AWS_DEFAULT_REGION"),
                AccessKeyId = isSilent ? Secret(variable("AWS_ACCESS_KEY_ID")) : settings.AccessKeyId,
                SecretAccessKey = isSilent ? Secret(variable("AWS_SECRET_ACCESS_KEY")) : settings.SecretAccessKey,
                SessionToken = isSilent ? Secret(variable("AWS_SESSION_TOKEN")) : settings.SessionToken,
            };
        }
    }

    // As many platforms name what they provide.
    private static StorageSettings FillStorage(StorageSettings storage, Func<string, string?> variable) =>
        storage.Shared is null ? storage with { Shared = Secret(variable("REDIS_URL")) } : storage;

    private static Secret? Secret(string? value) => value is null ? null : new Secret(value);

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
}
