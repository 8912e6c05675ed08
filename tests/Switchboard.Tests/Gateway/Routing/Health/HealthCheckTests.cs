using Switchboard.Gateway.Configuration;
using Switchboard.Gateway.Pipeline;
using Switchboard.Tests.Gateway.Support;

namespace Switchboard.Tests.Gateway.Routing.Health;

public sealed class HealthCheckTests
{
    [Fact]
    public async Task A_dead_provider_is_put_out_before_a_call_finds_out_and_comes_back()
    {
        var log = new LogCapture();
        await using var fleet = Checked(log);
        fleet["a"].ListingError = GatewayError.Upstream("refused");

        await CheckAsync(fleet, 10);
        Assert.Equal("m-a", await fleet.AskAsync());
        await CheckAsync(fleet, 1);
        Assert.Equal("m-b", await fleet.AskAsync());
        await CheckAsync(fleet, 10);
        Assert.Equal("m-b", await fleet.AskAsync());
        fleet["a"].ListingError = null;
        await CheckAsync(fleet, 10);
        Assert.Equal("m-a", await fleet.AskAsync());

        Assert.Equal(["Warning Provider a does not answer and is left alone: refused", "Information Provider a answers again."], log.Lines.Where(line => line.Contains("Provider a", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData(401)]
    [InlineData(404)]
    [InlineData(429)]
    public async Task A_refusal_is_an_answer(int status)
    {
        await using var fleet = Checked();
        fleet["a"].ListingError = new GatewayError(status, new("no", "x", null, null));

        for (var i = 0; i < 3; i++)
        {
            await CheckAsync(fleet, 10);
        }

        Assert.Equal("m-a", await fleet.AskAsync());
    }

    [Fact]
    public async Task One_that_answers_again_is_tried_though_its_breaker_is_open()
    {
        await using var fleet = Checked(breaker: new() { LeastCalls = 1, OpenFor = TimeSpan.FromMinutes(30) });
        fleet["a"].Fail();
        fleet["a"].ListingError = GatewayError.Upstream("refused");
        Assert.Equal("m-b", await fleet.AskAsync());
        await CheckAsync(fleet, 10);
        await CheckAsync(fleet, 1);
        fleet["a"].Recover();
        fleet["a"].ListingError = null;
        Assert.Equal("m-b", await fleet.AskAsync());

        await CheckAsync(fleet, 10);

        Assert.Equal("m-a", await fleet.AskAsync());
    }

    [Fact]
    public async Task Nobody_is_left_alone_for_what_is_no_longer_looked_after()
    {
        await using var fleet = Checked();
        fleet["a"].ListingError = GatewayError.Upstream("refused");
        await CheckAsync(fleet, 10);
        await CheckAsync(fleet, 1);
        Assert.Equal("m-b", await fleet.AskAsync());

        await fleet.ReloadAsync(configuration => configuration with { Routing = new() });

        Assert.Equal("m-a", await fleet.AskAsync());
        Assert.Equal(0, fleet.Time.ActiveTimers);
    }

    [Fact]
    public async Task What_is_known_of_a_provider_outlives_a_change_that_leaves_it_alone()
    {
        await using var fleet = Checked();
        await using var before = fleet.Snapshot;
        fleet["a"].ListingError = GatewayError.Upstream("refused");
        await CheckAsync(fleet, 10);
        await CheckAsync(fleet, 1);

        await fleet.ReloadAsync(configuration => configuration with { Server = new() { Strict = true } }, isHeld: true);
        Assert.Equal("m-b", await fleet.AskAsync());

        // It is looked at again at once, not after a whole interval.
        fleet["a"].ListingError = null;
        await CheckAsync(fleet, 1);
        Assert.Equal("m-a", await fleet.AskAsync());
    }

    [Fact]
    public async Task A_former_configuration_asks_no_more_though_requests_still_run_on_it()
    {
        await using var fleet = Checked();
        await using var before = fleet.Snapshot;

        await fleet.ReloadAsync(configuration => configuration with { Server = new() { Strict = true } }, isHeld: true);

        Assert.Equal(2, fleet.Time.ActiveTimers);
    }

    private static Fleet Checked(LogCapture? log = null, BreakerSettings? breaker = null) => new(
        "a b",
        change: all => all with { Routing = new() { HealthInterval = TimeSpan.FromSeconds(10), Breaker = breaker ?? new() } },
        deployment: one => one with { Priority = one.Provider[0] - 'a' },
        loggers: log);

    // A check is over when both providers wait for the next.
    private static async Task CheckAsync(Fleet fleet, int seconds)
    {
        await fleet.Time.WaitForTimersAsync(2, TestContext.Current.CancellationToken);
        fleet.Time.Advance(TimeSpan.FromSeconds(seconds));
        await fleet.Time.WaitForTimersAsync(2, TestContext.Current.CancellationToken);
    }
}
