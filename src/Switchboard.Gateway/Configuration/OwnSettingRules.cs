namespace Switchboard.Gateway.Configuration;

/// <summary>The settings that belong to some kinds of provider, and what those kinds need.</summary>
internal static class OwnSettingRules
{
    private static readonly (string Setting, Func<ProviderSettings, bool> IsSet, string Type)[] s_owners =
    [
        ("endpoint", provider => provider.Endpoint is not null, "azure"),
        ("api_version", provider => provider.ApiVersion is not null, "azure"),
        ("auth", provider => provider.Auth != KeyKind.Key, "azure"),
        ("authority", provider => provider.Authority is not null, "azure"),
        ("tenant_id", provider => provider.TenantId is not null, "azure"),
        ("client_id", provider => provider.ClientId is not null, "azure"),
        ("client_secret", provider => provider.ClientSecret is not null, "azure"),
        ("region", provider => provider.Region is not null, "bedrock"),
        ("access_key_id", provider => provider.AccessKeyId is not null, "bedrock"),
        ("secret_access_key", provider => provider.SecretAccessKey is not null, "bedrock"),
        ("session_token", provider => provider.SessionToken is not null, "bedrock"),
        ("project", provider => provider.Project is not null, "vertex"),
        ("location", provider => provider.Location is not null, "vertex"),
        ("credentials_file", provider => provider.CredentialsFile is not null, "vertex"),
        ("api", provider => provider.Api != OllamaApi.Native, "ollama"),
    ];

    public static void Check(string path, ProviderSettings provider, List<ConfigurationFault> faults)
    {
        foreach (var (setting, isSet, type) in s_owners)
        {
            // A kind that was plugged in may use what it likes.
            if (type != provider.Type && isSet(provider) && ConfigurationRules.BuiltInProviderTypes.Contains(provider.Type))
            {
                faults.Add(new($"{path}.{setting}", $"It is a setting of the type {type}; a provider of the type {provider.Type} has no use for it."));
            }
        }

        switch (provider.Type)
        {
            case "azure":
                CheckAzure(path, provider, faults);
                break;
            case "bedrock":
                CheckBedrock(path, provider, faults);
                break;
            case "vertex":
                CheckVertex(path, provider, faults);
                break;
        }
    }

    private static void CheckAzure(string path, ProviderSettings provider, List<ConfigurationFault> faults)
    {
        if (provider.Endpoint is null)
        {
            faults.Add(new($"{path}.endpoint", "The address of the resource is needed, such as https://NAME.openai.azure.com."));
        }

        if (provider.BaseUrl is not null)
        {
            faults.Add(new($"{path}.base_url", "The address of Azure is written as endpoint; the gateway knows the paths below it."));
        }

        if (provider.ApiVersion is { } version && !IsWord(version))
        {
            faults.Add(new($"{path}.api_version", "It is made of a-z, 0-9 and '-', such as 2024-10-21."));
        }

        var parts = new[] { provider.TenantId, provider.ClientId, provider.ClientSecret is { } secret ? secret.KeptName ?? secret.Reveal() : null };
        if (parts.Any(part => part is not null) && parts.Any(string.IsNullOrWhiteSpace))
        {
            faults.Add(new($"{path}.client_secret", "Signing in as an application needs all of tenant_id, client_id and client_secret."));
        }
        else if (provider.ClientSecret is not null && provider.ApiKey is not null)
        {
            faults.Add(new($"{path}.api_key", "Either a key or an application (tenant_id, client_id, client_secret) signs in, not both."));
        }
    }

    private static void CheckBedrock(string path, ProviderSettings provider, List<ConfigurationFault> faults)
    {
        if (provider.Region is { } region && !IsWord(region))
        {
            faults.Add(new($"{path}.region", "It is made of a-z, 0-9 and '-', such as eu-central-1."));
        }

        if (provider.AccessKeyId is null != provider.SecretAccessKey is null)
        {
            faults.Add(new($"{path}.secret_access_key", "Signing needs both access_key_id and secret_access_key."));
        }
        else if (provider.ApiKey is not null && provider.SecretAccessKey is not null)
        {
            faults.Add(new($"{path}.api_key", "Either a key or an access key (access_key_id, secret_access_key) is sent, not both."));
        }
        else if (provider.ApiKey is null && provider.SecretAccessKey is null)
        {
            faults.Add(new($"{path}.api_key", "A key is needed: api_key, or access_key_id and secret_access_key; AWS_BEARER_TOKEN_BEDROCK, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, stand for them."));
        }

        if (provider.SessionToken is not null && provider.SecretAccessKey is null)
        {
            faults.Add(new($"{path}.session_token", "It belongs to access_key_id and secret_access_key."));
        }
    }

    private static void CheckVertex(string path, ProviderSettings provider, List<ConfigurationFault> faults)
    {
        if (provider.Project is null || !IsProject(provider.Project))
        {
            faults.Add(new($"{path}.project", "The project is needed, its id or its number; GOOGLE_CLOUD_PROJECT stands for it."));
        }

        if (provider.Location is { } location && !IsWord(location))
        {
            faults.Add(new($"{path}.location", "It is made of a-z, 0-9 and '-', such as europe-west4."));
        }

        if (provider.ApiKey is null && provider.CredentialsFile is null)
        {
            faults.Add(new($"{path}.credentials_file", "A credentials file is needed, or a token as api_key; GOOGLE_APPLICATION_CREDENTIALS stands for the file."));
        }
    }

    // Those of a domain begin with its name: example.com:my-project.
    private static bool IsProject(string text) => text.Length > 0 && text.All(character => char.IsAsciiLetterOrDigit(character) || character is '-' or '.' or ':');

    private static bool IsWord(string text) => text.Length > 0 && text.All(character => char.IsAsciiLetterLower(character) || char.IsAsciiDigit(character) || character == '-');
}
