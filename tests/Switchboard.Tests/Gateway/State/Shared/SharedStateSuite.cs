using Switchboard.Gateway.State.Shared;

namespace Switchboard.Tests.Gateway.State.Shared;

/// <summary>What every shared state does, whatever keeps it.</summary>
public abstract class SharedStateSuite
{
    private static readonly TimeSpan s_minute = TimeSpan.FromMinutes(1);

    private readonly string _run = Guid.NewGuid().ToString("N");

    /// <summary>Another that sees the same.</summary>
    protected abstract ISharedState Open();

    private string Name(string name) => $"{name}:{_run}";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_window_lets_the_limit_through_and_says_when_to_come_again()
    {
        await using var state = Open();
        CounterTake[] take = [new(Counter.Window(Name("rpm"), s_minute), 1, 3)];
        var left = new List<long>();
        for (var i = 0; i < 3; i++)
        {
            var granted = await state.Counters.ReserveAsync(take);
            Assert.Equal(ReserveOutcome.Granted, granted.Outcome);
            Assert.Equal(TimeSpan.Zero, granted.RetryIn);
            Assert.Equal(-1, granted.RefusedBy);
            Assert.InRange(granted.States[0].ResetsIn, s_minute, TimeSpan.FromSeconds(61));
            left.Add(granted.States[0].Remaining);
        }

        var refused = await state.Counters.ReserveAsync(take);

        Assert.Equal([2, 1, 0], left);
        Assert.Equal(ReserveOutcome.Refused, refused.Outcome);
        Assert.Equal(0, refused.RefusedBy);
        Assert.Equal(3, refused.States[0].Limit);
        Assert.Equal(0, refused.States[0].Remaining);
        Assert.InRange(refused.RetryIn, TimeSpan.FromSeconds(40), TimeSpan.FromSeconds(61));
    }

    [Fact]
    public async Task A_window_is_free_again_when_its_time_has_passed()
    {
        await using var state = Open();
        var window = TimeSpan.FromMilliseconds(1200);
        CounterTake[] take = [new(Counter.Window(Name("short"), window), 5, 5)];
        var started = TimeProvider.System.GetTimestamp();
        Assert.Equal(ReserveOutcome.Granted, (await state.Counters.ReserveAsync(take)).Outcome);

        for (var refusals = 0; ; refusals++)
        {
            var reservation = await state.Counters.ReserveAsync(take);
            if (reservation.Outcome == ReserveOutcome.Granted)
            {
                // On a busy machine the window may be over before it is asked of for the first time.
                Assert.True(refusals > 0 || TimeProvider.System.GetElapsedTime(started) >= window);
                return;
            }

            Assert.InRange(reservation.RetryIn, TimeSpan.FromTicks(1), TimeSpan.FromMilliseconds(1221));
            await Task.Delay(reservation.RetryIn + TimeSpan.FromMilliseconds(1), Cancellation);
        }
    }

    [Fact]
    public async Task All_is_taken_or_nothing()
    {
        await using var state = Open();
        Counter first = Counter.Window(Name("a"), s_minute), second = Counter.Concurrent(Name("b")), third = Counter.Window(Name("c"), s_minute);
        CounterTake[] takes = [new(first, 1, 10), new(second, 1, 10), new(third, 7, 10)];
        Assert.Equal(ReserveOutcome.Granted, (await state.Counters.ReserveAsync(takes)).Outcome);

        var refused = await state.Counters.ReserveAsync(takes);

        Assert.Equal(ReserveOutcome.Refused, refused.Outcome);
        Assert.Equal(2, refused.RefusedBy);
        Assert.Equal([9, 9, 3], refused.States.ToArray().Select(one => one.Remaining));
        Assert.Equal([9, 9, 3], (await state.Counters.PeekAsync(takes)).Select(one => one.Remaining));
    }

    [Fact]
    public async Task The_counter_that_is_free_last_is_the_one_that_refused()
    {
        await using var state = Open();
        CounterTake[] takes =
        [
            new(Counter.Window(Name("minute"), s_minute), 1, 1),
            new(Counter.Window(Name("day"), TimeSpan.FromDays(1)), 1, 1),
            new(Counter.Concurrent(Name("now")), 1, 1),
        ];
        await state.Counters.ReserveAsync(takes);

        var refused = await state.Counters.ReserveAsync(takes);

        Assert.Equal(1, refused.RefusedBy);
        Assert.InRange(refused.RetryIn, TimeSpan.FromHours(23), TimeSpan.FromHours(25));
        Assert.All(refused.States.ToArray(), one => Assert.True(one.IsRefused));
    }

    [Fact]
    public async Task More_than_the_whole_limit_never_fits()
    {
        await using var state = Open();
        var refused = await state.Counters.ReserveAsync(new CounterTake[] { new(Counter.Window(Name("tpm"), s_minute), 101, 100) });

        Assert.Equal(ReserveOutcome.Refused, refused.Outcome);
        Assert.Equal(CounterState.Never, refused.RetryIn);
    }

    [Fact]
    public async Task What_was_not_used_is_free_and_what_was_used_beyond_is_counted()
    {
        await using var state = Open();
        var tokens = Counter.Window(Name("tpm"), s_minute);
        async Task<long> Left() => (await state.Counters.PeekAsync(new CounterTake[] { new(tokens, 0, 1000) }))[0].Remaining;
        var first = await state.Counters.ReserveAsync(new CounterTake[] { new(tokens, 800, 1000) });
        Assert.Equal(200, await Left());

        first.Settle([300]);
        Assert.Equal(700, await Left());
        first.Settle([0]);
        first.GiveBack();
        first.Dispose();
        Assert.Equal(700, await Left());

        var second = await state.Counters.ReserveAsync(new CounterTake[] { new(tokens, 100, 1000) });
        second.Settle([900]);
        Assert.Equal(0, await Left());
        Assert.Equal(ReserveOutcome.Refused, (await state.Counters.ReserveAsync(new CounterTake[] { new(tokens, 1, 1000) })).Outcome);

        var third = await state.Counters.ReserveAsync(new CounterTake[] { new(tokens, 1, 5000) });
        third.GiveBack();
        Assert.Equal(3800, (await state.Counters.PeekAsync(new CounterTake[] { new(tokens, 0, 5000) }))[0].Remaining);
    }

    [Fact]
    public async Task Calls_at_once_are_as_many_as_the_limit_says_until_they_end()
    {
        await using var state = Open();
        CounterTake[] take = [new(Counter.Concurrent(Name("now")), 1, 2)];
        var first = await state.Counters.ReserveAsync(take);
        var second = await state.Counters.ReserveAsync(take);
        var third = await state.Counters.ReserveAsync(take);
        Assert.Equal([1, 0, 0], new[] { first, second, third }.Select(one => one.States[0].Remaining));
        Assert.Equal(ReserveOutcome.Refused, third.Outcome);
        Assert.True(third.RetryIn > TimeSpan.Zero);
        third.Dispose();
        Assert.Equal(ReserveOutcome.Refused, (await state.Counters.ReserveAsync(take)).Outcome);

        first.Settle([1]);
        second.Dispose();

        Assert.Equal(2, (await state.Counters.PeekAsync(take))[0].Remaining);
        Assert.Equal(ReserveOutcome.Granted, (await state.Counters.ReserveAsync(take)).Outcome);
    }

    [Fact]
    public async Task A_total_is_asked_for_once_and_stops_at_its_limit()
    {
        await using var state = Open();
        var until = TimeProvider.System.GetUtcNow().AddHours(5);
        var budget = Counter.Total(Name("budget:2026-11"), until);
        var requests = Counter.Window(Name("rpm"), s_minute);
        CounterTake[] takes = [new(requests, 1, 100), new(budget, 40, 100)];

        var unknown = await state.Counters.ReserveAsync(takes);
        Assert.Equal(ReserveOutcome.Unseeded, unknown.Outcome);
        Assert.Equal([false, true], unknown.States.ToArray().Select(one => one.IsUnknown));
        Assert.Equal(100, (await state.Counters.PeekAsync(takes))[0].Remaining);

        // Who knows of less has asked too early.
        await state.Counters.SeedAsync(budget, 20);
        await state.Counters.SeedAsync(budget, 30);
        await state.Counters.SeedAsync(budget, 25);
        var first = await state.Counters.ReserveAsync(takes);
        Assert.Equal(ReserveOutcome.Granted, first.Outcome);
        Assert.Equal(30, first.States[1].Remaining);

        // It is refused when the limit is reached, not when a call might pass it.
        var second = await state.Counters.ReserveAsync(takes);
        Assert.Equal(ReserveOutcome.Granted, second.Outcome);
        var third = await state.Counters.ReserveAsync(takes);
        Assert.Equal(ReserveOutcome.Refused, third.Outcome);
        Assert.Equal(1, third.RefusedBy);
        Assert.InRange(third.RetryIn, TimeSpan.FromHours(4.9), TimeSpan.FromHours(5));

        first.Settle([1, 5]);
        second.Settle([1, 0]);
        Assert.Equal(65, (await state.Counters.PeekAsync(takes))[1].Remaining);
    }

    [Fact]
    public async Task What_a_forgotten_total_is_told_is_added_to_what_was_loaded_since()
    {
        await using var state = Open();
        var budget = Counter.Total(Name("budget"));
        CounterTake[] take = [new(budget, 50, 1000)];
        await state.Counters.SeedAsync(budget, 100);
        var running = await state.Counters.ReserveAsync(take);

        // As after FLUSHALL: the reserve of the call that runs is lost, its cost must not be.
        await state.Counters.ForgetAsync(budget);
        Assert.Equal(ReserveOutcome.Unseeded, (await state.Counters.ReserveAsync(take)).Outcome);
        await state.Counters.SeedAsync(budget, 100);
        running.Settle([70]);

        Assert.Equal(1000 - 170, (await state.Counters.PeekAsync(take))[0].Remaining);
    }

    [Fact]
    public async Task A_limit_of_zero_and_a_total_that_never_ends_say_never()
    {
        await using var state = Open();
        var budget = Counter.Total(Name("budget"));
        await state.Counters.SeedAsync(budget, 7);

        var reservation = await state.Counters.ReserveAsync(new CounterTake[] { new(budget, 0, 7) });

        Assert.Equal(ReserveOutcome.Refused, reservation.Outcome);
        Assert.Equal(CounterState.Never, reservation.RetryIn);
    }

    [Fact]
    public async Task Ten_thousand_at_once_let_exactly_a_thousand_through()
    {
        // Three clients, or one state that sixteen threads use.
        var states = Enumerable.Range(0, 3).Select(_ => Open()).ToArray();
        var requests = Counter.Window(Name("rpd"), TimeSpan.FromDays(1));
        var tokens = Counter.Window(Name("tpd"), TimeSpan.FromDays(1));
        var granted = 0;
        await Parallel.ForAsync(0, 10_000, new ParallelOptions { MaxDegreeOfParallelism = 48, CancellationToken = Cancellation }, async (i, _) =>
        {
            // The second counter often refuses: what that gives back must not be missing for others.
            CounterTake[] takes = [new(requests, 1, 1000), new(tokens, i % 2 == 0 ? 1 : 100_000, 99_999)];
            var reservation = await states[i % 3].Counters.ReserveAsync(takes);
            if (reservation.Outcome == ReserveOutcome.Granted)
            {
                Interlocked.Increment(ref granted);
            }
        });

        Assert.Equal(1000, granted);
        Assert.Equal([0, 98_999], (await states[1].Counters.PeekAsync(new CounterTake[] { new(requests, 0, 1000), new(tokens, 0, 99_999) })).Select(one => one.Remaining));
        foreach (var state in states)
        {
            await state.DisposeAsync();
        }
    }

    [Fact]
    public async Task What_many_take_at_once_in_different_amounts_is_what_is_missing()
    {
        var states = Enumerable.Range(0, 2).Select(_ => Open()).ToArray();
        var tokens = Counter.Window(Name("tpd"), TimeSpan.FromDays(1));
        var running = Counter.Concurrent(Name("now"));
        var used = 0L;
        await Parallel.ForAsync(0, 3000, new ParallelOptions { MaxDegreeOfParallelism = 32, CancellationToken = Cancellation }, async (i, _) =>
        {
            var reservation = await states[i % 2].Counters.ReserveAsync(new CounterTake[] { new(tokens, 1 + (i % 7), 5000), new(running, 1, 1000) });
            if (reservation.Outcome == ReserveOutcome.Granted)
            {
                Interlocked.Add(ref used, (1 + (i % 7)) / 2);
                reservation.Settle([(1 + (i % 7)) / 2, 1]);
            }
        });

        // What the other has settled without waiting comes with the end of its calls.
        CounterTake[] look = [new(tokens, 0, 5000), new(running, 0, 1000)];
        var left = await states[0].Counters.PeekAsync(look);
        while (left[1].Remaining < 1000)
        {
            await Task.Delay(10, Cancellation);
            left = await states[0].Counters.PeekAsync(look);
        }

        Assert.True(used > 0);
        Assert.Equal(used, 5000 - left[0].Remaining);
        foreach (var state in states)
        {
            await state.DisposeAsync();
        }
    }

    [Fact]
    public async Task Calls_that_come_and_go_are_never_more_than_the_limit()
    {
        await using var state = Open();
        CounterTake[] take = [new(Counter.Concurrent(Name("now")), 1, 5)];
        int running = 0, most = 0, served = 0;
        await Parallel.ForAsync(0, 2000, new ParallelOptions { MaxDegreeOfParallelism = 16, CancellationToken = Cancellation }, async (_, _) =>
        {
            using var reservation = await state.Counters.ReserveAsync(take);
            if (reservation.Outcome == ReserveOutcome.Granted)
            {
                var now = Interlocked.Increment(ref running);
                InterlockedMax(ref most, now);
                await Task.Yield();
                Interlocked.Increment(ref served);
                Interlocked.Decrement(ref running);
            }
        });

        Assert.InRange(most, 1, 5);
        Assert.True(served >= 5);
        Assert.Equal(5, (await state.Counters.PeekAsync(take))[0].Remaining);
    }

    [Fact]
    public async Task What_is_cached_is_there_until_its_life_is_over_or_its_group_is_flushed()
    {
        await using var state = Open();
        var cache = state.Cache;
        var mine = new CacheKey(Name("tenant"), "a");
        var others = new CacheKey(Name("other"), "a");
        Assert.Null(await cache.GetAsync(mine));
        Assert.True(await cache.SetAsync(mine, "bytes \r\n é"u8.ToArray(), s_minute));
        Assert.True(await cache.SetAsync(others, new byte[100_000], s_minute));
        Assert.True(await cache.SetAsync(mine with { Name = "empty" }, default, s_minute));
        Assert.Equal("bytes \r\n é"u8.ToArray(), (await cache.GetAsync(mine))!.Value.ToArray());
        Assert.Equal(0, (await cache.GetAsync(mine with { Name = "empty" }))!.Value.Length);

        await cache.DeleteAsync(mine);
        Assert.Null(await cache.GetAsync(mine));
        await cache.SetAsync(mine, "again"u8.ToArray(), s_minute);
        Assert.True(await cache.FlushAsync(mine.Group));
        Assert.Null(await cache.GetAsync(mine));
        Assert.Null(await cache.GetAsync(mine with { Name = "empty" }));
        Assert.Equal(100_000, (await cache.GetAsync(others))!.Value.Length);

        await cache.SetAsync(mine, "new"u8.ToArray(), s_minute);
        Assert.Equal("new"u8.ToArray(), (await cache.GetAsync(mine))!.Value.ToArray());
        await cache.SetAsync(mine, "short"u8.ToArray(), TimeSpan.FromMilliseconds(20));
        await Task.Delay(60, Cancellation);
        Assert.Null(await cache.GetAsync(mine));
        Assert.False(await cache.SetAsync(mine, new byte[40 * 1024 * 1024], s_minute));
    }

    [Fact]
    public async Task Names_of_groups_and_entries_are_not_mixed_up()
    {
        await using var state = Open();
        await state.Cache.SetAsync(new(Name("a") + ":b", "c"), "1"u8.ToArray(), s_minute);

        Assert.Null(await state.Cache.GetAsync(new(Name("a"), "b:c")));
    }

    [Fact]
    public async Task A_lock_has_one_holder_until_it_is_given_back_or_its_life_is_over()
    {
        await using var state = Open();
        var name = Name("lock");
        var first = await state.Locks.TryTakeAsync(name, s_minute);
        Assert.NotNull(first);
        Assert.Null(await state.Locks.TryTakeAsync(name, s_minute));
        Assert.True(await first.ExtendAsync(s_minute));

        await first.DisposeAsync();
        var second = await state.Locks.TryTakeAsync(name, TimeSpan.FromMilliseconds(20));
        Assert.NotNull(second);
        await Task.Delay(60, Cancellation);
        var third = await state.Locks.TryTakeAsync(name, s_minute);
        Assert.NotNull(third);

        // It is another's now: neither takes it from them.
        Assert.False(await second.ExtendAsync(s_minute));
        await second.DisposeAsync();
        await first.DisposeAsync();
        Assert.Null(await state.Locks.TryTakeAsync(name, s_minute));
    }

    [Fact]
    public async Task Of_many_who_want_a_lock_one_gets_it()
    {
        await using var state = Open();
        var held = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => Task.Run(async () => await state.Locks.TryTakeAsync(Name("one"), s_minute), Cancellation)));

        Assert.Single(held, one => one is not null);
    }

    private static void InterlockedMax(ref int most, int value)
    {
        for (var seen = Volatile.Read(ref most); value > seen;)
        {
            var before = Interlocked.CompareExchange(ref most, value, seen);
            seen = before == seen ? value : before;
        }
    }
}
