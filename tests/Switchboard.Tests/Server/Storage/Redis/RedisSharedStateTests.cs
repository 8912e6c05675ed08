using Switchboard.Gateway.State.Shared;
using Switchboard.Testing.Places;
using Switchboard.Testing.Stores;
using Switchboard.Tests.Gateway.State.Shared;

namespace Switchboard.Tests.Server.Storage.Redis;

[Collection(RedisFixture.Collection)]
public sealed class RedisSharedStateTests(RedisFixture redis) : SharedStateSuite
{
    protected override ISharedState Open() => RedisFixture.Open(RedisFixture.Options(redis.Server.Url));

    [Fact]
    public async Task Every_key_begins_with_the_prefix_and_ends_some_day()
    {
        var url = redis.Server.Url + "?prefix=keys:";
        await using var state = RedisFixture.Open(RedisFixture.Options(url));
        var total = Counter.Total("t", TimeProvider.System.GetUtcNow().AddDays(3));
        await state.Counters.SeedAsync(total, 1);
        await state.Counters.SeedAsync(Counter.Total("endless"), 1);
        CounterTake[] takes = [new(Counter.Window("w", TimeSpan.FromMinutes(1)), 1, 9), new(Counter.Window("d", TimeSpan.FromDays(1)), 1, 9), new(Counter.Window("h", TimeSpan.FromHours(1)), 1, 9), new(Counter.Concurrent("c"), 1, 9), new(total, 1, 9)];
        var reservation = await state.Counters.ReserveAsync(takes);
        reservation.Settle([1, 5, 1, 1, 3]);
        (await state.Counters.ReserveAsync(takes)).GiveBack();
        await state.Counters.ReserveAsync(takes);
        await state.Cache.SetAsync(new("group", "a"), new byte[1], TimeSpan.FromMinutes(1));
        await state.Cache.FlushAsync("group");
        await state.Locks.TryTakeAsync("l", TimeSpan.FromMinutes(1));

        var keys = (await RedisFixture.AskAsync(url, "KEYS", "*keys:*")).Items.Select(key => key.Text).Order(StringComparer.Ordinal).ToList();

        // Who asks has just looked whether anything can be written; that ends within a millisecond.
        keys.Remove("keys:{state}:probe");

        Assert.Equal(
            [
                "keys:{state}:cache:5:group:a", "keys:{state}:lock:l", "keys:{state}:mark:group", "keys:{state}:running:c", "keys:{state}:total:endless", "keys:{state}:total:t",
                "keys:{state}:window:3600:h", "keys:{state}:window:60:w", "keys:{state}:window:86400:d",
            ],
            keys);
        foreach (var key in keys)
        {
            Assert.True((await RedisFixture.AskAsync(url, "PTTL", key)).Integer > 0, $"{key} never ends.");
        }
    }
}

/// <summary>The same at a Valkey, where one is installed; Debian 12 has none.</summary>
public sealed class ValkeySharedStateTests : SharedStateSuite, IAsyncLifetime
{
    private RedisProcess? _server;

    public async ValueTask InitializeAsync() =>
        _server = RequiredTool.Find("valkey-server") is null ? null : await RedisProcess.StartAsync(program: "valkey-server", cancellationToken: TestContext.Current.CancellationToken);

    public ValueTask DisposeAsync() => _server?.DisposeAsync() ?? default;

    protected override ISharedState Open()
    {
        Assert.SkipWhen(_server is null, "The tool valkey-server is not on the PATH.");
        return RedisFixture.Open(RedisFixture.Options(_server.Url));
    }
}
