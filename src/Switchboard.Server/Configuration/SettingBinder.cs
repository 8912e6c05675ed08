using Switchboard.Gateway.Configuration;

namespace Switchboard.Server.Configuration;

/// <summary>Turns the tree into the gateway's records.</summary>
internal sealed class SettingBinder(string baseDirectory, ConfigurationFiles files, ICollection<SettingFault> faults)
{
    /// <summary>Where records are kept beside a configuration that does not say so.</summary>
    private const string DefaultRecords = "switchboard.db";

    /// <summary>Binds the whole tree.</summary>
    public GatewayConfiguration Bind(SettingNode root)
    {
        var reader = new SettingReader(root, SettingCatalog.Parts, faults);
        return new GatewayConfiguration
        {
            Server = BindServer(root.Find(SettingCatalog.Server)),
            Providers = BindMap(root.Find(SettingCatalog.Providers), BindProvider),
            Models = BindMap(root.Find(SettingCatalog.Models), BindModel),
            Responses = BindResponses(root.Find(SettingCatalog.Responses)),
            Aliases = BindMap(root.Find(SettingCatalog.Aliases), BindAlias),
            Routing = BindRouting(root.Find(SettingCatalog.Routing)),
            Storage = BindStorage(root.Find(SettingCatalog.Storage)),
            Limits = BindLimits(root.Find(SettingCatalog.Limits)),
            Access = root.Find(SettingCatalog.Access) is { } access
                ? new AccessSettings { MasterKey = new SettingReader(access, SettingCatalog.AccessSettings, faults).Secret("master_key") }
                : new AccessSettings(),
            KnownModels = ModelDataFile.Read(ModelDataFile.PathOf(reader, baseDirectory), root.Find(SettingCatalog.ModelData)?.Source, files, faults),
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
            WhenUnavailable = reader.Word("when_unavailable", defaults.WhenUnavailable, ("local", UnavailableHandling.Local), ("refuse", UnavailableHandling.Refuse)),
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
            ApiKey = reader.Secret("api_key"),
            AdminApiKey = reader.Secret("admin_api_key"),
            Endpoint = reader.Url("endpoint"),
            ApiVersion = reader.Text("api_version"),
            Auth = reader.Word("auth", defaults.Auth, ("key", KeyKind.Key), ("bearer", KeyKind.Bearer)),
            Authority = reader.Url("authority"),
            TenantId = reader.Text("tenant_id"),
            ClientId = reader.Text("client_id"),
            ClientSecret = reader.Secret("client_secret"),
            Region = reader.Text("region"),
            AccessKeyId = reader.Secret("access_key_id"),
            SecretAccessKey = reader.Secret("secret_access_key"),
            SessionToken = reader.Secret("session_token"),
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
        return new StorageSettings
        {
            EncryptionKey = reader?.Secret("encryption_key"),
            Records = new Secret(RecordsPath(reader?.Text("records") ?? DefaultRecords)),
            Shared = reader?.Secret("shared"),
            SharedTimeout = reader?.Duration("shared_timeout", defaults.SharedTimeout) ?? defaults.SharedTimeout,
        };
    }

    // What is no path is for the rules to judge.
    private string RecordsPath(string text) =>
        text is StorageSettings.Memory or "" || text.Contains("://", StringComparison.Ordinal) ? text : Path.GetFullPath(text, baseDirectory);

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
