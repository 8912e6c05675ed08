using Switchboard.Gateway.Configuration;
using Switchboard.Gateway.Pipeline;
using Switchboard.Tests.Gateway.Support;

namespace Switchboard.Tests.Gateway.Routing;

public sealed class FallbackTests
{
    [Fact]
    public async Task Fallbacks_are_tried_in_their_order_when_all_deployments_failed()
    {
        await using var fleet = New(row => row with { Fallbacks = ["second", "c/third"] });
        fleet["a"].Fail();

        Assert.Equal("m-b", await fleet.AskAsync("first"));
        fleet["b"].Fail();
        Assert.Equal("third", await fleet.AskAsync("first"));
        fleet["c"].Fail(503);
        Assert.Equal("500 ", await fleet.AskAsync("first"));
    }

    [Fact]
    public async Task A_fallbacks_own_fallbacks_do_not_count()
    {
        await using var fleet = New(row => row with { Fallbacks = ["second"] }, row => row with { Fallbacks = ["c/third", "first"] });
        fleet["a"].Fail();
        fleet["b"].Fail();

        Assert.Equal("500 ", await fleet.AskAsync("first"));
        Assert.Empty(fleet["c"].Asked);
        Assert.Equal("third", await fleet.AskAsync("second"));
    }

    [Theory]
    [InlineData("context_length_exceeded", "third")]
    [InlineData("content_filter", "fourth")]
    [InlineData("exploded", "400 exploded")]
    public async Task What_is_at_fault_decides_where_it_goes(string code, string expected)
    {
        await using var fleet = New(row => row with { Fallbacks = ["second"], ContextWindowFallbacks = ["c/third"], ContentFilterFallbacks = ["c/fourth"] });
        fleet["a"].Fail(400, code);

        Assert.Equal(expected, await fleet.AskAsync("first"));
        Assert.Empty(fleet["b"].Asked);
    }

    [Fact]
    public async Task A_prompt_too_long_for_the_fallback_goes_on_to_the_larger_one()
    {
        await using var fleet = New(row => row with { Fallbacks = ["second"], ContextWindowFallbacks = ["second", "c/third"] });
        fleet["a"].Fail();
        fleet["b"].Fail(400, "context_length_exceeded");

        Assert.Equal("third", await fleet.AskAsync("first"));
    }

    [Fact]
    public async Task A_fallback_for_a_long_prompt_costs_no_budget()
    {
        await using var fleet = New(row => row with { ContextWindowFallbacks = ["second"] }, change: all => all with { Routing = new() { RetryBudget = 0 } });
        fleet["a"].Fail(400, "context_length_exceeded");

        for (var i = 0; i < 50; i++)
        {
            Assert.Equal("m-b", await fleet.AskAsync("first"));
        }
    }

    [Fact]
    public async Task A_fallback_may_be_another_model_of_the_same_row_of_many()
    {
        await using var fleet = new Fleet("a", new() { ["big-*"] = new() { Deployments = [new("a", "big-*")], Fallbacks = ["big-one", "big-two"] } });
        fleet["a"].Answer = (call, cancellationToken) => call.Target!.Model == "big-two"
            ? FleetProvider.AnswerAsync(call, cancellationToken)
            : new(GatewayOutcome.Failed(GatewayError.Upstream("It failed.")));

        Assert.Equal("big-two", await fleet.AskAsync("big-zero"));
        Assert.Equal(["big-zero", "big-one", "big-two"], fleet["a"].Asked);
    }

    [Fact]
    public async Task A_model_that_two_lists_name_is_asked_once()
    {
        await using var fleet = New(row => row with { Fallbacks = ["c/third"], ContextWindowFallbacks = ["c/third", "second"] });
        fleet["a"].Fail();
        fleet["c"].Fail(400, "context_length_exceeded");

        Assert.Equal("m-b", await fleet.AskAsync("first"));
        Assert.Single(fleet["c"].Asked);
    }

    [Fact]
    public async Task Tokens_are_counted_for_a_fallback_of_any_list()
    {
        await using var fleet = New(row => row with { ContextWindowFallbacks = ["second"] }, deployment: one => one.Provider == "b" ? one with { TokensPerMinute = 300 } : one);
        fleet["a"].Fail(400, "context_length_exceeded");

        // Two of them, of 256 tokens each at least, are more than there may be.
        Assert.Equal("m-b", await fleet.AskAsync("first"));
        Assert.Equal("400 context_length_exceeded", await fleet.AskAsync("first"));
    }

    [Fact]
    public async Task A_model_whose_deployments_are_left_alone_leaves_its_calls_to_the_fallback()
    {
        await using var fleet = New(row => row with { Fallbacks = ["second"] });
        fleet["a"].Fail(429, null, TimeSpan.FromSeconds(60));
        await fleet.AskAsync("first");

        var call = Calls.Chat(model: "first");
        Assert.Equal("m-b", await fleet.AskAsync(call: call));
        Assert.Equal((1, 0), (call.Attempts, call.Tried.Count));
    }

    [Fact]
    public async Task Of_all_that_are_left_alone_the_model_asked_for_comes_first()
    {
        await using var fleet = New(row => row with { Fallbacks = ["second"] });
        fleet["a"].Fail(429, null, TimeSpan.FromSeconds(60));
        fleet["b"].Fail(429, null, TimeSpan.FromSeconds(30));
        await fleet.AskAsync("first");
        fleet["a"].Recover();

        Assert.Equal("m-a", await fleet.AskAsync("first"));
    }

    [Fact]
    public async Task No_fallback_leads_where_the_caller_does_not_want_to_go()
    {
        await using var fleet = New(row => row with { Fallbacks = ["second", "c/third"] }, deployment: one => one with { Tags = one.Provider == "b" ? ["us"] : ["eu", "fast"] });
        fleet["a"].Fail();

        Assert.Equal("500 ", await fleet.AskAsync(call: Asking("first", tags: ["eu"])));
        Assert.Equal("500 ", await fleet.AskAsync(call: Asking("first", provider: "a")));
        Assert.Equal("500 ", await fleet.AskAsync(call: Asking("first", deployment: "a/m-a")));
        Assert.Empty(fleet["b"].Asked);
        Assert.Empty(fleet["c"].Asked);
        Assert.Equal("m-b", await fleet.AskAsync(call: Asking("first", tags: ["us"])));
        Assert.Equal("third", await fleet.AskAsync(call: Asking("first", deployment: "c/third")));
    }

    [Fact]
    public async Task What_no_deployment_is_gets_a_clear_400()
    {
        await using var fleet = New(row => row, deployment: one => one with { Tags = one.Provider == "b" ? ["us"] : ["eu", "fast"] });

        var unknown = await RunAsync(fleet, Asking("first", tags: ["eu", "slow"]));
        var none = await RunAsync(fleet, Asking("first", tags: ["us"]));
        var pinned = await RunAsync(fleet, Asking("first", deployment: "a/other"));

        Assert.Equal((400, "unknown_tag", "No deployment has the tag 'slow' (x-switchboard-tags). There are: eu, fast, us."), unknown);
        Assert.Equal((400, "no_such_deployment", "No deployment of the model 'first' is what the request asks for (x-switchboard-tags: us)."), none);
        Assert.Equal((400, "no_such_deployment", "No deployment of the model 'first' is what the request asks for (x-switchboard-deployment: a/other)."), pinned);
    }

    [Fact]
    public async Task The_callers_provider_narrows_a_row_down_and_takes_other_names_as_they_are()
    {
        await using var fleet = new Fleet("a b", row: row => row with { Strategy = RoutingStrategy.RoundRobin });

        Assert.Equal(["m-b", "m-b"], [await fleet.AskAsync(call: Asking("m", provider: "b")), await fleet.AskAsync(call: Asking("m", provider: "b"))]);
        Assert.Equal("other", await fleet.AskAsync(call: Asking("other", provider: "b")));
        Assert.Equal("404 provider_not_found", await fleet.AskAsync(call: Asking("m", provider: "z")));
    }

    [Fact]
    public async Task A_deployment_that_cannot_do_it_is_passed_over()
    {
        await using var fleet = new Fleet("a b", deployment: one => one with { Priority = one.Provider[0] - 'a' });
        fleet["a"].Lacks = ApiOperation.ChatCompletions;
        await fleet.ReloadAsync(configuration => configuration);

        Assert.Equal("m-b", await fleet.AskAsync());
        fleet["b"].Lacks = ApiOperation.ChatCompletions;
        await fleet.ReloadAsync(configuration => configuration);
        Assert.Equal("400 unsupported_operation", await fleet.AskAsync());
    }

    private static async Task<(int? Status, string? Code, string? Message)> RunAsync(Fleet fleet, GatewayCall call)
    {
        var outcome = await fleet.Pipeline.RunAsync(call, TestContext.Current.CancellationToken);
        return (outcome.Error?.Status, outcome.Error?.Body.Code, outcome.Error?.Body.Message);
    }

    private static GatewayCall Asking(string model, string[]? tags = null, string? provider = null, string? deployment = null)
    {
        var call = Calls.Chat(model: model);
        return new GatewayCall
        {
            Operation = call.Operation,
            Path = call.Path,
            Body = call.Body,
            Facts = call.Facts,
            RequestId = call.RequestId,
            Sink = call.Sink,
            Tags = tags ?? [],
            Provider = provider,
            Deployment = deployment,
        };
    }

    private static Fleet New(
        Func<ModelSettings, ModelSettings> first,
        Func<ModelSettings, ModelSettings>? second = null,
        Func<GatewayConfiguration, GatewayConfiguration>? change = null,
        Func<DeploymentSettings, DeploymentSettings>? deployment = null)
    {
        ModelSettings Row(string provider, Func<ModelSettings, ModelSettings>? more)
        {
            var one = new DeploymentSettings(provider, $"m-{provider}");
            var row = new ModelSettings { Deployments = [deployment?.Invoke(one) ?? one] };
            return more?.Invoke(row) ?? row;
        }

        return new Fleet("a b c", new() { ["first"] = Row("a", first), ["second"] = Row("b", second) }, change);
    }
}
