using Switchboard.Gateway.Configuration;
using Switchboard.Gateway.Routing;
using Switchboard.Tests.Gateway.Support;

namespace Switchboard.Tests.Gateway.Routing;

public sealed class ModelRowTests
{
    [Theory]
    [InlineData("claude-opus", "a", "anthropic.claude-opus-v1")]
    [InlineData("claude-sonnet", "b", "sonnet")]
    [InlineData("claude-sonnet-4", "c", "s-4")]
    [InlineData("claude-", "a", "anthropic.claude--v1")]
    [InlineData("anything", "b", "anything")]
    [InlineData("c/anything", "c", "anything")]
    [InlineData("c/gpt-4", "b", "4")]
    [InlineData("gpt-4", "b", "sonnet")]
    [InlineData("mini", "c", "small")]
    [InlineData("largest", "a", "anthropic.claude-opus-v1")]
    public async Task The_name_that_says_most_wins(string model, string provider, string expected)
    {
        await using var fleet = New();

        Assert.Equal(expected, await fleet.AskAsync(model));
        Assert.Equal([expected], fleet[provider].Asked);
    }

    [Fact]
    public async Task The_catalog_shows_aliases_and_no_patterns()
    {
        await using var fleet = New();
        var catalog = new ModelCatalog(fleet.Snapshot);

        var models = await catalog.ListAsync(TestContext.Current.CancellationToken);

        Assert.Equal(["claude-sonnet", "gpt-4", "largest", "mini"], models.Select(model => model.Id));
        Assert.NotNull(await catalog.FindAsync("mini", TestContext.Current.CancellationToken));
        Assert.Null(await catalog.FindAsync("claude-none", TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_name_of_a_pattern_that_is_not_there_says_nothing_of_the_others()
    {
        await using var fleet = new Fleet("a b", new()
        {
            ["x-*"] = new() { Deployments = [new("a", "*"), new("b", "*") { Priority = 1 }] },
        });
        fleet["a"].Fail(404, "model_not_found");
        Assert.Equal("none", await fleet.AskAsync("x-none"));
        fleet["a"].Recover();

        Assert.Equal("good", await fleet.AskAsync("x-good"));
        Assert.Equal(["none", "good"], fleet["a"].Asked);
    }

    [Fact]
    public void Faults_of_names_and_routes_are_found()
    {
        var configuration = new GatewayConfiguration
        {
            Providers = new Dictionary<string, ProviderSettings> { ["p"] = new() { Type = "openai" } },
            Models = new Dictionary<string, ModelSettings>
            {
                ["a*b*"] = new() { Deployments = [new("p", "x")] },
                ["two"] = new() { Deployments = [new("p", "x")] },
                ["one"] = new()
                {
                    Deployments = [new("p", "x-*") { Weight = 0, Priority = 101, RequestsPerMinute = 0, TokensPerMinute = 0, InputPrice = -1, OutputPrice = -1, Tags = ["a b", ""] }],
                    Fallbacks = ["one", "nothing"],
                    ContextWindowFallbacks = ["self"],
                    ContentFilterFallbacks = ["p/x", "p/x"],
                    Attempts = 11,
                    Deadline = TimeSpan.Zero,
                    HedgeAfter = new(TimeSpan.FromMinutes(11)),
                },
            },
            Aliases = new Dictionary<string, string> { ["self"] = "one", ["twice"] = "self", ["two"] = "p/x", ["x*"] = "one", ["empty"] = "" },
            Routing = new()
            {
                RetryBudget = 1.1,
                HedgeBudget = double.NaN,
                HealthInterval = TimeSpan.FromMilliseconds(1),
                Breaker = new() { FailureShare = 0, LeastCalls = 0, Window = TimeSpan.Zero, OpenFor = TimeSpan.Zero, Probes = 0 },
            },
        };

        Assert.Equal(
            [
                "models.a*b*",
                "models.one.deployments[0].model", "models.one.deployments[0].weight", "models.one.deployments[0].priority",
                "models.one.deployments[0].rpm", "models.one.deployments[0].tpm", "models.one.deployments[0].input_price", "models.one.deployments[0].output_price",
                "models.one.deployments[0].tags", "models.one.deployments[0].tags",
                "models.one.attempts", "models.one.deadline", "models.one.hedge_after",
                "models.one.fallbacks", "models.one.fallbacks", "models.one.context_window_fallbacks", "models.one.content_filter_fallbacks",
                "routing.retry_budget", "routing.hedge_budget", "routing.health_interval",
                "routing.breaker.failure_share", "routing.breaker.least_calls", "routing.breaker.window", "routing.breaker.open_for", "routing.breaker.probes",
                "aliases.twice", "aliases.two", "aliases.x*", "aliases.empty",
            ],
            ConfigurationRules.Check(configuration, ["openai"]).Select(fault => fault.Path));
    }

    private static Fleet New() => new(
        "a b c",
        new()
        {
            ["claude-*"] = new() { Deployments = [new("a", "anthropic.claude-*-v1")] },
            ["claude-sonnet-*"] = new() { Deployments = [new("c", "s-*")] },
            ["claude-sonnet"] = new() { Deployments = [new("b", "sonnet")] },
            ["c/gpt-*"] = new() { Deployments = [new("b", "*")] },
            ["*"] = new() { Deployments = [new("b", "*")] },
        },
        configuration => configuration with
        {
            Aliases = new Dictionary<string, string> { ["gpt-4"] = "claude-sonnet", ["mini"] = "c/small", ["largest"] = "claude-opus" },
        });
}
