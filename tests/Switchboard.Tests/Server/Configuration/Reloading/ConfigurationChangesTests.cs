using System.Reflection;
using Microsoft.Extensions.Logging;
using Switchboard.Gateway.Access;
using Switchboard.Gateway.Configuration;
using Switchboard.Gateway.ModelData;
using Switchboard.Server.Configuration.Reloading;

namespace Switchboard.Tests.Server.Configuration.Reloading;

public sealed class ConfigurationChangesTests
{
    private const string None = "nothing that is in force differs";

    /// <summary>A change of each part, and what is said of it.</summary>
    private static readonly Dictionary<string, (Func<GatewayConfiguration, GatewayConfiguration> Change, string Says)> s_changes = new()
    {
        [nameof(GatewayConfiguration.Server)] = (one => one with { Server = one.Server with { TrustedProxies = ["10.0.0.0/8"] } }, "server changed"),
        [nameof(GatewayConfiguration.Providers)] = (one => one with { Providers = new Dictionary<string, ProviderSettings>() }, "provider p removed"),
        [nameof(GatewayConfiguration.Responses)] = (one => one with { Responses = new ResponseStoreSettings { MaxStored = 1 } }, "responses changed"),
        [nameof(GatewayConfiguration.Conversations)] = (one => one with { Conversations = new ConversationSettings { MaxTurns = 1 } }, "conversations changed"),
        [nameof(GatewayConfiguration.Models)] = (one => one with { Models = new Dictionary<string, ModelSettings> { ["m"] = one.Models["m"] with { Fallbacks = ["n"] } } }, "model m changed"),
        [nameof(GatewayConfiguration.Aliases)] = (one => one with { Aliases = new Dictionary<string, string> { ["a"] = "b" } }, "alias a changed"),
        [nameof(GatewayConfiguration.Routing)] = (one => one with { Routing = new RoutingSettings { RetryBudget = 1 } }, "routing changed"),
        [nameof(GatewayConfiguration.Storage)] = (one => one with { Storage = one.Storage with { SharedTimeout = TimeSpan.FromSeconds(1) } }, "storage changed"),
        [nameof(GatewayConfiguration.Access)] = (one => one with { Access = new AccessSettings() }, "kept: access"),
        [nameof(GatewayConfiguration.Limits)] = (one => one with { Limits = new LimitSettings { Models = new Dictionary<string, AccessLimits> { ["m"] = new() { RequestsPerDay = 2 } } } }, "limits changed"),
        [nameof(GatewayConfiguration.Cache)] = (one => one with { Cache = new CacheSettings { Enabled = true, Models = ["m", "n"] } }, "cache changed"),
        [nameof(GatewayConfiguration.Guardrails)] = (one => one with { Guardrails = [one.Guardrails[0] with { Words = ["other"] }] }, "guardrails changed"),
        [nameof(GatewayConfiguration.Ledger)] = (one => one with { Ledger = new LedgerSettings { KeepDays = 1 } }, "ledger changed"),
        [nameof(GatewayConfiguration.Files)] = (one => one with { Files = new FileSettings { MaxMegabytes = 1 } }, "files changed"),
        [nameof(GatewayConfiguration.Batches)] = (one => one with { Batches = new BatchSettings { Attempts = 1 } }, "kept: batches"),
        [nameof(GatewayConfiguration.Telemetry)] = (one => one with { Telemetry = one.Telemetry with { SamplingRatio = 0.5 } }, "kept: telemetry"),
        [nameof(GatewayConfiguration.Logging)] = (one => one with { Logging = one.Logging with { Levels = new Dictionary<string, LogLevel> { ["Microsoft"] = LogLevel.Debug } } }, "logging changed"),
        [nameof(GatewayConfiguration.KnownModels)] = (one => one with { KnownModels = KnownModels.Read("{}"u8, out _) }, "model_data read"),
    };

    [Fact]
    public void A_change_of_each_part_is_told_or_the_part_is_kept()
    {
        var parts = typeof(GatewayConfiguration).GetProperties(BindingFlags.Instance | BindingFlags.Public).Select(part => part.Name);

        Assert.Equal(parts.Order(), s_changes.Keys.Order());
        Assert.All(s_changes.Values, change => Assert.Equal(change.Says, Tell(Read(), change.Change(Read()))));
    }

    [Fact]
    public void A_configuration_that_is_read_again_differs_in_nothing() => Assert.Equal(None, Tell(Read(), Read()));

    [Theory]
    [InlineData(MetricsAccess.Admin, MetricsAccess.Open, "server changed")]
    [InlineData(MetricsAccess.Open, MetricsAccess.Off, "server changed")]
    [InlineData(MetricsAccess.Off, MetricsAccess.Open, "kept: server.metrics")]
    public void Who_reads_the_metrics_may_change_but_not_that_nothing_was_counted(MetricsAccess from, MetricsAccess to, string says) =>
        Assert.Equal(says, Tell(Read() with { Server = Read().Server with { Metrics = from } }, Read() with { Server = Read().Server with { Metrics = to } }));

    [Fact]
    public void The_console_may_be_turned_off_while_it_runs() =>
        Assert.Equal("server changed", Tell(Read(), Read() with { Server = Read().Server with { Console = false } }));

    [Fact]
    public void The_most_series_stay_as_they_are() =>
        Assert.Equal("kept: server.metrics_max_series", Tell(Read(), Read() with { Server = Read().Server with { MetricsMaxSeries = 100 } }));

    private static string Tell(GatewayConfiguration before, GatewayConfiguration after)
    {
        var kept = new List<string>();
        var changes = ConfigurationChanges.Describe(before, ConfigurationChanges.KeepFixed(after, before, kept));
        return kept.Count == 0 ? changes : $"kept: {string.Join(", ", kept)}{(changes == None ? "" : ", " + changes)}";
    }

    // Made anew each time, as by a reload: with a list of its own wherever there is one.
    private static GatewayConfiguration Read() => new()
    {
        Server = new ServerSettings { TrustedProxies = ["10.0.0.0/8", "::1"], Defaults = new RequestDefaults { Temperature = 1 } },
        Providers = new Dictionary<string, ProviderSettings> { ["p"] = new() { Type = "openai", BaseUrl = new Uri("http://p"), ApiKey = new Secret("k"), Parameters = new ParameterRules([]) } },
        Models = new Dictionary<string, ModelSettings>
        {
            ["m"] = new()
            {
                Deployments = [new("p", "x") { Tags = ["eu"] }],
                Fallbacks = ["p/y"],
                ContextWindowFallbacks = ["p/long"],
                ContentFilterFallbacks = ["p/free"],
            },
        },
        Aliases = new Dictionary<string, string> { ["a"] = "m" },
        Telemetry = new TelemetrySettings { Endpoint = new Uri("http://t"), Headers = new Dictionary<string, Secret> { ["key"] = new("k") }, ResourceAttributes = new Dictionary<string, string> { ["a"] = "b" } },
        Access = new AccessSettings { MasterKey = new Secret("master"), Tokens = new TokenSettings { Issuer = "https://i", Audience = ["one", "two"] } },
        Limits = new LimitSettings { Models = new Dictionary<string, AccessLimits> { ["m"] = new() { RequestsPerDay = 1 } } },
        Cache = new CacheSettings { Enabled = true, Models = ["m"] },
        Guardrails = [new GuardrailSettings { Name = "g", Check = GuardrailCheck.Words, Words = ["word"], Models = ["m"], Keys = ["k"], Projects = ["p"], Kinds = ["email"], Categories = ["c"] }],
    };
}
