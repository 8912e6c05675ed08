using Switchboard.Gateway.Configuration;
using Switchboard.Gateway.State;
using Switchboard.Testing.Time;

namespace Switchboard.Tests.Gateway.State;

public sealed class MemoryResponseStoreTests
{
    private readonly ManualTimeProvider _time = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_was_used_longest_ago_goes_first()
    {
        var store = new MemoryResponseStore(new ResponseStoreSettings { MaxStored = 2 }, _time);
        await PutAsync(store, "a");
        await PutAsync(store, "b");
        Assert.NotNull(await store.FindAsync("t", "a", Token));

        await PutAsync(store, "c");

        Assert.NotNull(await store.FindAsync("t", "a", Token));
        Assert.Null(await store.FindAsync("t", "b", Token));
        Assert.Equal(2, store.Count);
    }

    [Fact]
    public async Task Its_bytes_are_bounded()
    {
        var store = new MemoryResponseStore(new ResponseStoreSettings { MaxMegabytes = 1 }, _time);
        await PutAsync(store, "a", bytes: 600_000);
        await PutAsync(store, "b", bytes: 600_000);
        await PutAsync(store, "c", bytes: 2_000_000);

        // The one that is larger than all there may be pushed the others out, and is not there itself.
        Assert.Equal(0, store.Count);
        await PutAsync(store, "d", bytes: 600_000);
        Assert.NotNull(await store.FindAsync("t", "d", Token));
    }

    [Fact]
    public async Task Age_counts_from_the_last_use()
    {
        var store = new MemoryResponseStore(new ResponseStoreSettings { MaxAge = TimeSpan.FromMinutes(10) }, _time);
        await PutAsync(store, "a");
        await PutAsync(store, "b");
        _time.Advance(TimeSpan.FromMinutes(6));
        Assert.NotNull(await store.FindAsync("t", "a", Token));
        _time.Advance(TimeSpan.FromMinutes(6));

        Assert.NotNull(await store.FindAsync("t", "a", Token));
        Assert.Null(await store.FindAsync("t", "b", Token));
    }

    [Fact]
    public async Task None_are_kept_where_none_may_be()
    {
        var store = new MemoryResponseStore(new ResponseStoreSettings { MaxStored = 0 }, _time);

        await PutAsync(store, "a");

        Assert.Equal(0, store.Count);
    }

    [Fact]
    public async Task Tenants_know_nothing_of_each_other()
    {
        var store = new MemoryResponseStore(new ResponseStoreSettings(), _time);
        await PutAsync(store, "a");

        Assert.Null(await store.FindAsync("other", "a", Token));
        Assert.False(await store.DeleteAsync("other", "a", Token));
        Assert.True(await store.DeleteAsync("t", "a", Token));
        Assert.False(await store.DeleteAsync("t", "a", Token));
    }

    private static ValueTask PutAsync(MemoryResponseStore store, string id, int bytes = 10) =>
        store.PutAsync("t", new StoredResponse(id, new byte[bytes], [], []), Token);
}
