using Switchboard.Gateway.ModelData;

namespace Switchboard.Gateway.Configuration;

/// <summary>The whole configuration as the operator wrote it, defaults filled in. Immutable: a change makes a new one.</summary>
public sealed record GatewayConfiguration
{
    /// <summary>How the HTTP server listens and what it takes.</summary>
    public ServerSettings Server { get; init; } = new();

    /// <summary>Providers by name. Without any, the built-in <c>local</c> one.</summary>
    public IReadOnlyDictionary<string, ProviderSettings> Providers { get; init; } = new Dictionary<string, ProviderSettings>();

    /// <summary>How responses are kept that the gateway answers itself.</summary>
    public ResponseStoreSettings Responses { get; init; } = new();

    /// <summary>How conversations are kept and gone on with.</summary>
    public ConversationSettings Conversations { get; init; } = new();

    /// <summary>Model names of our own, each with where it is deployed.</summary>
    public IReadOnlyDictionary<string, ModelSettings> Models { get; init; } = new Dictionary<string, ModelSettings>();

    /// <summary>Other names of models: each stands for a name that callers could write.</summary>
    public IReadOnlyDictionary<string, string> Aliases { get; init; } = new Dictionary<string, string>();

    /// <summary>What holds for the deployments of all models.</summary>
    public RoutingSettings Routing { get; init; } = new();

    /// <summary>Where the gateway keeps what it knows.</summary>
    public StorageSettings Storage { get; init; } = new();

    /// <summary>How long the ledger is kept.</summary>
    public LedgerSettings Ledger { get; init; } = new();

    /// <summary>Who may ask.</summary>
    public AccessSettings Access { get; init; } = new();

    /// <summary>What holds for all limits.</summary>
    public LimitSettings Limits { get; init; } = new();

    /// <summary>How answers are kept to be given again.</summary>
    public CacheSettings Cache { get; init; } = new();

    /// <summary>What is checked on the way to models and back, in this order (<c>guardrails</c>).</summary>
    public IReadOnlyList<GuardrailSettings> Guardrails { get; init => field = ValueList<GuardrailSettings>.Of(value); } = ValueList<GuardrailSettings>.Empty;

    /// <summary>The files and batches of callers.</summary>
    public FileSettings Files { get; init; } = new();

    /// <summary>The batches that the gateway runs itself.</summary>
    public BatchSettings Batches { get; init; } = new();

    /// <summary>Where traces and metrics go.</summary>
    public TelemetrySettings Telemetry { get; init; } = new();

    /// <summary>What is logged, and where.</summary>
    public LoggingSettings Logging { get; init; } = new();

    /// <summary>What is known of models: the built-in facts, with those of <c>model_data</c> over them.</summary>
    public KnownModels KnownModels { get; init; } = KnownModels.BuiltIn;

    /// <summary>Gives every secret that stands in it, and the passwords of its addresses.</summary>
    internal IEnumerable<string> FindSecrets()
    {
        var secrets = Providers.Values.SelectMany(provider => provider.SecretsBySetting.Select(one => one.Secret))
            .Concat(Guardrails.Select(guardrail => guardrail.Secret).OfType<Secret>())
            .Concat(Telemetry.Headers.Values)
            .Concat(new[] { Access.MasterKey, Storage.EncryptionKey, Storage.FormerEncryptionKey, Batches.Webhook?.Secret }.OfType<Secret>())
            .Where(secret => !secret.IsKept)
            .Select(secret => secret.Reveal());
        return [.. secrets, .. SecretRules.PasswordsOf(Storage.Records), .. SecretRules.PasswordsOf(Storage.Shared)];
    }

    /// <summary>Gives the settings that stand for secrets which the records keep, by their paths, each with the secret's name.</summary>
    public IEnumerable<KeyValuePair<string, string>> FindKeptSecrets() =>
        from provider in Providers
        from one in provider.Value.SecretsBySetting
        where one.Secret.IsKept
        select KeyValuePair.Create($"providers.{provider.Key}.{one.Setting}", one.Secret.KeptName!);
}
