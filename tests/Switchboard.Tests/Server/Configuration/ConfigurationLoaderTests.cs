using Switchboard.Gateway.Configuration;
using Switchboard.Server.Configuration;
using Switchboard.Testing.Places;

namespace Switchboard.Tests.Server.Configuration;

public sealed class ConfigurationLoaderTests
{
    private const string Whole = """
        # a comment with ${NOT_ASKED_FOR}
        server:
          urls: http://127.0.0.1:9000
          max_body_mb: 12
          strict: true
          drop_unsupported: true
          compat: dynamo
          done_after_error: true
          defaults: { model: gpt-4.1, temperature: 0.5, max_completion_tokens: 64 }
          overload_status: 529
          drain_timeout: 1m
        providers:
          openai: { type: openai, api_key: ${MY_KEY}, connect_timeout: 500ms, timeout: 1h }
          gpubox:
            type: openai
            base_url: "http://${HOST:-10.0.0.7}:8000/v1"
            extensions: engine
            batch_prompts: false
          local:
            type: local
            models_dir: ./models
        models:
          gpt-4.1:
            defaults: { temperature: 1e-1 }
            deployments:
              - { provider: gpubox, model: my-4.1 }
              - provider: openai
                model: gpt-4.1
        """;

    [Fact]
    public void Reads_every_setting()
    {
        using var folder = new ConfigurationFolder(Whole);

        var loaded = folder.Load(("MY_KEY", "sk-1"));

        Assert.Empty(loaded.Faults);
        var configuration = loaded.Configuration!;
        Assert.Equal(new ServerSettings { Urls = "http://127.0.0.1:9000", MaxBodyMegabytes = 12, Strict = true, DropUnsupported = true, Compat = ApiCompat.Dynamo, DoneAfterError = true, Defaults = new RequestDefaults { Model = "gpt-4.1", Temperature = 0.5, MaxCompletionTokens = 64 }, OverloadStatus = 529, DrainTimeout = TimeSpan.FromMinutes(1) }, configuration.Server);
        Assert.Equal(["openai", "gpubox", "local"], configuration.Providers.Keys);
        Assert.Equal("sk-1", configuration.Providers["openai"].ApiKey!.Reveal());
        Assert.Equal(TimeSpan.FromMilliseconds(500), configuration.Providers["openai"].ConnectTimeout);
        Assert.Equal(TimeSpan.FromHours(1), configuration.Providers["openai"].Timeout);
        Assert.Equal(new Uri("http://10.0.0.7:8000/v1"), configuration.Providers["gpubox"].BaseUrl);
        Assert.Equal((ExtensionHandling.Engine, false), (configuration.Providers["gpubox"].Extensions, configuration.Providers["gpubox"].BatchPrompts));
        Assert.Equal(new RequestDefaults { Temperature = 0.1 }, configuration.Models["gpt-4.1"].Defaults);
        Assert.Equal(Path.Combine(folder.FullPath, "models"), configuration.Providers["local"].ModelsDirectory);
        Assert.Equal([new DeploymentSettings("gpubox", "my-4.1"), new DeploymentSettings("openai", "gpt-4.1")], configuration.Models["gpt-4.1"].Deployments);
    }

    [Fact]
    public void The_same_file_gives_equal_providers_each_time_so_that_a_reload_keeps_them()
    {
        using var folder = new ConfigurationFolder(Whole);

        Assert.Equal(folder.Load(("MY_KEY", "sk-1")).Configuration!.Providers, folder.Load(("MY_KEY", "sk-1")).Configuration!.Providers);
    }

    [Fact]
    public void The_status_of_an_overload_follows_compat_where_nobody_chose_it()
    {
        using var folder = new ConfigurationFolder("server: { compat: dynamo }");

        Assert.Equal(529, folder.Load().Configuration!.Server.OverloadStatus);
    }

    [Fact]
    public void Limits_of_load_and_time_are_read()
    {
        using var folder = new ConfigurationFolder("""
            server: { max_concurrency: 7, max_queue: 0, queue_timeout: 2s, heartbeat: 0s }
            providers: { box: { type: openai, base_url: http://a/v1, total_timeout: 1h, ask_usage: false, max_concurrency: 3, max_queue: 4 } }
            models: { m: { deployments: [ { provider: box, model: x, max_concurrency: 5, max_queue: 6 }, { provider: box, model: y } ] } }
            """);

        var configuration = folder.Load().Configuration!;

        Assert.Equal(new ServerSettings { MaxConcurrency = 7, MaxQueue = 0, QueueTimeout = TimeSpan.FromSeconds(2), Heartbeat = TimeSpan.Zero }, configuration.Server);
        var box = configuration.Providers["box"];
        Assert.Equal((TimeSpan.FromHours(1), false, 3, 4), (box.TotalTimeout, box.AskUsage, box.MaxConcurrency, box.MaxQueue));
        Assert.Equal(
            [new DeploymentSettings("box", "x") { MaxConcurrency = 5, MaxQueue = 6 }, new DeploymentSettings("box", "y")],
            configuration.Models["m"].Deployments);
    }

    [Fact]
    public void What_routing_needs_is_read()
    {
        using var folder = new ConfigurationFolder("""
            providers: { box: { type: openai, base_url: http://a/v1 } }
            models:
              m:
                strategy: least_latency
                sticky: prefix
                attempts: 4
                hedge_after: auto
                deadline: 20s
                fallbacks: [n, box/z]
                context_window_fallbacks: n
                content_filter_fallbacks: [box/y]
                deployments:
                  - { provider: box, model: x, weight: 2, priority: 1, rpm: 60, tpm: 1000, tags: [eu, fast], input_price: 0.15, output_price: 1e1 }
              n: { hedge_after: 500ms, deployments: [ { provider: box, model: x } ] }
              "claude-*": { strategy: cheapest, sticky: user, deployments: [ { provider: box, model: "c-*" } ] }
            aliases: { gpt-4: m, other: box/any }
            routing: { retry_budget: 0.5, hedge_budget: 0, health_interval: 10s, breaker: { failure_share: 0.9, least_calls: 7, window: 1m, open_for: 2s, probes: 3 } }
            """);

        var loaded = folder.Load(("SWITCHBOARD__MODELS__N__FALLBACKS__0", "m"), ("SWITCHBOARD__MODELS__N__FALLBACKS__1", "box/q"));

        Assert.Empty(loaded.Faults);
        var configuration = loaded.Configuration!;
        var row = configuration.Models["m"];
        Assert.Equal((RoutingStrategy.LeastLatency, StickyBy.Prefix, 4, HedgeDelay.Auto, TimeSpan.FromSeconds(20)), (row.Strategy, row.Sticky, row.Attempts, row.HedgeAfter, row.Deadline));
        Assert.Equal(["n", "box/z", "|", "n", "|", "box/y"], [.. row.Fallbacks, "|", .. row.ContextWindowFallbacks, "|", .. row.ContentFilterFallbacks]);
        Assert.Equal(["eu", "fast"], row.Deployments[0].Tags);
        Assert.Equal(
            new DeploymentSettings("box", "x") { Weight = 2, Priority = 1, RequestsPerMinute = 60, TokensPerMinute = 1000, InputPrice = 0.15m, OutputPrice = 10 },
            row.Deployments[0] with { Tags = [] });
        Assert.Equal((RoutingStrategy.Weighted, StickyBy.None, 3, new HedgeDelay(TimeSpan.FromMilliseconds(500))), (configuration.Models["n"].Strategy, configuration.Models["n"].Sticky, configuration.Models["n"].Attempts, configuration.Models["n"].HedgeAfter));
        Assert.Equal(["m", "box/q"], configuration.Models["n"].Fallbacks);
        Assert.Equal((RoutingStrategy.Cheapest, StickyBy.User), (configuration.Models["claude-*"].Strategy, configuration.Models["claude-*"].Sticky));
        Assert.Equal([new("gpt-4", "m"), new("other", "box/any")], configuration.Aliases);
        Assert.Equal(
            new RoutingSettings
            {
                RetryBudget = 0.5,
                HedgeBudget = 0,
                HealthInterval = TimeSpan.FromSeconds(10),
                Breaker = new() { FailureShare = 0.9, LeastCalls = 7, Window = TimeSpan.FromMinutes(1), OpenFor = TimeSpan.FromSeconds(2), Probes = 3 },
            },
            configuration.Routing);
    }

    [Fact]
    public void The_example_of_the_page_on_routing_is_sound()
    {
        var page = File.ReadAllText(RepositoryRoot.Combine("docs", "routing.md"));
        var example = page.Split("```yaml\n")[1].Split("```")[0];
        using var folder = new ConfigurationFolder(example);

        var loaded = folder.Load(("OPENAI_API_KEY", "sk-1"), ("BACKUP_KEY", "sk-2"));

        Assert.Empty(loaded.Faults);
        Assert.Equal(3, loaded.Configuration!.Models["fast"].Deployments.Count);
    }

    [Fact]
    public void Without_any_source_the_local_provider_answers_on_port_8000()
    {
        using var folder = new ConfigurationFolder();

        var loaded = folder.Load();

        Assert.Equal(new ServerSettings(), loaded.Configuration!.Server);
        Assert.Equal("local", Assert.Single(loaded.Configuration.Providers).Value.Type);
        Assert.Null(loaded.File);
    }

    [Theory]
    [InlineData("")]
    [InlineData("# nothing\n")]
    [InlineData("server:\n")]
    [InlineData("---\n")]
    public void An_empty_file_or_part_is_all_defaults(string yaml)
    {
        using var folder = new ConfigurationFolder(yaml);

        Assert.Equal(new ServerSettings(), folder.Load().Configuration?.Server);
    }

    [Fact]
    public void Environment_wins_over_dot_env_and_dot_env_over_the_file()
    {
        using var folder = new ConfigurationFolder(
            "server: { max_body_mb: 1, overload_status: 503, drain_timeout: 1s }",
            "SWITCHBOARD__SERVER__MAX_BODY_MB=2\nexport SWITCHBOARD__SERVER__OVERLOAD_STATUS=\"529\" \n# a comment\n");

        var server = folder.Load(("SWITCHBOARD__SERVER__MAX_BODY_MB", "3")).Configuration!.Server;

        Assert.Equal((3, 529, TimeSpan.FromSeconds(1)), (server.MaxBodyMegabytes, server.OverloadStatus, server.DrainTimeout));
    }

    [Fact]
    public void Variables_reach_names_that_shells_cannot_write()
    {
        using var folder = new ConfigurationFolder("""
            providers: { my-box: { type: openai, base_url: http://a/v1 } }
            models: { gpt-4.1: { deployments: [ { provider: my-box, model: old } ] } }
            """);

        var configuration = folder.Load(
            ("SWITCHBOARD__PROVIDERS__MY_BOX__BASE_URL", "http://b/v1"),
            ("SWITCHBOARD__MODELS__GPT_4_1__DEPLOYMENTS__0__MODEL", "new")).Configuration!;

        Assert.Equal(new Uri("http://b/v1"), configuration.Providers["my-box"].BaseUrl);
        Assert.Equal("new", configuration.Models["gpt-4.1"].Deployments[0].Model);
    }

    [Theory]
    [InlineData(null, null, null, "http://127.0.0.1:7000")]
    [InlineData("7001", null, null, "http://127.0.0.1:7001")]
    [InlineData("7001", null, 7002, "http://127.0.0.1:7002")]
    [InlineData("7001", "http://localhost:7003", null, "http://localhost:7003")]
    [InlineData(null, "http://[::1]", 0, "http://[::1]:0")]
    [InlineData(null, "http://localhost:1/;http://127.0.0.1:2", 7004, "http://localhost:7004")]
    public void The_port_comes_from_file_then_PORT_then_urls_then_port_flag(string? port, string? urls, int? flag, string expected)
    {
        using var folder = new ConfigurationFolder("server: { urls: http://127.0.0.1:7000 }");
        var sources = folder.Sources(port is null ? [] : [("PORT", port)]) with { Urls = urls, Port = flag };

        Assert.Equal(expected, ConfigurationLoader.Load(sources).Configuration!.Server.Urls);
    }

    [Fact]
    public void OpenAI_is_on_by_itself_when_its_key_is_set()
    {
        using var folder = new ConfigurationFolder(dotEnv: "OPENAI_API_KEY=sk-env");

        var providers = folder.Load().Configuration!.Providers;

        Assert.Equal("sk-env", providers["openai"].ApiKey!.Reveal());
        Assert.Contains("local", providers.Keys);
    }

    [Fact]
    public void A_named_file_is_read_from_where_it_lies_with_the_dot_env_beside_it()
    {
        using var elsewhere = new ConfigurationFolder();
        using var folder = new ConfigurationFolder("server: { max_body_mb: ${SIZE} }", "SIZE=7");
        var sources = elsewhere.Sources() with { ConfigFile = Path.Combine(folder.FullPath, "switchboard.yaml") };

        Assert.Equal(7, ConfigurationLoader.Load(sources).Configuration!.Server.MaxBodyMegabytes);
    }

    [Theory]
    [InlineData("a: b: c: {", "")]
    [InlineData("${A}", "value: with # yaml")]
    public void A_value_from_the_environment_is_never_read_as_yaml(string text, string expected)
    {
        using var folder = new ConfigurationFolder($"server: {{ urls: http://127.0.0.1:1 }}\nproviders:\n  x: {{ type: openai, base_url: http://h/v1 }}\nmodels:\n  m: {{ deployments: [ {{ provider: x, model: ${{A}} }} ] }}");

        var model = folder.Load(("A", expected.Length == 0 ? text : expected)).Configuration!.Models["m"].Deployments[0].Model;

        Assert.Equal(expected.Length == 0 ? text : expected, model);
    }

    [Fact]
    public void The_settings_of_every_kind_of_provider_are_read()
    {
        using var folder = new ConfigurationFolder(
            """
            providers:
              eu:
                type: azure
                endpoint: https://eu.openai.azure.com
                api_version: 2024-10-21
                auth: bearer
                authority: https://login.microsoftonline.us
                tenant_id: t
                client_id: c
                client_secret: "client-secret"
              aws:
                type: bedrock
                region: eu-central-1
                access_key_id: "id"
                secret_access_key: "secret"
                session_token: "session"
              box: { type: ollama, api: openai, base_url: http://10.0.0.1:11434 }
            """);

        var loaded = folder.Load();

        Assert.Empty(loaded.Faults);
        var (eu, aws, box) = (loaded.Configuration!.Providers["eu"], loaded.Configuration.Providers["aws"], loaded.Configuration.Providers["box"]);
        Assert.Equal(("eu.openai.azure.com", "2024-10-21", KeyKind.Bearer, "login.microsoftonline.us"), (eu.Endpoint!.Host, eu.ApiVersion, eu.Auth, eu.Authority!.Host));
        Assert.Equal(("t", "c", "client-secret"), (eu.TenantId, eu.ClientId, eu.ClientSecret!.Reveal()));
        Assert.Equal(("eu-central-1", "id", "secret", "session"), (aws.Region, aws.AccessKeyId!.Reveal(), aws.SecretAccessKey!.Reveal(), aws.SessionToken!.Reveal()));
        Assert.Equal(OllamaApi.OpenAI, box.Api);
    }
}
