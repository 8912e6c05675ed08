using System.Globalization;
using Switchboard.Gateway.State.Shared;
using Switchboard.Server.Storage.Redis;
using Switchboard.Server.Storage.Redis.Resp;
using Switchboard.Testing.Stores;
using Switchboard.Testing.Time;

namespace Switchboard.Tests.Server.Storage.Redis;

/// <summary>What gathers while Redis does nothing goes to it together. Each test has a Redis of its own, which it holds.</summary>
public sealed class CounterBatchTests : IAsyncLifetime
{
    private static readonly TimeSpan s_day = TimeSpan.FromDays(1);

    private RedisProcess? _redis;
    private RedisConnection? _control;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private RedisProcess Redis => _redis!;

    public async ValueTask InitializeAsync()
    {
        if (RedisProcess.SkipReason() is null)
        {
            _redis = await RedisProcess.StartAsync(cancellationToken: Cancellation);
            _control = await RedisConnector.ConnectAsync(RedisFixture.Options(_redis.Url), TimeProvider.System, Cancellation);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await (_control?.DisposeAsync() ?? default);
        await (_redis?.DisposeAsync() ?? default);
    }

    [Fact]
    public async Task Of_calls_that_take_the_same_those_fit_that_came_first()
    {
        await using var state = await OpenAsync();
        CounterTake[] takes = [new(Counter.Window("w", s_day), 2, 13), new(Counter.Concurrent("c"), 1, 9)];

        var calls = await TogetherAsync(() => Enumerable.Range(0, 10).Select(_ => state.Counters.ReserveAsync(takes).AsTask()));

        Assert.Equal(Enumerable.Repeat(ReserveOutcome.Granted, 6).Concat(Enumerable.Repeat(ReserveOutcome.Refused, 4)), calls.Select(call => call.Outcome));
        Assert.Equal([11, 9, 7, 5, 3, 1, 1, 1, 1, 1], calls.Select(call => call.States[0].Remaining));
        Assert.Equal([8, 7, 6, 5, 4, 3, 3, 3, 3, 3], calls.Select(call => call.States[1].Remaining));
        Assert.All(calls, call => Assert.Equal(call.Outcome == ReserveOutcome.Granted ? -1 : 0, call.RefusedBy));
        Array.ForEach(calls, call => call.GiveBack());
        Assert.Equal([13, 9], (await state.Counters.PeekAsync(takes)).Select(one => one.Remaining));
    }

    [Fact]
    public async Task Of_calls_that_take_different_amounts_each_is_decided_in_its_turn()
    {
        await using var state = await OpenAsync();
        var tokens = Counter.Window("w", s_day);
        var requests = Counter.Window("r", s_day);
        long[] amounts = [60, 50, 30, 101, 20, 10, 1];

        var calls = await TogetherAsync(() => amounts.Select(amount => state.Counters.ReserveAsync(new CounterTake[] { new(tokens, amount, 100), new(requests, 1, 100) }).AsTask()));

        Assert.Equal([true, false, true, false, false, true, false], calls.Select(call => call.Outcome == ReserveOutcome.Granted));
        Assert.Equal([40, 40, 10, 10, 10, 0, 0], calls.Select(call => call.States[0].Remaining));
        Assert.Equal([99, 99, 98, 98, 98, 97, 97], calls.Select(call => call.States[1].Remaining));
        Assert.Equal(CounterState.Never, calls[3].RetryIn);
    }

    [Fact]
    public async Task The_last_that_a_total_lets_through_may_pass_its_limit_and_those_behind_it_are_refused()
    {
        await using var state = await OpenAsync();
        var total = Counter.Total("t");
        CounterTake[] takes = [new(total, 40, 100)];
        var unknown = await TogetherAsync(() => Enumerable.Range(0, 3).Select(_ => state.Counters.ReserveAsync(takes).AsTask()));
        await state.Counters.SeedAsync(total, 10);

        var calls = await TogetherAsync(() => Enumerable.Range(0, 5).Select(_ => state.Counters.ReserveAsync(takes).AsTask()));

        Assert.All(unknown, call => Assert.Equal(ReserveOutcome.Unseeded, call.Outcome));
        Assert.Equal([50, 10, 0, 0, 0], calls.Select(call => call.States[0].Remaining));
        Assert.Equal([true, true, true, false, false], calls.Select(call => call.Outcome == ReserveOutcome.Granted));
    }

    [Fact]
    public async Task What_is_settled_in_a_batch_is_free_for_those_who_ask_in_it()
    {
        await using var state = await OpenAsync();
        var total = Counter.Total("t");
        await state.Counters.SeedAsync(total, 0);
        CounterTake[] takes = [new(Counter.Window("w", s_day), 10, 30), new(Counter.Concurrent("c"), 1, 3), new(total, 5, 100)];
        var before = new List<Reservation>();
        for (var i = 0; i < 3; i++)
        {
            before.Add(await state.Counters.ReserveAsync(takes));
        }

        Assert.Equal(ReserveOutcome.Refused, (await state.Counters.ReserveAsync(takes)).Outcome);

        var calls = await TogetherAsync(() =>
        {
            var other = state.Counters.ReserveAsync(new CounterTake[] { new(Counter.Window("other", s_day), 1, 1) }).AsTask();
            before[0].Settle([1, 1, 7]);
            before[1].Settle([9, 1, 3]);
            before[2].Settle([10, 1, 5]);
            return [other, state.Counters.ReserveAsync(takes).AsTask(), state.Counters.ReserveAsync(takes).AsTask()];
        });

        Assert.Equal([ReserveOutcome.Granted, ReserveOutcome.Granted, ReserveOutcome.Refused], calls.Select(call => call.Outcome));
        Assert.Equal([0, 2, 80], (await state.Counters.PeekAsync(takes)).Select(one => one.Remaining));
    }

    [Fact]
    public async Task Two_nodes_that_ask_together_get_together_what_there_is()
    {
        await using var one = await OpenAsync();
        await using var other = await OpenAsync();
        CounterTake[] takes = [new(Counter.Window("w", s_day), 1, 100), new(Counter.Concurrent("c"), 1, 7)];

        var calls = await TogetherAsync(() => Enumerable.Range(0, 20).Select(i => (i % 2 == 0 ? one : other).Counters.ReserveAsync(takes).AsTask()));

        Assert.Equal(7, calls.Count(call => call.Outcome == ReserveOutcome.Granted));
        Assert.Equal([93, 0], (await other.Counters.PeekAsync(takes)).Select(state => state.Remaining));
        Array.ForEach(calls, call => call.Dispose());
        Assert.Equal(new long[] { 93, 7 }, await LeftAsync(one, takes, left => left[1] == 7));
    }

    [Fact]
    public async Task A_redis_that_is_killed_while_calls_wait_holds_nobody_up_and_knows_afterwards_what_runs()
    {
        await using var state = await OpenAsync();
        CounterTake[] takes = [new(Counter.Concurrent("c"), 1, 10)];
        var ended = await state.Counters.ReserveAsync(takes);
        var running = new[] { await state.Counters.ReserveAsync(takes), await state.Counters.ReserveAsync(takes) };
        await HoldAsync();
        var waiting = Enumerable.Range(0, 5).Select(_ => state.Counters.ReserveAsync(takes).AsTask()).ToArray();
        ended.Dispose();

        await Redis.KillAsync();
        var local = await Task.WhenAll(waiting).WithinAsync("the calls to go on", Cancellation);
        Assert.All(local, call => Assert.Equal(ReserveOutcome.Granted, call.Outcome));
        Array.ForEach(local, call => call.Dispose());
        await Redis.StartAgainAsync(Cancellation);
        await RedisFixture.UntilAsync(() => state.IsAvailable, "it is found again");

        Assert.Equal(new long[] { 8 }, await LeftAsync(state, takes, left => left[0] == 8));
        Array.ForEach(running, call => call.Dispose());
        Assert.Equal(new long[] { 10 }, await LeftAsync(state, takes, left => left[0] == 10));
    }

    [Fact]
    public async Task Calls_that_gathered_wait_no_longer_than_their_deadline_and_get_nothing_afterwards()
    {
        await using var state = await OpenAsync(TimeSpan.FromMilliseconds(150));
        CounterTake[] takes = [new(Counter.Window("w", s_day), 1, 100), new(Counter.Concurrent("c"), 1, 100)];
        await HoldAsync();

        // Nobody ever lets Redis go on until all of them have ended.
        var calls = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => Task.Run(async () =>
        {
            await Task.Delay(i * 10, Cancellation);
            return await state.Counters.ReserveAsync(takes);
        }))).WithinAsync("the calls to go on", Cancellation);
        Array.ForEach(calls, call => call.Dispose());
        await LetGoAsync();
        await RedisFixture.UntilAsync(() => state.IsAvailable, "it answers again");

        Assert.Equal(new long[] { 100, 100 }, await LeftAsync(state, takes, left => left[0] == 100 && left[1] == 100));
    }

    [Fact]
    public async Task Beyond_so_many_who_wait_others_are_counted_here_at_once()
    {
        await using var state = await OpenAsync(TimeSpan.FromMinutes(5));
        CounterTake[] takes = [new(Counter.Window("w", s_day), 1, 1_000_000)];
        await HoldAsync();
        var waiting = Enumerable.Range(0, CounterBatches.MostCalls).Select(_ => state.Counters.ReserveAsync(takes).AsTask()).ToArray();

        var local = await state.Counters.ReserveAsync(takes);

        Assert.Equal((ReserveOutcome.Granted, 999_999), (local.Outcome, local.States[0].Remaining));
        Assert.All(waiting, call => Assert.False(call.IsCompleted));
        await LetGoAsync();
        Assert.All(await Task.WhenAll(waiting), call => Assert.Equal(ReserveOutcome.Granted, call.Outcome));
    }

    [Fact]
    public async Task More_counters_than_one_script_takes_go_in_several()
    {
        await using var state = await OpenAsync();
        var calls = await TogetherAsync(() => Enumerable.Range(0, 1500).Select(i => state.Counters.ReserveAsync(new CounterTake[] { new(Counter.Concurrent($"c{i}"), 1, 1), new(Counter.Window("w", s_day), 1, 1200) }).AsTask()));

        Assert.Equal(1200, calls.Count(call => call.Outcome == ReserveOutcome.Granted));
        Array.ForEach(calls, call => call.GiveBack());
        var left = await LeftAsync(state, [new(Counter.Window("w", s_day), 1, 1200), new(Counter.Concurrent("c0"), 1, 1), new(Counter.Concurrent("c1199"), 1, 1)], left => left.Sum() == 1202);
        Assert.Equal([1200, 1, 1], left);
    }

    [Fact]
    public async Task What_is_settled_just_before_the_end_is_still_told()
    {
        CounterTake[] takes = [new(Counter.Window("w", s_day), 10, 100), new(Counter.Concurrent("c"), 1, 100)];
        await using (var state = await OpenAsync())
        {
            var calls = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => state.Counters.ReserveAsync(takes).AsTask()));
            Array.ForEach(calls, call => call.Settle([3, 1]));
        }

        await using var other = await OpenAsync();
        Assert.Equal([85, 100], (await other.Counters.PeekAsync(takes)).Select(state => state.Remaining));
    }

    [Fact]
    public async Task A_window_that_was_only_looked_at_in_a_step_lives_on_when_something_is_taken_in_it()
    {
        Assert.SkipWhen(_redis is null, RedisProcess.SkipReason() ?? "");
        var script = new RedisScript(RedisScript.Counters.Text.Replace("redis.call('TIME')", "redis.call('MGET', 's', 'us')", StringComparison.Ordinal));
        await using var state = RedisFixture.Open(RedisFixture.Options(Redis.Url), counters: script);
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        CounterTake[] takes = [new(Counter.Window("w", TimeSpan.FromHours(1)), 1, 10)];
        await AskAsync("MSET", "s", Text(now), "us", "0");
        await state.Counters.ReserveAsync(takes);
        await AskAsync("PEXPIRE", "switchboard:{state}:window:3600:w", "100000");

        await AskAsync("MSET", "s", Text(now + 61), "us", "0");
        await state.Counters.PeekAsync(takes);
        await state.Counters.ReserveAsync(takes);

        Assert.InRange((await AskAsync("PTTL", "switchboard:{state}:window:3600:w")).Integer, 200_000, 4_000_000);
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    // Until what was settled without waiting has arrived, and that of others.
    private static async Task<IEnumerable<long>> LeftAsync(RedisSharedState state, CounterTake[] takes, Predicate<long[]> isIt)
    {
        for (var i = 0; ; i++)
        {
            long[] left = [.. (await state.Counters.PeekAsync(takes)).Select(one => one.Remaining)];
            if (isIt(left) || i == 1000)
            {
                return left;
            }

            await Task.Delay(10, Cancellation);
        }
    }

    private async Task<Reservation[]> TogetherAsync(Func<IEnumerable<Task<Reservation>>> ask)
    {
        await HoldAsync();
        var asked = ask().ToArray();
        await LetGoAsync();
        return await Task.WhenAll(asked);
    }

    // Scripts wait, other commands do not.
    private Task<RespValue> HoldAsync() => AskAsync("CLIENT", "PAUSE", "600000", "WRITE");

    private Task<RespValue> LetGoAsync() => AskAsync("CLIENT", "UNPAUSE");

    private async Task<RespValue> AskAsync(params string[] words)
    {
        using var command = CommandBuffer.Of(words);
        var reply = await _control!.SendAsync(command);
        Assert.True(reply.IsOk, reply.Value.Text);
        return reply.Value;
    }

    private async Task<RedisSharedState> OpenAsync(TimeSpan? timeout = null)
    {
        Assert.SkipWhen(_redis is null, RedisProcess.SkipReason() ?? "");
        var state = RedisFixture.Open(RedisFixture.Options(_redis.Url, timeout ?? TimeSpan.FromMinutes(1)));
        await state.WaitForFirstTryAsync(TimeSpan.FromMinutes(1));
        await RedisFixture.UntilAsync(() => state.IsAvailable, "it is there");
        return state;
    }
}
