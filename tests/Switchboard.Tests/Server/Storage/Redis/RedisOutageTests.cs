using System.Diagnostics.Metrics;
using System.Globalization;
using Switchboard.Gateway.Configuration;
using Switchboard.Gateway.State.Shared;
using Switchboard.Server.Storage.Redis;
using Switchboard.Server.Storage.Redis.Resp;
using Switchboard.Testing.Stores;
using Switchboard.Testing.Time;
using Switchboard.Tests.Gateway.Support;

namespace Switchboard.Tests.Server.Storage.Redis;

/// <summary>Redis that dies, forgets, or answers too late. Each test has one of its own.</summary>
public sealed class RedisOutageTests
{
    private static readonly TimeSpan s_day = TimeSpan.FromDays(1);

    // For a Redis that stands still, and for one that goes on on a busy machine.
    private static readonly TimeSpan s_impatient = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan s_patient = TimeSpan.FromSeconds(5);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_killed_redis_holds_nobody_up_and_is_found_again()
    {
        await using var redis = await StartAsync();
        var log = new LogCapture();
        using var metrics = new Missed();
        await using var state = RedisFixture.Open(RedisFixture.Options(redis.Url), log: log);
        CounterTake[] take = [new(Counter.Window("rpd", s_day), 1, 1_000_000), new(Counter.Concurrent("now"), 1, 1_000_000)];
        await using var load = new Load(state, take);
        await load.PassAsync(200);

        await redis.KillAsync();
        await RedisFixture.UntilAsync(() => !state.IsAvailable, "it is seen to be away");
        await load.PassAsync(200);
        Assert.True(metrics.Sum > 0);
        await redis.StartAgainAsync(Cancellation);
        await RedisFixture.UntilAsync(() => state.IsAvailable, "it is found again");
        await load.PassAsync(200);
        await load.StopAsync();

        Assert.Equal(load.Begun, load.Ended);
        var left = (await state.Counters.PeekAsync(take))[0].Remaining;
        Assert.InRange(left, 0, 1_000_000 - 150);
        Assert.Equal(2, log.Lines.Count);
        Assert.Matches(@"^Warning The shared state at 127\.0\.0\.1:\d+ is away: .+ Each gateway counts for itself until it is back\.$", log.Lines[0]);
        Assert.Matches(@"^Warning The shared state at 127\.0\.0\.1:\d+ is back\.$", log.Lines[1]);
    }

    [Theory]
    [InlineData("REPLICAOF 127.0.0.1 1", "REPLICAOF NO ONE", "READONLY")]
    [InlineData("CONFIG SET maxmemory 1", "CONFIG SET maxmemory 0", "OOM")]
    public async Task A_redis_that_takes_no_writes_is_away_until_it_does(string ill, string well, string code)
    {
        await using var redis = await StartAsync();
        await using var administrator = await RedisConnector.ConnectAsync(RedisFixture.Options(redis.Url), TimeProvider.System, Cancellation);
        var log = new LogCapture();
        await using var state = RedisFixture.Open(RedisFixture.Options(redis.Url), log: log);
        CounterTake[] take = [new(Counter.Window("rpd", s_day), 1, 1_000_000)];
        await using var load = new Load(state, take);
        await load.PassAsync(100);

        await OrderAsync(ill);
        await RedisFixture.UntilAsync(() => !state.IsAvailable, "it is seen to take none");
        await load.PassAsync(200);
        Assert.False(state.IsAvailable);
        await OrderAsync(well);
        await RedisFixture.UntilAsync(() => state.IsAvailable, "it takes them again");
        await load.PassAsync(100);
        await load.StopAsync();

        Assert.Equal(2, log.Lines.Count);
        Assert.Contains($"is away: it takes no writes ({code})", log.Lines[0], StringComparison.Ordinal);

        async Task OrderAsync(string command)
        {
            using var buffer = CommandBuffer.Of(command.Split(' '));
            Assert.True((await administrator.SendAsync(buffer)).IsOk, command);
        }
    }

    [Fact]
    public async Task A_redis_that_loses_everything_under_load_is_counted_on_and_gets_its_leases_back()
    {
        await using var redis = await StartAsync();
        await using var state = RedisFixture.Open(RedisFixture.Options(redis.Url));
        CounterTake[] running = [new(Counter.Concurrent("held"), 1, 2)];
        var first = await state.Counters.ReserveAsync(running);
        var second = await state.Counters.ReserveAsync(running);
        await using var load = new Load(state, [new(Counter.Window("rpd", s_day), 1, 1_000_000)]);
        await load.PassAsync(100);

        await RedisFixture.AskAsync(redis.Url, "FLUSHALL");
        await RedisFixture.AskAsync(redis.Url, "SCRIPT", "FLUSH");
        await load.PassAsync(100);
        await load.StopAsync();
        Assert.Equal(2, (await state.Counters.PeekAsync(running))[0].Remaining);
        ((RedisCounters)state.Counters).Renew();

        Assert.Equal(0, (await state.Counters.PeekAsync(running))[0].Remaining);
        Assert.Equal(load.Begun, load.Ended);
        first.Dispose();
        second.Settle([1]);
        ((RedisCounters)state.Counters).Renew();
        Assert.Equal(2, (await state.Counters.PeekAsync(running))[0].Remaining);
    }

    [Fact]
    public async Task The_leases_of_a_node_that_was_killed_are_free_after_their_life_and_those_of_others_stay()
    {
        await using var redis = await StartAsync();
        var options = RedisFixture.Options(redis.Url) with { LeaseLife = TimeSpan.FromSeconds(8) };

        // Redis and the one that lives go by the test's clock, which is not in the past: there Redis ends keys at once.
        var clock = new ManualTimeProvider(new DateTimeOffset(TimeProvider.System.GetUtcNow().Date.AddDays(1), TimeSpan.Zero));
        var script = new RedisScript(RedisScript.Counters.Text.Replace("redis.call('TIME')", "redis.call('MGET', 'clock:s', 'clock:us')", StringComparison.Ordinal));
        await using var alive = new RedisSharedState(options, UnavailableHandling.Local, clock, new LogCapture(), script);
        await PassAsync(TimeSpan.Zero);
        CounterTake[] take = [new(Counter.Concurrent("now"), 1, 3)];
        using var held = await alive.Counters.ReserveAsync(take);
        var dead = new RedisSharedState(options, UnavailableHandling.Local, new ManualTimeProvider(), new LogCapture(), script);
        await dead.Counters.ReserveAsync(take);
        await dead.Counters.ReserveAsync(take);
        Assert.Equal(ReserveOutcome.Refused, (await alive.Counters.ReserveAsync(take)).Outcome);

        // It is gone without a word: nothing was given back.
        await dead.DisposeAsync();
        for (var passed = 2; passed < 8; passed += 2)
        {
            await PassAsync(TimeSpan.FromSeconds(2));
            Assert.Equal(0, (await alive.Counters.PeekAsync(take))[0].Remaining);
        }

        await PassAsync(TimeSpan.FromSeconds(2));
        for (var passed = 10; passed < 20; passed += 2)
        {
            await PassAsync(TimeSpan.FromSeconds(2));
            Assert.Equal(2, (await alive.Counters.PeekAsync(take))[0].Remaining);
        }

        async Task PassAsync(TimeSpan time)
        {
            // Redis first: what is renewed then lives from then on.
            var at = clock.GetUtcNow() + time;
            await RedisFixture.AskAsync(redis.Url, "MSET", "clock:s", at.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture), "clock:us", "0");
            clock.Advance(time);
        }
    }

    [Fact]
    public async Task A_redis_that_answers_too_late_is_left_alone_and_what_it_still_grants_is_given_back()
    {
        await using var redis = await StartAsync();
        var log = new LogCapture();
        await using var state = RedisFixture.Open(RedisFixture.Options(redis.Url), log: log);
        await ConnectedAsync(state);
        var window = Counter.Window("rpd", s_day);
        CounterTake[] take = [new(window, 1, 100), new(Counter.Concurrent("now"), 1, 100)];
        (await state.Counters.ReserveAsync(take)).Dispose();
        state.Apply(s_impatient, UnavailableHandling.Local);
        redis.Pause();

        // A hundred one after the other: at half a second each they would take longer than the limit.
        await HundredAsync().WithinAsync("a hundred calls that do not wait", Cancellation);
        Assert.False(state.IsAvailable);
        await RedisFixture.UntilAsync(() => log.Lines.Count > 0, "it is told");
        Assert.Contains("answers too late", Assert.Single(log.Lines), StringComparison.Ordinal);
        state.Apply(s_patient, UnavailableHandling.Local);
        redis.Resume();
        await RedisFixture.UntilAsync(() => state.IsAvailable, "it answers in time again");
        var states = await state.Counters.PeekAsync(take);
        Assert.Equal([99, 100], states.Select(one => one.Remaining));

        async Task HundredAsync()
        {
            for (var i = 0; i < 100; i++)
            {
                (await state.Counters.ReserveAsync(take)).Dispose();
            }
        }
    }

    [Fact]
    public async Task Where_the_settings_say_so_calls_with_limits_are_refused_meanwhile()
    {
        await using var redis = await StartAsync();
        await using var state = RedisFixture.Open(RedisFixture.Options(redis.Url), UnavailableHandling.Refuse);
        CounterTake[] take = [new(Counter.Window("rpm", TimeSpan.FromMinutes(1)), 1, 100)];
        Assert.Equal(ReserveOutcome.Granted, (await state.Counters.ReserveAsync(take)).Outcome);
        await redis.KillAsync();
        await RedisFixture.UntilAsync(() => !state.IsAvailable, "it is seen to be away");

        var refused = await state.Counters.ReserveAsync(take);
        refused.Dispose();

        Assert.Equal(ReserveOutcome.Unavailable, refused.Outcome);
        Assert.True(refused.RetryIn > TimeSpan.Zero);
        Assert.Equal(0, refused.States.Length);
        Assert.Null(await state.Cache.GetAsync(new("g", "k")));
        Assert.False(await state.Cache.SetAsync(new("g", "k"), new byte[1], s_day));
        Assert.False(await state.Cache.FlushAsync("g"));
        Assert.NotNull(await state.Locks.TryTakeAsync("l", s_day));
        Assert.Null(await state.Locks.TryTakeAsync("l", s_day));

        state.Apply(TimeSpan.FromMilliseconds(100), UnavailableHandling.Local);
        Assert.Equal(ReserveOutcome.Granted, (await state.Counters.ReserveAsync(take)).Outcome);
    }

    [Fact]
    public async Task A_redis_that_was_never_there_is_done_without()
    {
        await using var redis = await StartAsync();
        await redis.KillAsync();
        await using var state = RedisFixture.Open(RedisFixture.Options(redis.Url));
        CounterTake[] take = [new(Counter.Window("rpm", TimeSpan.FromMinutes(1)), 1, 2)];

        var outcomes = new List<ReserveOutcome>();
        for (var i = 0; i < 3; i++)
        {
            outcomes.Add((await state.Counters.ReserveAsync(take)).Outcome);
        }

        Assert.Equal([ReserveOutcome.Granted, ReserveOutcome.Granted, ReserveOutcome.Refused], outcomes);
        await redis.StartAgainAsync(Cancellation);
        await RedisFixture.UntilAsync(() => state.IsAvailable, "it is there");
        Assert.Equal(2, (await state.Counters.PeekAsync(take))[0].Remaining);
    }

    [Fact]
    public async Task What_was_spent_while_redis_was_away_is_asked_of_the_ledger_when_it_is_back()
    {
        // It keeps its data over the outage: only the connection is lost.
        await using var redis = await StartAsync();
        var clock = new ManualTimeProvider();
        await using var state = new RedisSharedState(RedisFixture.Options(redis.Url, s_impatient), UnavailableHandling.Local, clock, new LogCapture());
        await ConnectedAsync(state);
        var budget = Counter.Total("budget");
        CounterTake[] take = [new(budget, 10, 1000)];
        await state.Counters.SeedAsync(budget, 100);
        var before = await state.Counters.ReserveAsync(take);
        redis.Pause();
        await RedisFixture.UntilAsync(
            () =>
            {
                clock.Advance(s_impatient / 4);
                _ = state.Counters.PeekAsync(take).AsTask();
                return !state.IsAvailable;
            },
            "it is left alone");

        before.Settle([25]);

        // It is sent in its own time, and has its own time to be answered in.
        for (var i = 0; i < 40; i++)
        {
            clock.Advance(s_impatient / 4);
            await Task.Delay(10, Cancellation);
        }

        Assert.Equal(ReserveOutcome.Unseeded, (await state.Counters.ReserveAsync(take)).Outcome);
        await state.Counters.SeedAsync(budget, 125);
        var meanwhile = await state.Counters.ReserveAsync(take);
        Assert.Equal(ReserveOutcome.Granted, meanwhile.Outcome);
        redis.Resume();
        await RedisFixture.UntilAsync(
            () =>
            {
                clock.Advance(s_impatient / 10);
                return state.IsAvailable;
            },
            "it is back");

        // The ledger knows of the first, and the second still runs.
        await UntilUnseededAsync(state, take);
        await state.Counters.SeedAsync(budget, 125);
        meanwhile.Settle([7]);
        Assert.Equal(1000 - 132, (await state.Counters.PeekAsync(take))[0].Remaining);
    }

    // The first connection may take longer than a command may.
    private static async Task ConnectedAsync(RedisSharedState state)
    {
        await state.WaitForFirstTryAsync(TimeLimit.Default);
        Assert.True(state.IsAvailable);
    }

    private static Task UntilUnseededAsync(RedisSharedState state, CounterTake[] take) =>
        Poll.UntilAsync(async () => (await state.Counters.PeekAsync(take))[0].IsUnknown, "the total to be unknown", Cancellation);

    private static async Task<RedisProcess> StartAsync()
    {
        Assert.SkipWhen(RedisProcess.SkipReason() is not null, RedisProcess.SkipReason() ?? "");
        return await RedisProcess.StartAsync(cancellationToken: Cancellation);
    }

    /// <summary>Callers that reserve and settle until they are told to stop.</summary>
    private sealed class Load : IAsyncDisposable
    {
        private readonly CancellationTokenSource _stopping = new();
        private readonly Task[] _callers;
        private int _begun;
        private int _ended;

        public Load(ISharedState state, CounterTake[] takes) => _callers = [.. Enumerable.Range(0, 16).Select(_ => Task.Run(() => CallAsync(state, takes)))];

        public int Begun => _begun;

        public int Ended => _ended;

        /// <summary>Waits until so many more have come through.</summary>
        public async Task PassAsync(int calls)
        {
            var until = Volatile.Read(ref _ended) + calls;
            await RedisFixture.UntilAsync(() => Volatile.Read(ref _ended) >= until, "calls come through");
        }

        public async Task StopAsync()
        {
            await _stopping.CancelAsync();
            await Task.WhenAll(_callers).WithinAsync("the callers to end", Cancellation);
        }

        public async ValueTask DisposeAsync()
        {
            await StopAsync();
            _stopping.Dispose();
        }

        private async Task CallAsync(ISharedState state, CounterTake[] takes)
        {
            while (!_stopping.IsCancellationRequested)
            {
                Interlocked.Increment(ref _begun);
                using var reservation = await state.Counters.ReserveAsync(takes);
                Assert.Equal(ReserveOutcome.Granted, reservation.Outcome);
                Interlocked.Increment(ref _ended);
                await Task.Delay(1);
            }
        }
    }

    /// <summary>How many questions had no answer, of all tests that run at once.</summary>
    private sealed class Missed : IDisposable
    {
        private readonly MeterListener _listener = new();
        private long _sum;

        public Missed()
        {
            _listener.InstrumentPublished = static (instrument, listener) =>
            {
                if (instrument is { Meter.Name: RedisAvailability.MeterName, Name: "switchboard.shared_state.missed" })
                {
                    listener.EnableMeasurementEvents(instrument);
                }
            };
            _listener.SetMeasurementEventCallback<long>((_, value, _, _) => Interlocked.Add(ref _sum, value));
            _listener.Start();
        }

        public long Sum => Interlocked.Read(ref _sum);

        public void Dispose() => _listener.Dispose();
    }
}
