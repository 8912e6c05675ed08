using System.Globalization;
using System.Text;

namespace Switchboard.Server.Configuration.Import;

/// <summary>Makes providers of what deployments of LiteLLM say of their connections: one for all that say the same.</summary>
internal sealed class LiteLlmProviders(LiteLlmValues values, ImportNotes notes, LiteLlmDefaults defaults)
{
    private const string Params = "model_list[].litellm_params";

    private readonly Dictionary<string, string> _bySettings = new(StringComparer.Ordinal);

    /// <summary>The providers by name.</summary>
    public ImportedGroup All { get; } = new();

    /// <summary>The provider of a deployment.</summary>
    /// <returns>Its name; null, and a note, where it cannot be made.</returns>
    public string? Find(LiteLlmTarget target, ImportNode parameters)
    {
        var settings = new ImportedGroup();
        settings["type"] = TypeOf(target);
        var isMade = target.Kind.Type switch
        {
            "azure" => SetAzure(settings, target, parameters),
            "bedrock" => SetBedrock(settings, target, parameters),
            "vertex" => SetVertex(settings, parameters),
            _ => SetServer(settings, target.Kind, parameters),
        };
        if (!isMade)
        {
            return null;
        }

        SetTimes(settings, parameters);
        SetDropping(settings, target.Kind, parameters);
        var written = new StringBuilder();
        var whole = new ImportedGroup();
        whole.Group("p")["s"] = settings;
        ImportedYaml.Write(written, whole);
        if (!_bySettings.TryGetValue(written.ToString(), out var name))
        {
            _bySettings[written.ToString()] = name = FreeName((string)settings["type"]!);
            All[name] = settings;
        }

        return name;
    }

    /// <summary>What may be spent at a kind of provider.</summary>
    public IEnumerable<ImportedGroup> OfType(string type) => All.Settings.Select(provider => (ImportedGroup)provider.Value).Where(settings => (string)settings["type"]! == type);

    private static string TypeOf(LiteLlmTarget target) => target.Kind.Type;

    private string FreeName(string type)
    {
        var name = type;
        for (var i = 2; All[name] is not null; i++)
        {
            name = string.Create(CultureInfo.InvariantCulture, $"{type}-{i}");
        }

        return name;
    }

    private bool SetServer(ImportedGroup settings, LiteLlmKind kind, ImportNode parameters)
    {
        var address = parameters.TakeAny("api_base", "base_url");
        if (address is null && kind is { NeedsBaseUrl: true, BaseUrlVariable: null })
        {
            notes.Lose($"{Params}.api_base", parameters, "it is missing, and nothing else says where this server is; the deployment was left out.");
            return false;
        }

        settings["base_url"] = address is not null ? AddressOf(address, kind)
            : kind is { NeedsBaseUrl: true, BaseUrlVariable: { } variable } ? ReadVariable(variable, "the address of the server")
            : kind.BaseUrl;
        settings["api_key"] = KeyOf(parameters, kind, settings["base_url"] is not null);
        return true;
    }

    private bool SetAzure(ImportedGroup settings, LiteLlmTarget target, ImportNode parameters)
    {
        var address = parameters.TakeAny("api_base", "base_url");
        var endpoint = address is null ? ReadVariable(target.Kind.BaseUrlVariable!, "the address of the resource") : EndpointOf(address);
        var version = parameters.Take("api_version") is { } written ? values.Text(written, $"{Params}.api_version") : null;
        settings["endpoint"] = target.Kind.Prefix == "azure_ai" && address?.Text?.Contains(".services.ai.azure.com", StringComparison.Ordinal) == true ? $"{endpoint}/models" : endpoint;
        settings["api_version"] = version is "preview" or "latest" or "v1" ? null : version;
        if (parameters.Take("azure_ad_token") is { } token)
        {
            settings["api_key"] = values.Secret(token, "AZURE_AD_TOKEN", $"{Params}.azure_ad_token");
            settings["auth"] = "bearer";
        }
        else if (parameters.Take("client_secret") is { } secret)
        {
            settings["tenant_id"] = OptionalText(parameters, "tenant_id");
            settings["client_id"] = OptionalText(parameters, "client_id");
            settings["client_secret"] = values.Secret(secret, "AZURE_CLIENT_SECRET", $"{Params}.client_secret");
        }
        else
        {
            settings["api_key"] = KeyOf(parameters, target.Kind, true);
        }

        return true;
    }

    private bool SetBedrock(ImportedGroup settings, LiteLlmTarget target, ImportNode parameters)
    {
        var written = OptionalText(parameters, "aws_region_name");
        settings["region"] = target.Region ?? written;
        settings["base_url"] = parameters.TakeAny("aws_bedrock_runtime_endpoint", "api_base") is { } address ? AddressOf(address, target.Kind) : null;
        if (parameters.Take("api_key") is { } key)
        {
            settings["api_key"] = values.Secret(key, "AWS_BEARER_TOKEN_BEDROCK", $"{Params}.api_key");
        }
        else if (parameters.Take("aws_access_key_id") is { } id && parameters.Take("aws_secret_access_key") is { } secret)
        {
            settings["access_key_id"] = values.Secret(id, "AWS_ACCESS_KEY_ID", $"{Params}.aws_access_key_id");
            settings["secret_access_key"] = values.Secret(secret, "AWS_SECRET_ACCESS_KEY", $"{Params}.aws_secret_access_key");
            settings["session_token"] = parameters.Take("aws_session_token") is { } token ? values.Secret(token, "AWS_SESSION_TOKEN", $"{Params}.aws_session_token") : null;
        }
        else
        {
            notes.Read("AWS_ACCESS_KEY_ID", "signs requests to Bedrock; AWS_BEARER_TOKEN_BEDROCK may stand in its place");
            notes.Read("AWS_SECRET_ACCESS_KEY", "signs requests to Bedrock");
        }

        return true;
    }

    private bool SetVertex(ImportedGroup settings, ImportNode parameters)
    {
        settings["project"] = OptionalText(parameters, "vertex_project") ?? ReadVariable("GOOGLE_CLOUD_PROJECT", "the project that pays");
        settings["location"] = OptionalText(parameters, "vertex_location");
        var credentials = parameters.Take("vertex_credentials");
        settings["credentials_file"] = credentials is null || credentials.Text?.TrimStart().StartsWith('{') == true
            ? ReadVariable("GOOGLE_APPLICATION_CREDENTIALS", "the path of the file with the key of a service account")
            : values.Text(credentials, $"{Params}.vertex_credentials");
        if (credentials is not null && (string)settings["credentials_file"]! == "${GOOGLE_APPLICATION_CREDENTIALS}" && LiteLlmValues.NameOf(credentials) is null)
        {
            notes.Lose($"{Params}.vertex_credentials", credentials, "the key stands in the file; put it into a file of its own, whose path is in GOOGLE_APPLICATION_CREDENTIALS.");
        }

        return true;
    }

    private void SetTimes(ImportedGroup settings, ImportNode parameters)
    {
        var (second, hour) = (TimeSpan.FromSeconds(1), TimeSpan.FromHours(1));
        settings["timeout"] = values.Seconds(parameters.Take("timeout"), $"{Params}.timeout", second, hour) ?? defaults.Timeout;
        settings["idle_timeout"] = values.Seconds(parameters.Take("stream_timeout"), $"{Params}.stream_timeout", second, hour) ?? defaults.StreamTimeout;
    }

    private void SetDropping(ImportedGroup settings, LiteLlmKind kind, ImportNode parameters)
    {
        var own = LiteLlmValues.Flag(parameters.Take("drop_params")) ?? defaults.DropParams;
        if (own == false && kind.Type is "anthropic" or "gemini" or "vertex" or "bedrock" or "cohere" or "ollama")
        {
            settings["unsupported"] = own == false ? "refuse" : null;
        }

        if (parameters.Take("additional_drop_params") is not { } dropped)
        {
            return;
        }

        foreach (var member in dropped.Texts())
        {
            if (member.AsSpan().ContainsAny("[].*"))
            {
                notes.Lose($"{Params}.additional_drop_params", dropped, $"'{member}' is below another member; members of the request itself can be dropped.");
            }
            else
            {
                settings.Group("parameters")[member] = "drop";
            }
        }
    }

    // Without a key the variable is LiteLLM's default; providers of a kind that is known by name take it from the environment by themselves.
    private string? KeyOf(ImportNode parameters, LiteLlmKind kind, bool hasAddress)
    {
        if (parameters.Take("api_key") is { } key)
        {
            return values.Secret(key, kind.KeyVariable ?? "UPSTREAM_API_KEY", $"{Params}.api_key");
        }

        if (kind.KeyVariable is not { } variable)
        {
            return null;
        }

        notes.Read(variable, "read by LiteLLM where a deployment names no key");
        return hasAddress ? $"${{{variable}}}" : null;
    }

    private string? OptionalText(ImportNode parameters, string name) => parameters.Take(name) is { } node ? values.Text(node, $"{Params}.{name}") : null;

    private string ReadVariable(string name, string what)
    {
        notes.Read(name, what);
        return $"${{{name}}}";
    }

    private string AddressOf(ImportNode node, LiteLlmKind kind)
    {
        var text = values.Text(node, $"{Params}.api_base").TrimEnd('/');
        if (LiteLlmValues.NameOf(node) is not null || !Uri.TryCreate(text, UriKind.Absolute, out var url))
        {
            return text;
        }

        if (url.UserInfo.Length > 0 || url.Query.Length > 0)
        {
            notes.Lose($"{Params}.api_base", node, "a user, a password or a query in it was left out; keys belong in api_key.");
            text = url.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped).TrimEnd('/');
        }

        // Anthropic's own clients put the version behind the address themselves.
        return kind.Type == "anthropic" && url.AbsolutePath is "/" ? $"{text}/v1" : text;
    }

    private string EndpointOf(ImportNode node)
    {
        var text = AddressOf(node, LiteLlmKind.Of("azure")!);
        var path = text.IndexOf("/openai", StringComparison.Ordinal);
        return path > 0 ? text[..path] : text.EndsWith("/models", StringComparison.Ordinal) ? text[..^"/models".Length] : text;
    }
}
