using System.Text;
using Switchboard.Gateway.Configuration;
using Switchboard.Gateway.State;
using Switchboard.Server.Storage.Records.Conversations;
using Switchboard.Testing.Time;

namespace Switchboard.Tests.Server.Storage.Records.Conversations;

/// <summary>What holds on either database.</summary>
public abstract class ResponseRecordsTests : IAsyncLifetime
{
    private readonly ManualTimeProvider _time = new();
    private TestDatabase _test = null!;

    private static CancellationToken Ends => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _test = await CreateAsync();

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        if (_test is not null)
        {
            await _test.DisposeAsync();
        }
    }

    [Fact]
    public async Task Everything_of_a_response_comes_back_on_another_node()
    {
        var kept = new StoredResponse("resp_1", Bytes("""{"a":"\u0000ä"}"""), [new("i1", Bytes("""{"x": 1}""")), new("i2", Bytes("""{"deep":[[[{}]]]}"""))], [new("o\"1", Bytes("""{"y":"\ud83d"}"""))])
        {
            PreviousId = "resp_0",
            ConversationId = "conv_1",
        };
        await Node().PutAsync("t", kept, Ends);

        var found = await Node().FindAsync("t", "resp_1", Ends);

        Assert.NotNull(found);
        Assert.Equal((kept.Id, kept.PreviousId, kept.ConversationId), (found.Id, found.PreviousId, found.ConversationId));
        Assert.Equal(kept.Json.ToArray(), found.Json.ToArray());
        Assert.Equal(kept.Input.Concat(kept.Output).Select(Text), found.Input.Concat(found.Output).Select(Text));
        Assert.Null(await Node().FindAsync("other", "resp_1", Ends));
        Assert.False(await Node().DeleteAsync("other", "resp_1", Ends));
        Assert.True(await Node().DeleteAsync("t", "resp_1", Ends));
        Assert.False(await Node().DeleteAsync("t", "resp_1", Ends));
        Assert.Equal(0, await CountAsync());
    }

    [Fact]
    public async Task Age_counts_from_the_last_use()
    {
        var records = Node(new ResponseStoreSettings { MaxAge = TimeSpan.FromMinutes(10) });
        await PutAsync(records, "a");
        await PutAsync(records, "b");
        _time.Advance(TimeSpan.FromMinutes(6));
        Assert.NotNull(await records.FindAsync("t", "a", Ends));
        _time.Advance(TimeSpan.FromMinutes(6));

        Assert.NotNull(await records.FindAsync("t", "a", Ends));
        Assert.Null(await records.FindAsync("t", "b", Ends));
        Assert.False(await records.DeleteAsync("t", "b", Ends));
        await PutAsync(records, "c");
        await records.SweepAsync(Ends);
        Assert.Equal(2, await CountAsync());
    }

    [Fact]
    public async Task What_was_used_longest_ago_goes_first()
    {
        var records = Node(new ResponseStoreSettings { MaxStored = 2 });
        foreach (var id in new[] { "a", "b", "c", "d" })
        {
            await PutAsync(records, id);
            _time.Advance(TimeSpan.FromSeconds(1));
        }

        await records.SweepAsync(Ends);

        Assert.Equal(2, await CountAsync());
        Assert.NotNull(await records.FindAsync("t", "d", Ends));
        Assert.Null(await records.FindAsync("t", "b", Ends));
    }

    [Fact]
    public async Task Their_bytes_are_bounded()
    {
        var records = Node(new ResponseStoreSettings { MaxMegabytes = 1 });
        foreach (var id in new[] { "a", "b", "c" })
        {
            await PutAsync(records, id, 500_000);
            _time.Advance(TimeSpan.FromSeconds(20));
        }

        await records.SweepAsync(Ends);
        Assert.Equal(2, await CountAsync());
        Assert.Null(await records.FindAsync("t", "a", Ends));
    }

    [Fact]
    public async Task Gateways_that_sweep_at_once_leave_as_many_as_may_be()
    {
        var nodes = Enumerable.Range(0, 3).Select(_ => Node(new ResponseStoreSettings { MaxStored = 50 })).ToArray();
        for (var i = 0; i < 400; i++)
        {
            await PutAsync(nodes[i % 3], $"r{i:000}");
            _time.Advance(TimeSpan.FromMilliseconds(1));
        }

        await Task.WhenAll(nodes.Select(node => node.SweepAsync(Ends).AsTask()));

        Assert.Equal(50, await CountAsync());
        Assert.NotNull(await nodes[0].FindAsync("t", "r399", Ends));
    }

    [Fact]
    public async Task None_are_kept_where_none_may_be()
    {
        var records = Node(new ResponseStoreSettings { MaxStored = 0 });
        await PutAsync(records, "a");

        Assert.Equal(0, await CountAsync());
    }

    private protected abstract ValueTask<TestDatabase> CreateAsync();

    private static string Text(StoredItem item) => item.Id + Encoding.UTF8.GetString(item.Json.Span);

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    private static ValueTask PutAsync(ResponseRecords records, string id, int bytes = 10) => records.PutAsync("t", new StoredResponse(id, new byte[bytes], [], []), Ends);

    private Task<long> CountAsync() => _test.Open().ReadAsync(session => session.NumberAsync($"SELECT COUNT(*) FROM stored_response"), Ends);

    private ResponseRecords Node(ResponseStoreSettings? settings = null) => new(_test.Open(), _time) { Settings = settings ?? new ResponseStoreSettings() };
}

/// <summary>SQLite.</summary>
public sealed class SqliteResponseRecordsTests : ResponseRecordsTests
{
    private protected override ValueTask<TestDatabase> CreateAsync() => new(TestDatabase.OnSqlite());
}

/// <summary>PostgreSQL.</summary>
[Collection<OnPostgres>]
public sealed class PostgresResponseRecordsTests(SharedPostgres shared) : ResponseRecordsTests
{
    private protected override async ValueTask<TestDatabase> CreateAsync() => await TestDatabase.OnPostgresAsync(shared);
}
