using Switchboard.Gateway.Access;
using Switchboard.Gateway.Accounting;
using Switchboard.Gateway.Configuration;

namespace Switchboard.Server.Configuration;

/// <summary>Turns the tree into the gateway's records.</summary>
internal sealed class SettingBinder(string baseDirectory, ConfigurationFiles files, ICollection<SettingFault> faults)
{
    /// <summary>Where records are kept beside a configuration that does not say so.</summary>
    private const string DefaultRecords = "switchboard.db";
    private const string DefaultSpill = "switchboard-spill";
    private const string DefaultFiles = "switchboard-files";

    /// <summary>Binds the whole tree.</summary>
    public GatewayConfiguration Bind(SettingNode root)
    {
        var reader = new SettingReader(root, SettingCatalog.Parts, faults);
        SecretReferences.RefuseElsewhere(root, faults);
        return new GatewayConfiguration
        {
            Server = BindServer(root.Find(SettingCatalog.Server)),
            Providers = BindMap(root.Find(SettingCatalog.Providers), BindProvider),
            Models = BindMap(root.Find(SettingCatalog.Models), BindModel),
            Responses = BindResponses(root.Find(SettingCatalog.Responses)),
            Conversations = BindConversations(root.Find(SettingCatalog.Conversations)),
            Aliases = BindMap(root.Find(SettingCatalog.Aliases), BindAlias),
            Routing = BindRouting(root.Find(SettingCatalog.Routing)),
            Storage = BindStorage(root.Find(SettingCatalog.Storage)),
            Ledger = root.Find(SettingCatalog.Ledger) is { } ledger ? new LedgerSettings { KeepDays = new SettingReader(ledger, SettingCatalog.LedgerSettings, faults).OptionalInteger("keep_days") } : new LedgerSettings(),
            Limits = BindLimits(root.Find(SettingCatalog.Limits)),
            Access = BindAccess(root.Find(SettingCatalog.Access)),
            Cache = BindCache(root.Find(SettingCatalog.Cache)),
            Guardrails = new GuardrailBinder(faults).Bind(root.Find(SettingCatalog.Guardrails)),
            Files = BindFiles(root.Find(SettingCatalog.Files)),
            Batches = BindBatches(root.Find(SettingCatalog.Batches)),
            Telemetry = TelemetryBinder.Bind(root.Find(SettingCatalog.Telemetry), faults),
            Logging = LoggingBinder.Bind(root.Find(SettingCatalog.Logging), baseDirectory, faults),
            KnownModels = ModelDataFile.Read(ModelDataFile.PathOf(reader, baseDirectory), root.Find(SettingCatalog.ModelData)?.Source, files, faults),
        };
    }

    private AccessSettings BindAccess(SettingNode? node) => node is null ? new AccessSettings() : new AccessSettings
    {
        MasterKey = new SettingReader(node, SettingCatalog.AccessSettings, faults).Secret("master_key"),
        Tokens = node.Find("jwt") is { } tokens ? BindTokens(tokens) : null,
    };

    private TokenSettings BindTokens(SettingNode node)
    {
        var reader = new SettingReader(node, SettingCatalog.TokenSettings, faults);
        var tokens = new TokenSettings { Issuer = reader.Text("issuer") ?? "", Audience = reader.Texts("audience") };
        return tokens with
        {
            JwksUrl = reader.Url("jwks_url"),
            UserClaim = reader.Text("user_claim") ?? tokens.UserClaim,
            ProjectClaim = reader.Text("project_claim"),
            AdminClaim = reader.Text("admin_claim"),
            AdminValue = reader.Text("admin_value"),
            ClockSkew = reader.Duration("clock_skew", tokens.ClockSkew),
        };
    }

    private ResponseStoreSettings BindResponses(SettingNode? node)
    {
        var defaults = new ResponseStoreSettings();
        if (node is null)
        {
            return defaults;
        }

        var reader = new SettingReader(node, SettingCatalog.ResponseStoreSettings, faults);
        return new ResponseStoreSettings
        {
            MaxStored = reader.Integer("max_stored", defaults.MaxStored),
            MaxMegabytes = reader.Integer("max_megabytes", defaults.MaxMegabytes),
            MaxAge = reader.Duration("max_age", defaults.MaxAge),
        };
    }

    private ConversationSettings BindConversations(SettingNode? node)
    {
        var defaults = new ConversationSettings();
        if (node is null)
        {
            return defaults;
        }

        var reader = new SettingReader(node, SettingCatalog.ConversationSettings, faults);
        return new ConversationSettings
        {
            Model = reader.Text("model"),
            SystemPrompt = reader.Text("system_prompt"),
            MaxTurns = reader.Integer("max_turns", defaults.MaxTurns),
            MaxTokens = reader.OptionalInteger("max_tokens"),
            MaxWait = reader.Duration("max_wait", defaults.MaxWait),
            Ttl = reader.OptionalDuration("ttl"),
            MaxStored = reader.Integer("max_stored", defaults.MaxStored),
        };
    }

    private LimitSettings BindLimits(SettingNode? node)
    {
        var defaults = new LimitSettings();
        if (node is null)
        {
            return defaults;
        }

        var reader = new SettingReader(node, SettingCatalog.LimitSettings, faults);
        return new LimitSettings
        {
            User = BindOwnLimits(reader.Group("user", SettingCatalog.OwnLimitSettings)),
            Address = BindOwnLimits(reader.Group("address", SettingCatalog.OwnLimitSettings)),
            Models = reader.Groups("models", SettingCatalog.OwnLimitSettings, limits => BindOwnLimits(limits)!),
            WhenUnavailable = reader.Word("when_unavailable", defaults.WhenUnavailable, ("local", UnavailableHandling.Local), ("refuse", UnavailableHandling.Refuse)),
        };
    }

    private static AccessLimits? BindOwnLimits(SettingReader? reader) => reader is null ? null : new AccessLimits
    {
        RequestsPerMinute = reader.OptionalLong("requests_per_minute"),
        RequestsPerDay = reader.OptionalLong("requests_per_day"),
        TokensPerMinute = reader.OptionalLong("tokens_per_minute"),
        TokensPerDay = reader.OptionalLong("tokens_per_day"),
        ConcurrentRequests = reader.OptionalLong("concurrent_requests"),
    };

    // An amount that is too large to be counted is for the rules to judge.
    private static Budget? BindBudget(SettingReader? reader) => reader?.OptionalDecimal("amount") is not { } amount ? null : new Budget(
        reader.Word("period", BudgetPeriod.Month, ("day", BudgetPeriod.Day), ("month", BudgetPeriod.Month), ("total", BudgetPeriod.Total)),
        (long)decimal.Round(Math.Clamp(amount, -1, 9_200_000_000m) * CallCost.NanoDollars),
        reader.OptionalNumber("warn_at") ?? 0.8);

    private CacheSettings BindCache(SettingNode? node)
    {
        var defaults = new CacheSettings();
        if (node is null)
        {
            return defaults;
        }

        var reader = new SettingReader(node, SettingCatalog.CacheSettings, faults);
        return new CacheSettings
        {
            Enabled = reader.Boolean("enabled", defaults.Enabled),
            Life = reader.Duration("ttl", defaults.Life),
            MaxEntryKilobytes = reader.Integer("max_entry_kb", defaults.MaxEntryKilobytes),
            MaxMegabytes = reader.Integer("max_mb", defaults.MaxMegabytes),
            Scope = reader.Word("scope", defaults.Scope, ("key", CacheScope.Key), ("shared", CacheScope.Shared)),
            Models = reader.Texts("models"),
            Semantic = BindSemanticCache(reader.Group("semantic", SettingCatalog.SemanticCacheSettings)),
        };
    }

    private static SemanticCacheSettings? BindSemanticCache(SettingReader? reader)
    {
        if (reader is null)
        {
            return null;
        }

        var defaults = new SemanticCacheSettings { Model = reader.Text("model") ?? "" };
        return defaults with
        {
            Threshold = reader.OptionalNumber("threshold") ?? defaults.Threshold,
            MaxEntries = reader.Integer("max_entries", defaults.MaxEntries),
            Timeout = reader.Duration("timeout", defaults.Timeout),
        };
    }

    private FileSettings BindFiles(SettingNode? node)
    {
        var defaults = new FileSettings();
        if (node is null)
        {
            return defaults;
        }

        var reader = new SettingReader(node, SettingCatalog.FileSettings, faults);
        return new FileSettings
        {
            Store = reader.Word("store", defaults.Store, ("auto", FileKeeper.Auto), ("gateway", FileKeeper.Gateway), ("provider", FileKeeper.Provider)),
            MaxMegabytes = reader.Integer("max_mb", defaults.MaxMegabytes),
        };
    }

    private BatchSettings BindBatches(SettingNode? node)
    {
        var defaults = new BatchSettings();
        if (node is null)
        {
            return defaults;
        }

        var reader = new SettingReader(node, SettingCatalog.BatchSettings, faults);
        return new BatchSettings
        {
            Concurrency = reader.Integer("concurrency", defaults.Concurrency),
            Attempts = reader.Integer("attempts", defaults.Attempts),
            Webhook = reader.Group("webhook", SettingCatalog.WebhookSettings) is { } webhook
                ? new WebhookSettings { Url = webhook.Url("url"), Secret = webhook.Secret("secret") }
                : null,
        };
    }

    private ServerSettings BindServer(SettingNode? node)
    {
        var defaults = new ServerSettings();
        if (node is null)
        {
            return defaults;
        }

        var reader = new SettingReader(node, SettingCatalog.ServerSettings, faults);
        var settings = new ServerSettings
        {
            Compat = reader.Word("compat", defaults.Compat, ("openai", ApiCompat.OpenAI), ("dynamo", ApiCompat.Dynamo)),
            DropUnsupported = reader.Boolean("drop_unsupported", defaults.DropUnsupported),
            DoneAfterError = reader.Boolean("done_after_error", defaults.DoneAfterError),
            Defaults = BindDefaults(reader.Group("defaults", SettingCatalog.DefaultSettings)),
            Urls = reader.Text("urls") ?? defaults.Urls,
            MaxBodyMegabytes = reader.Integer("max_body_mb", defaults.MaxBodyMegabytes),
            Strict = reader.Boolean("strict", defaults.Strict),
            DefaultProvider = reader.Text("default_provider"),
            MaxConcurrency = reader.Integer("max_concurrency", defaults.MaxConcurrency),
            MaxQueue = reader.Integer("max_queue", defaults.MaxQueue),
            QueueTimeout = reader.Duration("queue_timeout", defaults.QueueTimeout),
            Heartbeat = reader.Duration("heartbeat", defaults.Heartbeat),
            DrainTimeout = reader.Duration("drain_timeout", defaults.DrainTimeout),
            Discover = reader.OptionalBoolean("discover"),
            Access = reader.Text("access"),
            TrustedProxies = reader.Texts("trusted_proxies"),
            Console = reader.Boolean("console", defaults.Console),
            Metrics = reader.Word("metrics", defaults.Metrics, ("admin", MetricsAccess.Admin), ("open", MetricsAccess.Open), ("off", MetricsAccess.Off)),
            MetricsMaxSeries = reader.Integer("metrics_max_series", defaults.MetricsMaxSeries),
        };

        // Left out it follows compat.
        return reader.OptionalInteger("overload_status") is { } status ? settings with { OverloadStatus = status } : settings;
    }

    private Dictionary<string, T> BindMap<T>(SettingNode? node, Func<SettingNode, T> bind)
    {
        var map = new Dictionary<string, T>(StringComparer.Ordinal);
        if (node is null)
        {
            return map;
        }

        if (node.Shape == SettingShape.Sequence || node.Value is not null)
        {
            faults.Add(new SettingFault(node.Source?.ToString(), node.Path, "Names with settings below are expected here."));
            return map;
        }

        foreach (var child in node.Children)
        {
            map.Add(child.Name, bind(child));
        }

        return map;
    }

    private ProviderSettings BindProvider(SettingNode node)
    {
        var reader = new SettingReader(node, SettingCatalog.ProviderSettings, faults);

        // Some follow the kind where nobody says anything.
        var defaults = new ProviderSettings { Type = reader.Text("type") ?? "" };
        return defaults with
        {
            BaseUrl = reader.Url("base_url"),
            ApiKey = reader.KeptSecret("api_key"),
            AdminApiKey = reader.KeptSecret("admin_api_key"),
            Endpoint = reader.Url("endpoint"),
            ApiVersion = reader.Text("api_version"),
            Auth = reader.Word("auth", defaults.Auth, ("key", KeyKind.Key), ("bearer", KeyKind.Bearer)),
            Authority = reader.Url("authority"),
            TenantId = reader.Text("tenant_id"),
            ClientId = reader.Text("client_id"),
            ClientSecret = reader.KeptSecret("client_secret"),
            Region = reader.Text("region"),
            AccessKeyId = reader.KeptSecret("access_key_id"),
            SecretAccessKey = reader.KeptSecret("secret_access_key"),
            SessionToken = reader.KeptSecret("session_token"),
            Project = reader.Text("project"),
            Location = reader.Text("location"),
            CredentialsFile = reader.Text("credentials_file") is { } credentials ? Path.GetFullPath(credentials, baseDirectory) : null,
            Api = reader.Word("api", defaults.Api, ("native", OllamaApi.Native), ("openai", OllamaApi.OpenAI)),
            ModelsDirectory = reader.Text("models_dir") is { } directory ? Path.GetFullPath(directory, baseDirectory) : null,
            ConnectTimeout = reader.Duration("connect_timeout", defaults.ConnectTimeout),
            Timeout = reader.Duration("timeout", defaults.Timeout),
            IdleTimeout = reader.Duration("idle_timeout", defaults.IdleTimeout),
            TotalTimeout = reader.OptionalDuration("total_timeout"),
            AskUsage = reader.Boolean("ask_usage", defaults.AskUsage),
            MaxConcurrency = reader.OptionalInteger("max_concurrency"),
            MaxQueue = reader.Integer("max_queue", defaults.MaxQueue),
            Budget = BindBudget(reader.Group("budget", SettingCatalog.BudgetSettings)),
            Extensions = reader.Word("extensions", defaults.Extensions, ("pass", ExtensionHandling.Pass), ("drop", ExtensionHandling.Drop), ("engine", ExtensionHandling.Engine)),
            ReasoningParser = reader.Text("reasoning_parser"),
            ToolParser = reader.Text("tool_parser"),
            Unsupported = reader.Word("unsupported", defaults.Unsupported, ("drop", UnsupportedHandling.Drop), ("refuse", UnsupportedHandling.Refuse)),
            Parameters = new ParameterRules(reader.Map("parameters", ParameterRule.Of)),
            BatchPrompts = reader.Boolean("batch_prompts", defaults.BatchPrompts),
            Responses = reader.Word("responses", defaults.Responses, ("native", ResponsesHandling.Native), ("chat", ResponsesHandling.Chat)),
            CommitAfter = reader.Duration("commit_after", defaults.CommitAfter),
        };
    }

    private ModelSettings BindModel(SettingNode node)
    {
        var reader = new SettingReader(node, SettingCatalog.ModelSettings, faults);
        var list = node.Find("deployments");
        if (list is not null && list.Shape != SettingShape.Sequence && !list.IsIndexed)
        {
            faults.Add(new SettingFault(list.Source?.ToString(), list.Path, "A list is expected here: - { provider: openai, model: gpt-4o }."));
            return new ModelSettings { Deployments = [] };
        }

        return new ModelSettings
        {
            Deployments = [.. list?.Children.Select(BindDeployment) ?? []],
            Defaults = BindDefaults(reader.Group("defaults", SettingCatalog.ModelDefaultSettings)),
            Strategy = reader.Word(
                "strategy",
                RoutingStrategy.Weighted,
                ("weighted", RoutingStrategy.Weighted),
                ("round_robin", RoutingStrategy.RoundRobin),
                ("least_busy", RoutingStrategy.LeastBusy),
                ("least_latency", RoutingStrategy.LeastLatency),
                ("cheapest", RoutingStrategy.Cheapest)),
            Sticky = reader.Word("sticky", StickyBy.None, ("none", StickyBy.None), ("user", StickyBy.User), ("prefix", StickyBy.Prefix)),
            Fallbacks = reader.Texts("fallbacks"),
            ContextWindowFallbacks = reader.Texts("context_window_fallbacks"),
            ContentFilterFallbacks = reader.Texts("content_filter_fallbacks"),
            Attempts = reader.Integer("attempts", 3),
            HedgeAfter = reader.HedgeDelay("hedge_after"),
            Deadline = reader.OptionalDuration("deadline"),
            CacheLife = reader.OptionalDuration("cache_ttl"),
        };
    }

    private static RequestDefaults? BindDefaults(SettingReader? reader) => reader is null ? null : new RequestDefaults
    {
        Model = reader.Text("model"),
        Temperature = reader.OptionalNumber("temperature"),
        MaxCompletionTokens = reader.OptionalInteger("max_completion_tokens"),
    };

    private DeploymentSettings BindDeployment(SettingNode node)
    {
        var reader = new SettingReader(node, SettingCatalog.DeploymentSettings, faults);
        var deployment = new DeploymentSettings(reader.Text("provider") ?? "", reader.Text("model") ?? "");
        return deployment with
        {
            MaxConcurrency = reader.OptionalInteger("max_concurrency"),
            MaxQueue = reader.Integer("max_queue", deployment.MaxQueue),
            Weight = reader.Integer("weight", deployment.Weight),
            Priority = reader.Integer("priority", deployment.Priority),
            RequestsPerMinute = reader.OptionalInteger("rpm"),
            TokensPerMinute = reader.OptionalInteger("tpm"),
            Tags = reader.Texts("tags"),
            InputPrice = reader.OptionalDecimal("input_price"),
            OutputPrice = reader.OptionalDecimal("output_price"),
        };
    }

    private string BindAlias(SettingNode node)
    {
        if (node is { Shape: SettingShape.Scalar, Value: { } name })
        {
            return name;
        }

        faults.Add(new SettingFault(node.Source?.ToString(), node.Path, "The name that it stands for is expected here."));
        return "";
    }

    private RoutingSettings BindRouting(SettingNode? node)
    {
        var defaults = new RoutingSettings();
        if (node is null)
        {
            return defaults;
        }

        var reader = new SettingReader(node, SettingCatalog.RoutingSettings, faults);
        return new RoutingSettings
        {
            RetryBudget = reader.OptionalNumber("retry_budget") ?? defaults.RetryBudget,
            HedgeBudget = reader.OptionalNumber("hedge_budget") ?? defaults.HedgeBudget,
            HealthInterval = reader.Duration("health_interval", defaults.HealthInterval),
            Breaker = BindBreaker(reader.Group("breaker", SettingCatalog.BreakerSettings)),
        };
    }

    private StorageSettings BindStorage(SettingNode? node)
    {
        var defaults = new StorageSettings();
        var reader = node is null ? null : new SettingReader(node, SettingCatalog.StorageSettings, faults);
        var records = RecordsPath(reader?.Text("records") ?? DefaultRecords);
        return new StorageSettings
        {
            EncryptionKey = reader?.Secret("encryption_key"),
            FormerEncryptionKey = reader?.Secret("former_encryption_key"),
            Records = new Secret(records),
            Spill = FolderPath(reader?.Text("spill"), DefaultSpill, records),
            Files = FolderPath(reader?.Text("files"), DefaultFiles, records),
            Shared = reader?.Secret("shared"),
            SharedTimeout = reader?.Duration("shared_timeout", defaults.SharedTimeout) ?? defaults.SharedTimeout,
        };
    }

    // What is no path is for the rules to judge.
    private string RecordsPath(string text) =>
        text is StorageSettings.Memory or "" || text.Contains("://", StringComparison.Ordinal) ? text : Path.GetFullPath(text, baseDirectory);

    // What is in memory does not go away.
    private string? FolderPath(string? text, string usual, string records) =>
        text is { Length: > 0 } ? Path.GetFullPath(text, baseDirectory)
        : records is StorageSettings.Memory or "" ? null
        : Path.Combine(Path.IsPathFullyQualified(records) ? Path.GetDirectoryName(records)! : baseDirectory, usual);

    private static BreakerSettings BindBreaker(SettingReader? reader)
    {
        var defaults = new BreakerSettings();
        return reader is null ? defaults : new BreakerSettings
        {
            FailureShare = reader.OptionalNumber("failure_share") ?? defaults.FailureShare,
            LeastCalls = reader.Integer("least_calls", defaults.LeastCalls),
            Window = reader.Duration("window", defaults.Window),
            OpenFor = reader.Duration("open_for", defaults.OpenFor),
            Probes = reader.Integer("probes", defaults.Probes),
        };
    }
}
