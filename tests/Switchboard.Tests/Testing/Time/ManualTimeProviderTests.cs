using Switchboard.Testing.Time;

namespace Switchboard.Tests.Testing.Time;

public sealed class ManualTimeProviderTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void Stands_still_until_it_is_advanced()
    {
        var clock = new ManualTimeProvider();
        var before = clock.GetTimestamp();

        clock.Advance(TimeSpan.FromSeconds(90));

        Assert.Equal(clock.Start + TimeSpan.FromSeconds(90), clock.GetUtcNow());
        Assert.Equal(TimeSpan.FromSeconds(90), clock.GetElapsedTime(before));
    }

    [Fact]
    public void Fires_timers_in_the_order_of_their_times_and_shows_each_its_own()
    {
        var clock = new ManualTimeProvider();
        var fired = new List<(string Name, TimeSpan At)>();
        using var late = clock.CreateTimer(_ => Note("late"), null, TimeSpan.FromSeconds(3), Timeout.InfiniteTimeSpan);
        using var often = clock.CreateTimer(_ => Note("often"), null, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2));

        clock.Advance(TimeSpan.FromSeconds(4));

        Assert.Equal([("often", TimeSpan.FromSeconds(1)), ("late", TimeSpan.FromSeconds(3)), ("often", TimeSpan.FromSeconds(3))], fired);
        Assert.Equal(1, clock.ActiveTimers);

        void Note(string name) => fired.Add((name, clock.GetUtcNow() - clock.Start));
    }

    [Fact]
    public void Does_not_fire_a_timer_that_was_stopped_or_disposed()
    {
        var clock = new ManualTimeProvider();
        var fired = 0;
        var stopped = clock.CreateTimer(_ => fired++, null, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1));
        var disposed = clock.CreateTimer(_ => fired++, null, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1));

        stopped.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        disposed.Dispose();
        clock.Advance(TimeSpan.FromMinutes(1));

        Assert.Equal(0, fired);
        Assert.False(disposed.Change(TimeSpan.Zero, TimeSpan.Zero));
    }

    [Fact]
    public void Fires_a_timer_that_another_one_set_on_the_way()
    {
        var clock = new ManualTimeProvider();
        var chain = new List<TimeSpan>();
        void Next()
        {
            chain.Add(clock.GetUtcNow() - clock.Start);
            clock.CreateTimer(_ => Next(), null, TimeSpan.FromSeconds(1), Timeout.InfiniteTimeSpan);
        }

        Next();
        clock.Advance(TimeSpan.FromSeconds(2));

        Assert.Equal([TimeSpan.Zero, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2)], chain);
    }

    [Fact]
    public async Task Ends_a_delay_and_a_cancellation_when_their_time_comes()
    {
        var clock = new ManualTimeProvider();
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20), clock);
        var delay = Task.Delay(TimeSpan.FromSeconds(10), clock, Token);
        await clock.WaitForTimersAsync(2, Token);

        clock.Advance(TimeSpan.FromSeconds(9.999));
        var before = (delay.IsCompleted, patience.IsCancellationRequested);
        clock.Advance(TimeSpan.FromSeconds(0.001));
        await delay.WithinAsync("the delay", Token);
        var between = patience.IsCancellationRequested;
        clock.Advance(TimeSpan.FromSeconds(10));

        Assert.Equal((false, false), before);
        Assert.False(between);
        Assert.True(patience.IsCancellationRequested);
    }

    [Fact]
    public async Task Waits_for_timers_that_code_under_test_sets_later()
    {
        var clock = new ManualTimeProvider();
        var waiting = clock.WaitForTimersAsync(1, Token);
        var before = waiting.IsCompleted;

        var delay = Task.Delay(TimeSpan.FromSeconds(1), clock, Token);
        await waiting;
        clock.Advance(TimeSpan.FromSeconds(1));

        Assert.False(before);
        await delay.WithinAsync("the delay", Token);
    }
}
