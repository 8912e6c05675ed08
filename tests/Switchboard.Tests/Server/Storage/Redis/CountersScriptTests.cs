using System.Globalization;
using Switchboard.Gateway.State.InProcess;
using Switchboard.Gateway.State.Shared;
using Switchboard.Server.Storage.Redis;
using Switchboard.Server.Storage.Redis.Resp;
using Switchboard.Testing.Time;

namespace Switchboard.Tests.Server.Storage.Redis;

/// <summary>The script beside the counters in memory, both on the clock of the test: every answer is the same.</summary>
[Collection(RedisFixture.Collection)]
public sealed class CountersScriptTests(RedisFixture redis)
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task The_script_answers_as_the_counters_in_memory_do(int seed)
    {
        var prefix = $"same{seed}:";
        var url = $"{redis.Server.Url}?prefix={prefix}";
        var random = new Random(seed);

        // From a midnight on, as both count steps from where they begin; not in the past, where the server ends keys at once.
        var time = new ManualTimeProvider(new DateTimeOffset(TimeProvider.System.GetUtcNow().Date.AddDays(1), TimeSpan.Zero));

        // Also shows that a script that the server does not know is sent with its text.
        var script = new RedisScript(RedisScript.Counters.Text.Replace("redis.call('TIME')", $"redis.call('MGET', '{prefix}s', '{prefix}us')", StringComparison.Ordinal));
        await using var state = RedisFixture.Open(RedisFixture.Options(url) with { LeaseLife = TimeSpan.FromDays(10) }, counters: script);
        await using var connection = await RedisConnector.ConnectAsync(RedisFixture.Options(url), TimeProvider.System, TestContext.Current.CancellationToken);
        var memory = new MemoryCounters(time, 1000);
        var total = Counter.Total("total", time.GetUtcNow().AddDays(2));
        Counter[] counters = [Counter.Window("minute", TimeSpan.FromMinutes(1)), Counter.Window("hour", TimeSpan.FromHours(1)), Counter.Window("day", TimeSpan.FromDays(1)), Counter.Concurrent("now"), total];
        await SetClockAsync();
        await state.Counters.SeedAsync(total, 50);
        await memory.SeedAsync(total, 50);
        var open = new List<(Reservation InRedis, Reservation InMemory)>();
        var outcomes = new Dictionary<ReserveOutcome, int>();
        for (var i = 0; i < 1500; i++)
        {
            time.Advance(random.Next(30) switch { 0 => TimeSpan.FromMicroseconds(random.NextInt64(5_400_000_000)), < 12 => TimeSpan.Zero, _ => TimeSpan.FromMicroseconds(random.Next(4_000_000)) });
            await SetClockAsync();
            if (open.Count > 0 && random.Next(3) == 0)
            {
                var (inRedis, inMemory) = open[random.Next(open.Count)];
                open.Remove((inRedis, inMemory));
                long[] used = [.. inRedis.Takes.ToArray().Select(take => Math.Max(0L, take.Amount + random.Next(-8, 5)))];
                inRedis.Settle(used);
                inMemory.Settle(used);
            }

            CounterTake[] takes = [.. counters.Where(_ => random.Next(3) > 0).Select(counter => new CounterTake(counter, random.Next(0, 12), counter.Kind == CounterKind.Total ? 20_000 : counter.Kind == CounterKind.Concurrent ? 6 : 60))];
            var expected = await memory.ReserveAsync(takes);
            var actual = await state.Counters.ReserveAsync(takes);

            Assert.Equal(Show(expected), Show(actual));
            outcomes[actual.Outcome] = outcomes.GetValueOrDefault(actual.Outcome) + 1;
            if (actual.Outcome == ReserveOutcome.Granted)
            {
                open.Add((actual, expected));
            }

            if (random.Next(100) == 0)
            {
                await state.Counters.ForgetAsync(total);
                await memory.ForgetAsync(total);
            }

            if (actual.Outcome == ReserveOutcome.Unseeded)
            {
                await state.Counters.SeedAsync(total, i);
                await memory.SeedAsync(total, i);
            }

            Assert.Equal((await memory.PeekAsync(takes)).Select(Show), (await state.Counters.PeekAsync(takes)).Select(Show));
        }

        Assert.All([ReserveOutcome.Granted, ReserveOutcome.Refused, ReserveOutcome.Unseeded], outcome => Assert.True(outcomes.GetValueOrDefault(outcome) > 3, $"{outcome}"));
        Assert.True(state.IsAvailable);

        async Task SetClockAsync()
        {
            var now = time.GetUtcNow() - DateTimeOffset.UnixEpoch;
            using var set = CommandBuffer.Of("MSET", $"{prefix}s", Text(now.Ticks / TimeSpan.TicksPerSecond), $"{prefix}us", Text(now.Ticks % TimeSpan.TicksPerSecond / TimeSpan.TicksPerMicrosecond));
            Assert.True((await connection.SendAsync(set)).IsOk);
        }
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Show(Reservation reservation) => $"{reservation.Outcome} {reservation.RefusedBy}: {string.Join(", ", reservation.States.ToArray().Select(Show))}";

    // Marks are each store's own.
    private static string Show(CounterState state) => $"{state.Remaining}/{state.Limit} {state.RetryIn} {state.ResetsIn} {state.IsUnknown}";
}
