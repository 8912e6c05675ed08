using Switchboard.Gateway.State.InProcess;
using Switchboard.Gateway.State.Shared;
using Switchboard.Testing.Time;

namespace Switchboard.Tests.Gateway.State.Shared;

/// <summary>The sliding window beside a plain list of all that was let through.</summary>
public sealed class SlidingWindowTests
{
    [Theory]
    [InlineData(1, 60_000)]
    [InlineData(2, 60_000)]
    [InlineData(3, 1_200)]
    [InlineData(4, 86_400_000)]
    [InlineData(5, 3_600_000)]
    public async Task It_lets_through_what_the_list_says(int seed, int milliseconds)
    {
        var random = new Random(seed);
        var time = new ManualTimeProvider();
        var counters = new MemoryCounters(time, 100);
        var period = TimeSpan.FromMilliseconds(milliseconds);
        var window = Counter.Window("w", period);
        var log = new List<(TimeSpan At, long Amount)>();
        int granted = 0, refused = 0;
        for (var i = 0; i < 5000; i++)
        {
            // Bursts, pauses, and now and then more than a whole window.
            time.Advance(random.Next(20) switch { 0 => period * 1.1 * random.NextDouble(), < 10 => TimeSpan.Zero, _ => period / 40 * random.NextDouble() });
            var now = time.GetUtcNow() - time.Start;
            var take = new CounterTake(window, random.Next(1, 30), 100);
            var counted = log.Where(one => StepOf(one.At) >= StepOf(now) - Counter.Steps).Sum(one => one.Amount);

            var reservation = await counters.ReserveAsync(new[] { take });

            Assert.Equal(counted + take.Amount <= take.Limit ? ReserveOutcome.Granted : ReserveOutcome.Refused, reservation.Outcome);
            if (reservation.Outcome == ReserveOutcome.Granted)
            {
                granted++;
                log.Add((now, take.Amount));
                Assert.Equal(take.Limit - counted - take.Amount, reservation.States[0].Remaining);
            }
            else
            {
                refused++;
                Assert.Equal(take.Limit - counted, reservation.States[0].Remaining);
                bool FitsIn(TimeSpan wait) => log.Where(one => StepOf(one.At) >= StepOf(now + wait) - Counter.Steps).Sum(one => one.Amount) + take.Amount <= take.Limit;
                Assert.True(FitsIn(reservation.RetryIn));
                Assert.False(FitsIn(reservation.RetryIn - TimeSpan.FromTicks(1)));
            }
        }

        Assert.True(granted > 500 && refused > 500, $"{granted} granted, {refused} refused");
        foreach (var (at, _) in log)
        {
            // No stretch of the period's length that ends with a call has more than the limit.
            Assert.True(log.Where(one => one.At <= at && one.At > at - period).Sum(one => one.Amount) <= 100);
        }

        long StepOf(TimeSpan at) => at.Ticks / window.Step.Ticks;
    }

    [Fact]
    public async Task What_was_used_beyond_the_estimate_counts_though_its_step_has_left()
    {
        var time = new ManualTimeProvider();
        var counters = new MemoryCounters(time, 100);
        CounterTake[] take = [new(Counter.Window("w", TimeSpan.FromMinutes(1)), 10, 100)];
        var more = await counters.ReserveAsync(take);
        var less = await counters.ReserveAsync(take);
        time.Advance(TimeSpan.FromMinutes(2));

        less.Settle([1]);
        Assert.Equal(100, (await counters.PeekAsync(take))[0].Remaining);
        more.Settle([60]);
        Assert.Equal(50, (await counters.PeekAsync(take))[0].Remaining);
    }

    [Fact]
    public void A_window_has_whole_steps()
    {
        Assert.Throws<ArgumentException>(() => Counter.Window("w", TimeSpan.FromSeconds(1)));
        Assert.Throws<ArgumentOutOfRangeException>(() => Counter.Window("w", TimeSpan.FromDays(32)));
        Assert.Equal(Counter.Window("w", TimeSpan.FromMinutes(1)), Counter.Window("w", TimeSpan.FromSeconds(60)));
        Assert.NotEqual(Counter.Window("w", TimeSpan.FromMinutes(1)), Counter.Window("w", TimeSpan.FromMinutes(2)));
    }
}
