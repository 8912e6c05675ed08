using Switchboard.Gateway.Configuration;

namespace Switchboard.Tests.Gateway.Configuration;

public sealed class ConfigurationRulesTests
{
    private static readonly Uri s_azure = new("https://eu.openai.azure.com");
    private static readonly Secret s_key = new("key-0123456789");

    [Fact]
    public void The_defaults_are_without_fault() =>
        Assert.Empty(ConfigurationRules.Check(EnvironmentDefaults.Apply(new GatewayConfiguration(), _ => null)));

    [Fact]
    public void All_faults_are_told_at_once_each_with_its_setting()
    {
        var faults = ConfigurationRules.Check(new GatewayConfiguration
        {
            Server = new ServerSettings { Urls = "nowhere", MaxBodyMegabytes = 0, OverloadStatus = 500, DrainTimeout = TimeSpan.FromHours(2), Access = "yes" },
            Providers = new Dictionary<string, ProviderSettings>
            {
                ["Bad Name"] = new()
                {
                    Type = "azur",
                    BaseUrl = new Uri("ftp://x"),
                    ApiKey = new Secret("a b"),
                    ConnectTimeout = TimeSpan.FromMilliseconds(1),
                    Timeout = TimeSpan.Zero,
                    IdleTimeout = TimeSpan.FromHours(2),
                    CommitAfter = TimeSpan.FromSeconds(-1),
                },
            },
            Models = new Dictionary<string, ModelSettings>
            {
                ["m"] = new() { Deployments = [new("gone", "")] },
                ["n"] = new() { Deployments = [] },
            },
        });

        Assert.Equal(
            [
                "server.access", "server.urls", "server.max_body_mb", "server.drain_timeout", "server.overload_status",
                "providers.Bad Name", "providers.Bad Name.type", "providers.Bad Name.base_url", "providers.Bad Name.api_key",
                "providers.Bad Name.connect_timeout", "providers.Bad Name.timeout", "providers.Bad Name.idle_timeout", "providers.Bad Name.commit_after",
                "models.m.deployments[0].provider", "models.m.deployments[0].model", "models.n.deployments",
            ],
            faults.Select(fault => fault.Path));
        Assert.Contains("server.max_body_mb: 0 is outside 1 to 1024 megabytes.", faults.Select(fault => fault.ToString()));
        Assert.Contains("providers.Bad Name.connect_timeout: 1 ms is outside 100 ms to 10 min.", faults.Select(fault => fault.ToString()));
    }

    [Theory]
    [InlineData("http://127.0.0.1:8000", true)]
    [InlineData("http://127.9.9.9:8000", true)]
    [InlineData("http://localhost:0/", true)]
    [InlineData("https://[::1]:8000", true)]
    [InlineData("http://unix:/run/switchboard.sock", true)]
    [InlineData("http://127.0.0.1:8000; http://localhost:8001", true)]
    [InlineData("http://0.0.0.0:8000", false)]
    [InlineData("http://[::]:8000", false)]
    [InlineData("http://*:8000", false)]
    [InlineData("http://+:8000", false)]
    [InlineData("http://10.0.0.1", false)]
    [InlineData("http://localhost.example.org:80", false)]
    [InlineData("http://127.0.0.1:8000;http://0.0.0.0:8001", false)]
    public void An_address_beyond_loopback_must_be_meant(string urls, bool isLoopback)
    {
        var closed = ConfigurationRules.Check(new GatewayConfiguration { Server = new ServerSettings { Urls = urls } });
        var open = ConfigurationRules.Check(new GatewayConfiguration { Server = new ServerSettings { Urls = urls, Access = "open" } });

        Assert.Equal(isLoopback, closed.Count == 0);
        Assert.Empty(open);
    }

    [Theory]
    [InlineData("")]
    [InlineData(";")]
    [InlineData("127.0.0.1:8000")]
    [InlineData("http://")]
    [InlineData("http://:8000")]
    [InlineData("http://127.0.0.1:99999")]
    [InlineData("http://127.0.0.1:http")]
    [InlineData("http://127.0.0.1:8000/path")]
    [InlineData("http://user@127.0.0.1:8000")]
    public void What_is_no_address_is_refused(string urls) =>
        Assert.Equal("server.urls", Assert.Single(ConfigurationRules.Check(new GatewayConfiguration { Server = new ServerSettings { Urls = urls, Access = "open" } })).Path);

    [Theory]
    [InlineData("https://api.openai.com/v1", true)]
    [InlineData("http://10.0.0.7:8000/v1/", true)]
    [InlineData("api.openai.com/v1", false)]
    [InlineData("https://user:pass-word@x/v1", false)]
    [InlineData("https://x/v1?api-version=1", false)]
    [InlineData("https://x/v1#a", false)]
    [InlineData("file:///etc", false)]
    public void A_base_url_is_http_and_bare(string url, bool isGood)
    {
        var faults = CheckProvider(new ProviderSettings { Type = "openai", BaseUrl = new Uri(url, UriKind.RelativeOrAbsolute) });

        Assert.Equal(isGood, faults.Count == 0);
        Assert.DoesNotContain(faults, fault => fault.ToString().Contains("pass-word", StringComparison.Ordinal));
    }

    [Fact]
    public void Limits_of_load_and_time_have_bounds()
    {
        var configuration = new GatewayConfiguration
        {
            Server = new ServerSettings { MaxConcurrency = 0, MaxQueue = -1, QueueTimeout = TimeSpan.FromMinutes(11), Heartbeat = TimeSpan.FromMilliseconds(99) },
            Providers = new Dictionary<string, ProviderSettings> { ["p"] = new() { Type = "openai", MaxConcurrency = 0, MaxQueue = 1_000_001, TotalTimeout = TimeSpan.FromMilliseconds(999) } },
            Models = new Dictionary<string, ModelSettings> { ["m"] = new() { Deployments = [new("p", "x") { MaxConcurrency = 0, MaxQueue = -1 }] } },
        };

        Assert.Equal(
            [
                "server.max_concurrency", "server.max_queue", "server.queue_timeout", "server.heartbeat",
                "providers.p.total_timeout", "providers.p.max_concurrency", "providers.p.max_queue",
                "models.m.deployments[0].max_concurrency", "models.m.deployments[0].max_queue",
            ],
            ConfigurationRules.Check(configuration).Select(fault => fault.Path));
        Assert.Empty(ConfigurationRules.Check(new GatewayConfiguration { Server = new ServerSettings { MaxQueue = 0, QueueTimeout = TimeSpan.Zero, Heartbeat = TimeSpan.Zero } }));
    }

    [Theory]
    [InlineData("sk-good_KEY.1+/=", true)]
    [InlineData("", false)]
    [InlineData("sk bad", false)]
    [InlineData("sk-bad\n", false)]
    [InlineData("sk-böse", false)]
    public void A_key_fits_a_header_and_is_not_told(string key, bool isGood)
    {
        var faults = CheckProvider(new ProviderSettings { Type = "openai", ApiKey = new Secret(key) });

        Assert.Equal(isGood, faults.Count == 0);
        Assert.DoesNotContain(faults, fault => key.Length > 0 && fault.ToString().Contains(key, StringComparison.Ordinal));
    }

    [Fact]
    public void Settings_print_without_their_secrets()
    {
        var settings = new ProviderSettings { Type = "openai", BaseUrl = new Uri("https://user:pass-word@host/v1"), ApiKey = new Secret("sk-secret") };
        var configuration = new GatewayConfiguration { Providers = new Dictionary<string, ProviderSettings> { ["openai"] = settings } };

        var printed = $"{settings} {configuration} {settings.ApiKey}";

        Assert.DoesNotContain("secret", printed, StringComparison.Ordinal);
        Assert.DoesNotContain("pass-word", printed, StringComparison.Ordinal);
    }

    public static TheoryData<string, ProviderSettings, string> OwnSettings => new()
    {
        { "azure without its address", new() { Type = "azure" }, "providers.p.endpoint: The address of the resource is needed, such as https://NAME.openai.azure.com." },
        { "azure by base_url", new() { Type = "azure", Endpoint = s_azure, BaseUrl = s_azure }, "providers.p.base_url: The address of Azure is written as endpoint; the gateway knows the paths below it." },
        { "a version with a blank", new() { Type = "azure", Endpoint = s_azure, ApiVersion = "2024 10" }, "providers.p.api_version: It is made of a-z, 0-9 and '-', such as 2024-10-21." },
        { "half an application", new() { Type = "azure", Endpoint = s_azure, TenantId = "t", ClientId = "c" }, "providers.p.client_secret: Signing in as an application needs all of tenant_id, client_id and client_secret." },
        { "an application and a key", new() { Type = "azure", Endpoint = s_azure, TenantId = "t", ClientId = "c", ClientSecret = s_key, ApiKey = s_key }, "providers.p.api_key: Either a key or an application (tenant_id, client_id, client_secret) signs in, not both." },
        { "bedrock without a key", new() { Type = "bedrock" }, "providers.p.api_key: A key is needed: api_key, or access_key_id and secret_access_key; AWS_BEARER_TOKEN_BEDROCK, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, stand for them." },
        { "half a key", new() { Type = "bedrock", AccessKeyId = s_key }, "providers.p.secret_access_key: Signing needs both access_key_id and secret_access_key." },
        { "two keys", new() { Type = "bedrock", AccessKeyId = s_key, SecretAccessKey = s_key, ApiKey = s_key }, "providers.p.api_key: Either a key or an access key (access_key_id, secret_access_key) is sent, not both." },
        { "a session of a key", new() { Type = "bedrock", ApiKey = s_key, SessionToken = s_key }, "providers.p.session_token: It belongs to access_key_id and secret_access_key." },
        { "a region in capitals", new() { Type = "bedrock", ApiKey = s_key, Region = "EU" }, "providers.p.region: It is made of a-z, 0-9 and '-', such as eu-central-1." },
        { "another's setting", new() { Type = "openai", Region = "eu-central-1" }, "providers.p.region: It is a setting of the type bedrock; a provider of the type openai has no use for it." },
        { "a secret of another", new() { Type = "cohere", ClientSecret = s_key }, "providers.p.client_secret: It is a setting of the type azure; a provider of the type cohere has no use for it." },
        { "an API of Ollama's", new() { Type = "openai", Api = OllamaApi.OpenAI }, "providers.p.api: It is a setting of the type ollama; a provider of the type openai has no use for it." },
        { "an address of no server", new() { Type = "azure", Endpoint = new("nowhere", UriKind.Relative) }, "providers.p.endpoint: It must be a whole http or https URL, such as https://api.openai.com/v1." },
    };

    [Theory]
    [MemberData(nameof(OwnSettings))]
    public void What_belongs_to_a_kind_of_provider_is_checked(string what, ProviderSettings settings, string expected)
    {
        Assert.NotEmpty(what);
        Assert.Equal(expected, Assert.Single(CheckProvider(settings)).ToString());
    }

    [Fact]
    public void Whole_settings_of_each_kind_are_without_fault()
    {
        Assert.Empty(CheckProvider(new() { Type = "azure", Endpoint = s_azure, ApiVersion = "2024-10-21", ApiKey = s_key, Auth = KeyKind.Bearer }));
        Assert.Empty(CheckProvider(new() { Type = "azure", Endpoint = s_azure, TenantId = "t", ClientId = "c", ClientSecret = s_key, Authority = new("https://login.microsoftonline.us") }));
        Assert.Empty(CheckProvider(new() { Type = "bedrock", Region = "eu-central-1", AccessKeyId = s_key, SecretAccessKey = s_key, SessionToken = s_key }));
        Assert.Empty(CheckProvider(new() { Type = "ollama", Api = OllamaApi.OpenAI }));
        Assert.Empty(CheckProvider(new() { Type = "cohere", ApiKey = s_key }));
    }

    [Theory]
    [InlineData("openai", "openai at api.openai.com")]
    [InlineData("groq", "groq at api.groq.com")]
    [InlineData("anthropic", "anthropic at api.anthropic.com")]
    [InlineData("gemini", "gemini at generativelanguage.googleapis.com")]
    [InlineData("cohere", "cohere at api.cohere.com")]
    [InlineData("ollama", "ollama at 127.0.0.1")]
    [InlineData("bedrock", "bedrock")]
    public void A_kind_with_an_address_of_its_own_is_shown_with_it(string type, string expected) =>
        Assert.Equal(expected, new ProviderSettings { Type = type }.ToString());

    [Fact]
    public void Settings_never_show_a_secret()
    {
        var text = new ProviderSettings { Type = "bedrock", BaseUrl = s_azure, ApiKey = s_key, ClientSecret = s_key, AccessKeyId = s_key, SecretAccessKey = s_key, SessionToken = s_key }.ToString();

        Assert.Equal("bedrock at eu.openai.azure.com", text);
    }

    [Theory]
    [InlineData("my-project", "europe-west4", "token", null)]
    [InlineData("example.com:my-project", null, "token", null)]
    [InlineData(null, null, "token", "providers.p.project")]
    [InlineData("my/project", null, "token", "providers.p.project")]
    [InlineData("p", "evil.example/", "token", "providers.p.location")]
    [InlineData("p", null, null, "providers.p.credentials_file")]
    public void Vertex_needs_a_project_and_something_to_sign_in_with(string? project, string? location, string? key, string? fault)
    {
        var faults = CheckProvider(new ProviderSettings { Type = "vertex", Project = project, Location = location, ApiKey = key is null ? null : new Secret(key) });

        Assert.Equal(fault, faults.SingleOrDefault()?.Path);
    }

    [Fact]
    public void Settings_of_one_kind_are_no_settings_of_another()
    {
        var faults = CheckProvider(new ProviderSettings { Type = "gemini", Project = "p", Location = "l", CredentialsFile = "/f" });

        Assert.Equal(["providers.p.project", "providers.p.location", "providers.p.credentials_file"], faults.Select(fault => fault.Path));
    }

    private static IReadOnlyList<ConfigurationFault> CheckProvider(ProviderSettings settings) =>
        ConfigurationRules.Check(new GatewayConfiguration { Providers = new Dictionary<string, ProviderSettings> { ["p"] = settings } });
}
