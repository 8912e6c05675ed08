using Switchboard.Gateway.Configuration;
using Switchboard.Gateway.Routing.State;

namespace Switchboard.Tests.Gateway.Routing.State;

public sealed class BreakerTests
{
    private static readonly BreakerSettings s_settings = new() { FailureShare = 0.5, LeastCalls = 4, Window = TimeSpan.FromSeconds(10), OpenFor = TimeSpan.FromSeconds(5), Probes = 1 };

    private readonly Breaker _breaker = new();

    [Fact]
    public void It_opens_at_the_share_of_failures_and_not_before_the_least_calls()
    {
        Assert.Equal(BreakerChange.None, Fail(1));
        Assert.Equal(BreakerChange.None, Fail(2));
        Assert.Equal(BreakerChange.None, Succeed(2));
        Assert.False(_breaker.IsOpen);

        Assert.Equal(BreakerChange.Opened, Fail(3));

        Assert.True(_breaker.IsOpen);
        Assert.False(_breaker.Admits(At(7.9), s_settings));
    }

    [Fact]
    public void Few_failures_among_many_calls_do_not_open_it()
    {
        for (var i = 0; i < 100; i++)
        {
            Succeed(1);
            Assert.Equal(BreakerChange.None, i % 3 == 0 ? Fail(1) : BreakerChange.None);
        }
    }

    [Fact]
    public void What_is_older_than_the_window_does_not_count()
    {
        Fail(0);
        Fail(0);
        Fail(0);

        Assert.Equal(BreakerChange.None, Fail(10.5));
    }

    [Fact]
    public void After_its_time_one_call_is_let_through_and_closes_it()
    {
        Open();

        Assert.True(_breaker.TryBegin(At(8), s_settings, out var isTrial) && isTrial);
        Assert.False(_breaker.Admits(At(8), s_settings));
        Assert.False(_breaker.TryBegin(At(8), s_settings, out _));
        Assert.Equal(BreakerChange.Closed, _breaker.Succeeded(At(8.1), isTrial: true, s_settings));

        Assert.True(_breaker.Admits(At(8.1), s_settings));
        Assert.True(_breaker.TryBegin(At(8.1), s_settings, out isTrial) && !isTrial);

        // What was before is forgotten.
        Assert.Equal(BreakerChange.None, Fail(8.2));
    }

    [Fact]
    public void A_trial_that_fails_keeps_it_open_as_long_again()
    {
        Open();
        Assert.True(_breaker.TryBegin(At(8), s_settings, out _));

        Assert.Equal(BreakerChange.None, _breaker.Failed(At(9), isTrial: true, s_settings));

        Assert.False(_breaker.Admits(At(13.9), s_settings));
        Assert.True(_breaker.Admits(At(14), s_settings));
    }

    [Fact]
    public void A_trial_whose_caller_left_gives_its_place_to_the_next()
    {
        Open();
        Assert.True(_breaker.TryBegin(At(8), s_settings, out var isTrial));

        _breaker.Ended(isTrial);

        Assert.True(_breaker.Admits(At(8), s_settings));
    }

    [Fact]
    public void Stragglers_from_before_it_opened_change_nothing()
    {
        Open();

        Assert.Equal(BreakerChange.None, Fail(7));
        Assert.Equal(BreakerChange.None, Succeed(7));

        Assert.False(_breaker.Admits(At(7.9), s_settings));
        Assert.True(_breaker.Admits(At(8), s_settings));
    }

    [Fact]
    public void Several_trials_close_it_when_all_of_them_succeeded()
    {
        var settings = s_settings with { Probes = 2 };
        Open();
        Assert.True(_breaker.TryBegin(At(8), settings, out _));
        Assert.True(_breaker.TryBegin(At(8), settings, out _));
        Assert.False(_breaker.Admits(At(8), settings));

        Assert.Equal(BreakerChange.None, _breaker.Succeeded(At(8), isTrial: true, settings));
        Assert.Equal(BreakerChange.Closed, _breaker.Succeeded(At(8), isTrial: true, settings));
    }

    // Opens at second 3.
    private void Open()
    {
        for (var i = 0; i < s_settings.LeastCalls; i++)
        {
            Fail(3);
        }

        Assert.True(_breaker.IsOpen);
    }

    private BreakerChange Fail(double second) => _breaker.Failed(At(second), isTrial: false, s_settings);

    private BreakerChange Succeed(double second) => _breaker.Succeeded(At(second), isTrial: false, s_settings);

    private static long At(double second) => TimeSpan.FromSeconds(second).Ticks + 1;
}
