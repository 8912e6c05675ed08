using Switchboard.Gateway.State.InProcess;
using Switchboard.Gateway.State.Shared;
using Switchboard.Testing.Time;

namespace Switchboard.Tests.Gateway.State.Shared;

public sealed class MemorySharedStateTests : SharedStateSuite, IAsyncDisposable
{
    private static readonly TimeSpan s_minute = TimeSpan.FromMinutes(1);

    private readonly MemorySharedState _state = new(TimeProvider.System);

    protected override ISharedState Open() => _state;

    public ValueTask DisposeAsync() => _state.DisposeAsync();

    [Fact]
    public async Task Sixteen_threads_let_exactly_the_limit_through()
    {
        CounterTake[] takes = [new(Counter.Window("a", s_minute), 1, 1000), new(Counter.Window("b", s_minute), 3, 1_000_000), new(Counter.Concurrent("c"), 1, 1_000_000)];
        var granted = 0;
        var start = new Barrier(16);
        var threads = Enumerable.Range(0, 16).Select(_ => new Thread(() =>
        {
            start.SignalAndWait();
            for (var i = 0; i < 625; i++)
            {
                // It never waits, so it is done.
                var reserving = _state.Counters.ReserveAsync(takes);
                Assert.True(reserving.IsCompletedSuccessfully);
#pragma warning disable RS0030, CA2012, xUnit1031
                Interlocked.Add(ref granted, reserving.Result.Outcome == ReserveOutcome.Granted ? 1 : 0);
#pragma warning restore RS0030, CA2012, xUnit1031
            }
        })).ToList();
        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => thread.Join());

        Assert.Equal(1000, granted);
        Assert.Equal(997_000, (await _state.Counters.PeekAsync(takes))[1].Remaining);
    }

    [Fact]
    public async Task Counters_that_nobody_needs_any_more_are_forgotten()
    {
        var time = new ManualTimeProvider();
        var counters = new MemoryCounters(time, 1000);
        for (var i = 0; i < 20_000; i++)
        {
            time.Advance(TimeSpan.FromSeconds(1));
            await counters.ReserveAsync(new CounterTake[] { new(Counter.Window($"k{i}", s_minute), 1, 5) });
        }

        // Those of the last minute, and those that were not looked at yet.
        Assert.InRange(counters.Count, 61, 200);
    }

    [Fact]
    public async Task There_are_never_more_than_so_many_counters_and_running_calls_stay_counted()
    {
        var time = new ManualTimeProvider();
        var counters = new MemoryCounters(time, 100);
        CounterTake[] running = [new(Counter.Concurrent("busy"), 1, 1)];
        var reservation = await counters.ReserveAsync(running);
        CounterTake[] often = [new(Counter.Window("often", s_minute), 1, 1)];
        await counters.ReserveAsync(often);
        for (var i = 0; i < 5000; i++)
        {
            await counters.ReserveAsync(new CounterTake[] { new(Counter.Window($"k{i}", s_minute), 1, 5) });
            Assert.Equal(ReserveOutcome.Refused, (await counters.ReserveAsync(often)).Outcome);
            Assert.InRange(counters.Count, 1, 101);
        }

        Assert.Equal(ReserveOutcome.Refused, (await counters.ReserveAsync(running)).Outcome);
        reservation.Dispose();
        Assert.Equal(ReserveOutcome.Granted, (await counters.ReserveAsync(running)).Outcome);
    }

    [Fact]
    public async Task A_total_is_forgotten_after_its_period()
    {
        var time = new ManualTimeProvider();
        var counters = new MemoryCounters(time, 100);
        var budget = Counter.Total("b", time.GetUtcNow().AddHours(1));
        await counters.SeedAsync(budget, 5);
        time.Advance(TimeSpan.FromHours(2));
        await counters.ReserveAsync(new CounterTake[] { new(Counter.Window("other", s_minute), 1, 5) });

        Assert.Equal(1, counters.Count);
    }

    [Fact]
    public async Task The_cache_is_bounded_by_bytes_and_what_was_used_longest_ago_goes_first()
    {
        var cache = new MemoryCache(TimeProvider.System, 10_000);
        for (var i = 0; i < 50; i++)
        {
            Assert.True(await cache.SetAsync(new("g", $"k{i}"), new byte[700], s_minute));
            Assert.NotNull(await cache.GetAsync(new("g", "k0")));
            Assert.InRange(cache.Bytes, 1, 10_000);
        }

        Assert.Null(await cache.GetAsync(new("g", "k1")));
        Assert.NotNull(await cache.GetAsync(new("g", "k49")));
        Assert.False(await cache.SetAsync(new("g", "large"), new byte[2600], s_minute));
        await cache.FlushAsync("g");
        Assert.Equal(0, cache.Bytes);
    }

    [Fact]
    public async Task Locks_whose_life_is_over_do_not_heap_up()
    {
        var time = new ManualTimeProvider();
        var locks = new MemoryLocks(time);
        for (var i = 0; i < 10_000; i++)
        {
            await locks.TryTakeAsync($"l{i}", TimeSpan.FromSeconds(10));
            time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.InRange(locks.Count, 1, 1100);
    }

    [Fact]
    public async Task A_reservation_allocates_what_it_gives_and_no_more()
    {
        CounterTake[] takes = [.. Enumerable.Range(0, 4).Select(i => new CounterTake(Counter.Window($"w{i}", s_minute), 1, long.MaxValue))];
        for (var i = 0; i < 100; i++)
        {
            (await _state.Counters.ReserveAsync(takes)).Settle([1, 1, 1, 1]);
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++)
        {
            (await _state.Counters.ReserveAsync(takes)).Settle([1, 1, 1, 0]);
        }

        // The reservation, and four states of 40 bytes.
        Assert.InRange((GC.GetAllocatedBytesForCurrentThread() - before) / 100, 1, 280);
    }
}
