using Microsoft.Extensions.DependencyInjection;
using Switchboard.Gateway.Accounting;
using Switchboard.Gateway.Configuration;
using Switchboard.Gateway.ModelData;
using Switchboard.Gateway.State;
using Switchboard.Testing.Stores;
using Switchboard.Testing.Time;
using Switchboard.Tests.Server.Access;

namespace Switchboard.Tests.Server.RateLimiting;

/// <summary>Gateways that share a real Redis and one database. A call costs 3,150 nano-dollars.</summary>
public sealed class SharedLimitsTests : IDisposable
{
    private const long Cost = 3_150;

    private readonly string _folder = Directory.CreateTempSubdirectory("switchboard-limits-").FullName;

    private static CancellationToken Ends => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task What_two_gateways_let_through_is_together_as_much_as_may()
    {
        await using var redis = await StartRedisAsync();
        await using var one = await StartAsync(redis);
        await using var other = await StartAsync(redis);
        var (id, key) = await one.CreateKeyAsync($$""","limits":{"requests_per_day":60},"budgets":[{"period":"month","amount":{{Cost * 1000}}e-9}]""");
        await KnownAsync(other, key);

        var statuses = await Task.WhenAll(Enumerable.Range(0, 200).Select(number => (number % 2 == 0 ? one : other).ChatAsync(key)));

        // One was let through when the other was asked whether it knows the key.
        Assert.Equal((59, 141), (statuses.Count(status => status == 200), statuses.Count(status => status == 429)));
        foreach (var gateway in new[] { one, other })
        {
            var (_, limits) = await gateway.AdminAsync("GET", $"/keys/{id}/limits");
            Assert.Equal(0, limits.GetProperty("data")[0].GetProperty("remaining").GetInt64());
            await SpentAsync(gateway, spent => spent == 60 * Cost);
        }
    }

    [Fact]
    public async Task While_redis_is_away_calls_with_limits_are_refused_where_that_is_wanted_and_others_are_not()
    {
        await using var redis = await StartRedisAsync();
        await using var gateway = await StartAsync(redis, UnavailableHandling.Refuse);
        var (_, limited) = await gateway.CreateKeyAsync(""","limits":{"requests_per_day":1000}""");
        var (_, free) = await gateway.CreateKeyAsync();
        Assert.Equal(200, await gateway.ChatAsync(limited));

        await redis.KillAsync();
        using var refused = await gateway.SendAsync("POST", "/v1/chat/completions", GuardedGateway.Chat(), ("Authorization", $"Bearer {limited}"));
        Assert.Equal(503, (int)refused.StatusCode);
        Assert.NotNull(refused.Headers.RetryAfter);
        Assert.Contains("limits_unavailable", await refused.Content.ReadAsStringAsync(Ends), StringComparison.Ordinal);
        Assert.Equal(200, await gateway.ChatAsync(free));

        await redis.StartAgainAsync(Ends);
        await Poll.ForAsync(() => gateway.ChatAsync(limited), status => status == 200, "calls with limits to be let through again", Ends);
    }

    [Fact]
    public async Task A_redis_that_is_killed_under_load_and_comes_back_holds_nobody_up_and_nothing_is_counted_twice()
    {
        await using var redis = await StartRedisAsync();
        await using var one = await StartAsync(redis);
        await using var other = await StartAsync(redis);
        var (_, key) = await one.CreateKeyAsync($$""","limits":{"requests_per_day":1000000,"concurrent_requests":1000},"budgets":[{"period":"month","amount":{{Cost * 1_000_000}}e-9}]""");
        await KnownAsync(other, key);
        var answered = 1L;
        using var stopping = new CancellationTokenSource();
        var load = new[] { one, other, one, other }.Select(gateway => Task.Run(async () =>
        {
            while (!stopping.IsCancellationRequested)
            {
                Assert.Equal(200, await gateway.ChatAsync(key));
                Interlocked.Increment(ref answered);
            }
        })).ToArray();

        await PassAsync(() => Volatile.Read(ref answered), 100, load);
        await redis.KillAsync();
        await PassAsync(() => Volatile.Read(ref answered), 200, load);
        await redis.StartAgainAsync(Ends);
        await PassAsync(() => Volatile.Read(ref answered), 400, load);
        await stopping.CancelAsync();
        await Task.WhenAll(load);

        // All of it is in the ledger. The budget began anew with what that said, which lacked the last moment: it is asked again.
        var total = await LedgerAsync(one, Volatile.Read(ref answered));
        Assert.Equal(Volatile.Read(ref answered) * Cost, total);
        await SpentAsync(one, spent => spent == total);
    }

    private static async Task PassAsync(Func<long> count, int more, Task[] load)
    {
        var until = count() + more;
        await Poll.UntilAsync(() => count() >= until || load.Any(one => one.IsFaulted), $"{more} more to be answered", Ends);
        await Task.WhenAll(load.Where(one => one.IsFaulted));
    }

    private static async Task<long> LedgerAsync(GuardedGateway gateway, long requests)
    {
        var records = gateway.Gateway.Services.GetRequiredService<ILedgerRecords>();
        var today = DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime);
        var sums = await Poll.ForAsync(
            async () => (await records.SumAsync(new UsageQuery { From = today.AddDays(-1), To = today.AddDays(1) }, Ends)).Data,
            data => data is [var all] && all.Requests >= requests,
            $"{requests} requests in the ledger",
            Ends);
        return sums[0].Cost;
    }

    private static Task<long> SpentAsync(GuardedGateway gateway, Predicate<long> isIt) => Poll.ForAsync(
        async () => (long)((await gateway.AdminAsync("GET", "/budgets")).Json.GetProperty("data")[0].GetProperty("spent").GetDecimal() * 1_000_000_000m),
        isIt,
        "as much to be spent as was",
        Ends);

    private static Task KnownAsync(GuardedGateway gateway, string key) =>
        Poll.UntilAsync(async () => await gateway.ChatAsync(key) != 401, "the key to be known", Ends);

    private static async Task<RedisProcess> StartRedisAsync()
    {
        Assert.SkipWhen(RedisProcess.SkipReason() is not null, RedisProcess.SkipReason() ?? "");
        return await RedisProcess.StartAsync(cancellationToken: Ends);
    }

    private Task<GuardedGateway> StartAsync(RedisProcess redis, UnavailableHandling handling = UnavailableHandling.Local) =>
        GuardedGateway.StartAsync(Path.Combine(_folder, "shared.db"), change: configuration => configuration with
        {
            Storage = configuration.Storage with { Shared = new Secret(redis.Url), SharedTimeout = TimeSpan.FromSeconds(10) },
            Limits = new LimitSettings { WhenUnavailable = handling },
            KnownModels = KnownModels.Read("""{"providers":{"up":{"gpt-4o-mini":{"prices":{"input":0.15,"output":0.6}}}}}"""u8, out _),
        });
}
