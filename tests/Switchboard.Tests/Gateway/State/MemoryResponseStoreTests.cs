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
        Assert.NotNull(await store.FindResponseAsync("a", Token));

        await PutAsync(store, "c");

        Assert.NotNull(await store.FindResponseAsync("a", Token));
        Assert.Null(await store.FindResponseAsync("b", Token));
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
        Assert.NotNull(await store.FindResponseAsync("d", Token));
    }

    [Fact]
    public async Task Age_counts_from_the_last_use()
    {
        var store = new MemoryResponseStore(new ResponseStoreSettings { MaxAge = TimeSpan.FromMinutes(10) }, _time);
        await PutAsync(store, "a");
        await PutAsync(store, "b");
        _time.Advance(TimeSpan.FromMinutes(6));
        Assert.NotNull(await store.FindResponseAsync("a", Token));
        _time.Advance(TimeSpan.FromMinutes(6));

        Assert.NotNull(await store.FindResponseAsync("a", Token));
        Assert.Null(await store.FindResponseAsync("b", Token));
    }

    [Fact]
    public async Task None_are_kept_where_none_may_be()
    {
        var store = new MemoryResponseStore(new ResponseStoreSettings { MaxStored = 0 }, _time);

        await PutAsync(store, "a");

        Assert.Equal(0, store.Count);
    }

    [Fact]
    public async Task A_conversation_grows_by_one_change_after_the_other()
    {
        var store = new MemoryResponseStore(new ResponseStoreSettings(), _time);
        await store.PutConversationAsync(new StoredConversation("c", _time.GetUtcNow(), "{}"u8.ToArray(), []), Token);

        await Task.WhenAll(Enumerable.Range(0, 200).Select(i => Task.Run(async () =>
            await store.ChangeConversationAsync("c", conversation => conversation with { Items = conversation.Items.Add(new StoredItem($"i{i}", "{}"u8.ToArray())) }, Token))));

        Assert.Equal(200, (await store.FindConversationAsync("c", Token))!.Items.Count);
        Assert.Null(await store.FindResponseAsync("c", Token));
        Assert.False(await store.DeleteResponseAsync("c", Token));
        Assert.True(await store.DeleteConversationAsync("c", Token));
        Assert.Null(await store.ChangeConversationAsync("c", conversation => conversation, Token));
    }

    private static ValueTask PutAsync(MemoryResponseStore store, string id, int bytes = 10) =>
        store.PutResponseAsync(new StoredResponse(id, new byte[bytes], [], []), Token);
}
