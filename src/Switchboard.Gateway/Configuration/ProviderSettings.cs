using Switchboard.Gateway.Access;
using Switchboard.Gateway.Providers.Anthropic;
using Switchboard.Gateway.Providers.Cohere;
using Switchboard.Gateway.Providers.Gemini;
using Switchboard.Gateway.Providers.Ollama;
using Switchboard.Gateway.Providers.OpenAICompatible;

namespace Switchboard.Gateway.Configuration;

/// <summary>One provider of the <c>providers:</c> part.</summary>
public sealed record ProviderSettings
{
    // In the order of Secrets.
    private static readonly string[] s_secretSettings = ["api_key", "admin_api_key", "client_secret", "access_key_id", "secret_access_key", "session_token"];

    private readonly bool? _askUsage;
    private readonly bool? _batchPrompts;
    private readonly ExtensionHandling? _extensions;
    private readonly ResponsesHandling? _responses;

    /// <summary>Its kind (<c>type</c>), one of <see cref="ConfigurationRules.BuiltInProviderTypes"/> or one of your own; <c>openai</c> is any compatible server.</summary>
    public required string Type { get; init; }

    /// <summary>Base URL up to and with the version (<c>base_url</c>). By default that of its kind, such as <c>https://api.openai.com/v1</c>.</summary>
    public Uri? BaseUrl { get; init; }

    /// <summary>The key sent as bearer (<c>api_key</c>). A secret: never logged, never echoed.</summary>
    public Secret? ApiKey { get; init; }

    /// <summary>The key sent with calls that administer the organization (<c>admin_api_key</c>); by default <see cref="ApiKey"/>. A secret too.</summary>
    public Secret? AdminApiKey { get; init; }

    /// <summary>The resource's address (<c>endpoint</c>), for <c>azure</c>: <c>https://NAME.openai.azure.com</c>, or one that ends with <c>/models</c> for Foundry's model inference.</summary>
    public Uri? Endpoint { get; init; }

    /// <summary>The dated version of the API (<c>api_version</c>), for <c>azure</c>. Without one the address is the one of version 1, which has no dates.</summary>
    public string? ApiVersion { get; init; }

    /// <summary>How <see cref="ApiKey"/> is sent (<c>auth</c>), for <c>azure</c>. Default as a key.</summary>
    public KeyKind Auth { get; init; }

    /// <summary>Where tokens are asked for (<c>authority</c>), for <c>azure</c> with a client secret. Default <c>https://login.microsoftonline.com</c>.</summary>
    public Uri? Authority { get; init; }

    /// <summary>The directory of the application (<c>tenant_id</c>), for <c>azure</c>.</summary>
    public string? TenantId { get; init; }

    /// <summary>The application that asks for tokens (<c>client_id</c>), for <c>azure</c>.</summary>
    public string? ClientId { get; init; }

    /// <summary>The application's secret (<c>client_secret</c>), for <c>azure</c>. A secret too.</summary>
    public Secret? ClientSecret { get; init; }

    /// <summary>The region (<c>region</c>), for <c>bedrock</c>: <c>eu-central-1</c>. Default <see cref="UsualRegion"/>.</summary>
    public string? Region { get; init; }

    /// <summary>The id of an access key (<c>access_key_id</c>), for <c>bedrock</c>. A secret too.</summary>
    public Secret? AccessKeyId { get; init; }

    /// <summary>The access key with which requests are signed (<c>secret_access_key</c>), for <c>bedrock</c>. A secret too.</summary>
    public Secret? SecretAccessKey { get; init; }

    /// <summary>The token of temporary credentials (<c>session_token</c>), for <c>bedrock</c>. A secret too.</summary>
    public Secret? SessionToken { get; init; }

    /// <summary>The project that pays (<c>project</c>), for <c>vertex</c>.</summary>
    public string? Project { get; init; }

    /// <summary>Where the models run (<c>location</c>), for <c>vertex</c>: <c>europe-west4</c>. Default <c>global</c>.</summary>
    public string? Location { get; init; }

    /// <summary>A file with the key of a service account, or a user's sign-in (<c>credentials_file</c>), for <c>vertex</c>.</summary>
    public string? CredentialsFile { get; init; }

    /// <summary>Which of its APIs is spoken (<c>api</c>), for <c>ollama</c>. Default its own.</summary>
    public OllamaApi Api { get; init; }

    /// <summary>A folder of GGUF files (<c>models_dir</c>), for <c>local</c>.</summary>
    public string? ModelsDirectory { get; init; }

    /// <summary>Time to connect (<c>connect_timeout</c>), 100 ms to 10 min. Default 10 s.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Time to the head of an answer, and to the end of one that does not stream (<c>timeout</c>), 1 s to 1 h. Default 10 min.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>The longest silence inside a stream (<c>idle_timeout</c>), 1 s to 1 h. Default 2 min.</summary>
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>The longest an answer may take, to its end (<c>total_timeout</c>), 1 s to 24 h. Default none.</summary>
    public TimeSpan? TotalTimeout { get; init; }

    /// <summary>Ask for the usage of streams whose callers did not, and keep it from them (<c>ask_usage</c>). Default true, or what its kind is known to take.</summary>
    public bool AskUsage
    {
        get => _askUsage ?? Preset?.AskUsage ?? true;
        init => _askUsage = value;
    }

    /// <summary>How many requests it answers at once (<c>max_concurrency</c>), 1 to 1,000,000. Default as many as come.</summary>
    public int? MaxConcurrency { get; init; }

    /// <summary>How many more may wait where <see cref="MaxConcurrency"/> is set (<c>max_queue</c>), 0 to 1,000,000. Default 100.</summary>
    public int MaxQueue { get; init; } = 100;

    /// <summary>What may be spent there (<c>budget</c>): when it is spent, calls go to others. Null for as much as comes.</summary>
    public Budget? Budget { get; init; }

    /// <summary>It is known to take members that the specification does not have: by its kind, or because the settings say so.</summary>
    internal bool TakesExtensions => (_extensions ?? Preset?.Extensions) is ExtensionHandling.Pass or ExtensionHandling.Engine;

    /// <summary>What becomes of members that the specification does not have (<c>extensions</c>). By default they are passed on; to an engine with the headers that steer it.</summary>
    public ExtensionHandling Extensions
    {
        get => _extensions ?? Preset?.Extensions ?? ExtensionHandling.Pass;
        init => _extensions = value;
    }

    /// <summary>What becomes of members of a chat request that its dialect has nothing like (<c>unsupported</c>). By default they are dropped, and named to the caller.</summary>
    public UnsupportedHandling Unsupported { get; init; }

    /// <summary>What becomes of single members of the requests to it (<c>parameters</c>): dropped, refused, or sent under another name. It wins over <see cref="Unsupported"/>.</summary>
    public ParameterRules Parameters { get; init; } = ParameterRules.None;

    /// <summary>How its models mark reasoning in their text (<c>reasoning_parser</c>), for <c>openai</c>; null for not at all.</summary>
    public string? ReasoningParser { get; init; }

    /// <summary>How its models write calls of tools into their text (<c>tool_parser</c>), for <c>openai</c>; null for not at all.</summary>
    public string? ToolParser { get; init; }

    /// <summary>Whether it takes several prompts in one text completion (<c>batch_prompts</c>); else each is asked for by itself. Default true, or what its kind is known to take.</summary>
    public bool BatchPrompts
    {
        get => _batchPrompts ?? Preset?.BatchPrompts ?? true;
        init => _batchPrompts = value;
    }

    /// <summary>How it answers requests of the Responses API (<c>responses</c>). By default it speaks that API itself, or has what its kind is known to have.</summary>
    public ResponsesHandling Responses
    {
        get => _responses ?? Preset?.Responses ?? ResponsesHandling.Native;
        init => _responses = value;
    }

    /// <summary>When a stream's status is sent though no event has come yet (<c>commit_after</c>), 0 s to 10 min. Default 10 s.</summary>
    public TimeSpan CommitAfter { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The longest that an answer may take that does not stream.</summary>
    internal TimeSpan LongestAnswer => TotalTimeout is { } total && total < Timeout ? total : Timeout;

    /// <summary>Where it answers: as written, or where its kind does; null where only its own settings could tell.</summary>
    internal Uri? Address => BaseUrl ?? Preset?.BaseUrl ?? Type switch
    {
        "anthropic" => AnthropicProvider.DefaultBaseUrl,
        "gemini" => GeminiProvider.DefaultBaseUrl,
        "cohere" => CohereProvider.DefaultBaseUrl,
        "ollama" => OllamaProvider.DefaultBaseUrl,
        _ => Endpoint,
    };

    /// <summary>Whether it keeps files and runs batches itself. A kind that was plugged in is trusted with what it offers.</summary>
    internal bool HasFiles => Preset?.HasFiles ?? Type != "ollama";

    /// <summary>Whether it can be asked for its models.</summary>
    internal bool ListsModels => Preset?.ListsModels ?? true;

    /// <summary>The variable that its kind's key is usually in; null where its kind asks for none or it is at an address of its own.</summary>
    internal string? KeyVariable => BaseUrl is null ? Preset?.KeyVariable : null;

    /// <summary>Whose prices hold: the kind, but a server of OpenAI's API elsewhere is nobody that is known.</summary>
    internal string Seller => Type == "openai" && BaseUrl is { IsAbsoluteUri: true, Host: not "api.openai.com" } ? "" : Type;

    /// <summary>The region where none is written.</summary>
    internal const string UsualRegion = "us-east-1";

    /// <summary>Everything that must never be shown.</summary>
    internal IEnumerable<Secret?> Secrets => [ApiKey, AdminApiKey, ClientSecret, AccessKeyId, SecretAccessKey, SessionToken];

    /// <summary>Those of them that are set, each with the name of its setting.</summary>
    internal IEnumerable<(string Setting, Secret Secret)> SecretsBySetting => s_secretSettings.Zip(Secrets).Where(pair => pair.Second is not null).Select(pair => (pair.First, pair.Second!));

    /// <summary>The settings with others in the place of their secrets.</summary>
    internal ProviderSettings WithSecrets(Func<Secret, string, Secret> replace)
    {
        Secret? Replaced(Secret? secret, string setting) => secret is null ? null : replace(secret, setting);
        return this with
        {
            ApiKey = Replaced(ApiKey, "api_key"),
            AdminApiKey = Replaced(AdminApiKey, "admin_api_key"),
            ClientSecret = Replaced(ClientSecret, "client_secret"),
            AccessKeyId = Replaced(AccessKeyId, "access_key_id"),
            SecretAccessKey = Replaced(SecretAccessKey, "secret_access_key"),
            SessionToken = Replaced(SessionToken, "session_token"),
        };
    }

    /// <summary>The setting with which the provider is asked, as errors name it.</summary>
    internal (Secret? Secret, string Setting) Credential => ClientSecret is not null ? (ClientSecret, "client_secret")
        : SecretAccessKey is not null ? (SecretAccessKey, "secret_access_key")
        : ApiKey is null && CredentialsFile is { } file ? (new Secret(file), "credentials_file")
        : (ApiKey, "api_key");

    /// <summary>The kind and the server, without key, user or path: settings end up in logs.</summary>
    public override string ToString() => Address is { IsAbsoluteUri: true } url ? $"{Type} at {url.Host}" : Type;

    private Preset? Preset => Presets.Of(Type);
}
