using System.Diagnostics;
using Switchboard.Gateway.Configuration;
using Switchboard.Gateway.Telemetry;
using Switchboard.Tests.Gateway.Support;

namespace Switchboard.Tests.Gateway.Routing.Attempts;

[Collection(MetricCapture.Collection)]
public sealed class TelemetryTests
{
    [Fact]
    public async Task Every_attempt_is_a_span_and_a_count_and_names_no_caller_chose_are_labels()
    {
        using var metrics = new MetricCapture();
        var spans = new List<string>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == GatewayTelemetry.Name,
            Sample = (ref _) => ActivitySamplingResult.AllData,
            ActivityStopped = span => Note(spans, span),
        };
        ActivitySource.AddActivityListener(listener);
        await using var fleet = new Fleet("told-a told-b", new()
        {
            ["told-*"] = new() { Deployments = [new("told-a", "*"), new("told-b", "x-*") { Priority = 1 }], Fallbacks = ["other"] },
            ["other"] = new() { Deployments = [new("told-b", "large")] },
        }, all => all with { Routing = new() { Breaker = new() { LeastCalls = 2 } } });
        fleet["told-a"].Fail();

        Assert.Equal("x-one", await fleet.AskAsync("told-one"));
        Assert.Equal("x-two", await fleet.AskAsync("told-two"));
        Assert.Equal("x-three", await fleet.AskAsync("told-three"));
        fleet["told-b"].Fail(429, null, TimeSpan.FromSeconds(5));
        Assert.Equal("429 ", await fleet.AskAsync("told-four"));
        Assert.Equal("free", await AskFreelyAsync(fleet));

        Assert.Equal(
            ["told-a/* 500", "told-b/x-* answered", "told-a/* 500", "told-b/x-* answered", "told-b/x-* answered", "told-b/x-* 429", "told-b/large 429", "told-a/* answered"],
            spans);
        Assert.Equal((2, 3, 1), (metrics["switchboard.attempts told-a/* 500"], metrics["switchboard.attempts told-b/x-* answered"], metrics["switchboard.attempts told-b/x-* 429"]));
        Assert.Equal((1, 1, 1), (metrics["switchboard.breaker.open told-a/*"], metrics["switchboard.cooldowns told-b/x-* rate_limited"], metrics["switchboard.fallbacks told-* unavailable"]));
    }

    [Fact]
    public async Task The_breaker_of_the_only_deployment_closes_again()
    {
        using var metrics = new MetricCapture();
        await using var fleet = new Fleet("only", change: all => all with { Routing = new() { Breaker = new() { LeastCalls = 2, OpenFor = TimeSpan.FromSeconds(30), Probes = 2 } } });
        fleet["only"].Fail();
        await fleet.AskAsync();
        await fleet.AskAsync();
        Assert.Equal(1, metrics["switchboard.breaker.open only/m-only"]);

        // It is asked all the same, for there is no other.
        fleet["only"].Recover();
        Assert.Equal("m-only", await fleet.AskAsync());
        Assert.Equal(1, metrics["switchboard.breaker.open only/m-only"]);
        fleet.Time.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal("m-only", await fleet.AskAsync());
        Assert.Equal("m-only", await fleet.AskAsync());

        Assert.Equal(0, metrics["switchboard.breaker.open only/m-only"]);
    }

    [Fact]
    public async Task An_open_breaker_is_told_no_more_once_its_deployment_is_gone()
    {
        using var metrics = new MetricCapture();
        await using var fleet = new Fleet("gone-a gone-b", change: all => all with { Routing = new() { Breaker = new() { LeastCalls = 2 } } });
        fleet["gone-a"].Fail();
        fleet["gone-b"].Fail();
        await fleet.AskAsync();
        await fleet.AskAsync();
        Assert.Equal((1, 1), (metrics["switchboard.breaker.open gone-a/m-gone-a"], metrics["switchboard.breaker.open gone-b/m-gone-b"]));
        var before = fleet.Pipeline;

        await fleet.ReloadAsync(all => all with { Models = new Dictionary<string, ModelSettings> { ["m"] = new() { Deployments = [new("gone-b", "m-gone-b")] } } }, isHeld: true);
        await before.RunAsync(Calls.Chat(model: "m"), TestContext.Current.CancellationToken);

        Assert.Equal((0, 1), (metrics["switchboard.breaker.open gone-a/m-gone-a"], metrics["switchboard.breaker.open gone-b/m-gone-b"]));
    }

    private static async Task<string> AskFreelyAsync(Fleet fleet)
    {
        fleet["told-a"].Recover();
        return await fleet.AskAsync("told-a/free");
    }

    private static void Note(List<string> spans, Activity span)
    {
        if (span.GetTagItem("switchboard.deployment") is string name && name.StartsWith("told-", StringComparison.Ordinal))
        {
            spans.Add($"{name} {span.GetTagItem("switchboard.outcome")}");
        }
    }
}
