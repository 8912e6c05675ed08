using Switchboard.Gateway.Configuration;
using Switchboard.Gateway.Routing.State;

namespace Switchboard.Tests.Gateway.Routing.State;

public sealed class WindowTests
{
    [Fact]
    public void A_minute_takes_what_its_limit_lets_through_and_no_more()
    {
        var window = new MinuteWindow();

        var taken = Enumerable.Range(0, 8).Count(second => window.TryTake(10, 50, At(second)));

        Assert.Equal(5, taken);
        Assert.False(window.HasRoom(1, 50, At(59)));
        Assert.True(window.HasRoom(10, 50, At(60)));
        Assert.False(window.HasRoom(11, 50, At(60)));
        Assert.True(window.HasRoom(50, 50, At(64)));
    }

    [Fact]
    public void In_no_minute_there_is_more_than_the_limit()
    {
        var window = new MinuteWindow();
        var random = new Random(5);
        var taken = new List<double>();
        for (var now = 0.0; now < 600; now += random.NextDouble())
        {
            if (window.TryTake(1, 20, At(now)))
            {
                taken.Add(now);
            }
        }

        // To the second: the one that is running and the 59 before it.
        Assert.True(taken.Count > 150);
        Assert.All(taken, from => Assert.InRange(taken.Count(one => one >= from && one < from + 59), 1, 20));
    }

    [Fact]
    public void It_says_when_there_is_room_again()
    {
        var window = new MinuteWindow();
        Assert.True(window.TryTake(30, 50, At(0.5)));
        Assert.True(window.TryTake(20, 50, At(10.5)));

        Assert.Equal(TimeSpan.FromSeconds(40), Round(window.UntilRoom(30, 50, At(20))));
        Assert.Equal(TimeSpan.FromSeconds(50), Round(window.UntilRoom(31, 50, At(20))));
        Assert.False(window.HasRoom(30, 50, At(59.9)));
        Assert.True(window.HasRoom(30, 50, At(60)));
        Assert.Equal(TimeSpan.Zero, window.UntilRoom(50, 50, At(80)));
    }

    [Fact]
    public void What_was_reserved_is_set_right_in_its_own_second()
    {
        var window = new MinuteWindow();
        Assert.True(window.TryTake(100, 100, At(0)));

        window.Settle(-70, At(0), At(30));

        Assert.True(window.HasRoom(70, 100, At(30)));
        Assert.False(window.HasRoom(71, 100, At(59)));
        Assert.True(window.TryTake(100, 100, At(60)));

        // It has left the window: the difference must not stay behind in it.
        window.Settle(-70, At(0), At(61));
        Assert.False(window.HasRoom(1, 100, At(61)));
    }

    [Fact]
    public void What_is_larger_than_the_limit_goes_alone()
    {
        var window = new MinuteWindow();

        Assert.True(window.TryTake(1000, 100, At(0)));
        Assert.False(window.TryTake(1000, 100, At(59)));
        Assert.True(window.TryTake(1000, 100, At(60)));
    }

    [Fact]
    public void Threads_take_no_more_than_there_is()
    {
        var window = new MinuteWindow();
        var taken = 0;

        Parallel.For(0, 10_000, i =>
        {
            if (window.TryTake(1, 1_000, At(i % 3)))
            {
                Interlocked.Increment(ref taken);
            }
        });

        Assert.Equal(1_000, taken);
    }

    [Fact]
    public void A_budget_is_a_share_of_the_last_ten_seconds_and_a_few()
    {
        var budget = new ShareBudget(free: 3);
        for (var i = 0; i < 100; i++)
        {
            budget.Count(At(i / 50.0));
        }

        Assert.Equal(23, Enumerable.Range(0, 100).Count(_ => budget.TryTake(0.2, At(2))));
        Assert.Equal(0, Enumerable.Range(0, 100).Count(_ => budget.TryTake(0.2, At(9.9))));

        // The calls have left the window, and those taken at second 2 with them.
        Assert.Equal(3, Enumerable.Range(0, 100).Count(_ => budget.TryTake(0.2, At(12))));
    }

    [Fact]
    public void The_average_follows_the_last_times_and_forgets_slowly()
    {
        var times = new FirstByteTimes();
        Assert.Equal(0, times.Average(At(0)));

        times.Add(1_000, At(0));
        Assert.Equal(1_000, times.Average(At(0)), 1);
        for (var second = 1; second <= 60; second++)
        {
            times.Add(5_000, At(second));
        }

        Assert.InRange(times.Average(At(60)), 4_900, 5_000);
        Assert.InRange(times.Average(At(120)), 2_400, 2_600);
    }

    [Fact]
    public void What_95_of_100_keep_is_known_after_20_times()
    {
        var times = new FirstByteTimes();
        for (var i = 1; i <= 19; i++)
        {
            times.Add(i * 10, At(i));
        }

        Assert.Equal(0, times.Slow);
        for (var i = 20; i <= 112; i++)
        {
            times.Add(i * 10, At(i));
        }

        Assert.Equal(1_070, times.Slow);
    }

    [Fact]
    public void A_cooldown_is_never_made_shorter()
    {
        var state = new DeploymentState("a/b", new ProviderHealth());

        state.CoolUntil(50);
        state.CoolUntil(20);

        Assert.Equal(50, state.CoolingUntil);
    }

    [Fact]
    public void A_cooldown_is_seen_though_others_fail_or_look_at_the_same_time()
    {
        var settings = new BreakerSettings { LeastCalls = 1_000_000 };
        for (var i = 0; i < 20_000; i++)
        {
            var state = new DeploymentState("a/b", new ProviderHealth());
            state.Reconsider();
            using var start = new Barrier(3);
            Parallel.Invoke(
                () => Run(start, () => state.CoolUntil(100)),
                () => Run(start, () => state.Failed(1, isTrial: false, settings)),
                () => Run(start, () => state.StandingAt(1, settings)));

            Assert.Equal(Standing.Away, state.StandingAt(1, settings));
        }

        static void Run(Barrier start, Action action)
        {
            start.SignalAndWait();
            action();
        }
    }

    private static TimeSpan Round(TimeSpan time) => TimeSpan.FromSeconds(Math.Round(time.TotalSeconds, 3));

    private static long At(double second) => (long)(second * TimeSpan.TicksPerSecond) + 1;
}
