using Switchboard.Gateway.Batches;
using Switchboard.Gateway.State;
using Switchboard.Server.Storage.Records.Batches;
using Switchboard.Testing.Time;

namespace Switchboard.Tests.Server.Storage.Records.Batches;

/// <summary>What holds on either database.</summary>
public abstract class BatchRecordsTests : IAsyncLifetime
{
    private readonly ManualTimeProvider _time = new();
    private TestDatabase _test = null!;
    private BatchRecords _records = null!;

    private static CancellationToken Ends => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _test = await CreateAsync();
        _records = new BatchRecords(_test.Open(), _time);
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        if (_test is not null)
        {
            await _test.DisposeAsync();
        }
    }

    [Fact]
    public async Task Everything_of_a_batch_comes_back()
    {
        var now = _time.GetUtcNow();
        var batch = Due() with
        {
            Key = "key_1", Address = "::1", Metadata = """{"a":"ä"}""", OutputKept = TimeSpan.FromHours(2), State = BatchState.Expired, Outcome = BatchState.Expired,
            InProgressAt = now.AddSeconds(1), FinalizingAt = now.AddSeconds(2), EndedAt = now.AddSeconds(3), CancellingAt = now.AddSeconds(4),
            Total = 5, Completed = 3, Failed = 2, Errors = "[]", OutputFileId = "file-1", ErrorFileId = "file-2", Epoch = 7, Journal = 6, Notices = 1,
        };
        var bare = Due() with { DueAt = null };

        await _records.AddAsync(batch, Ends);
        await _records.AddAsync(bare, Ends);

        Assert.Equal(batch, await _records.FindAsync("t", batch.Id, Ends));
        Assert.Equal(bare, await _records.FindAsync("t", bare.Id, Ends));
        Assert.Null(await _records.FindAsync("other", batch.Id, Ends));
        Assert.Equal([bare, batch], (await _records.ListAsync("t", new RecordsQuery { NewestFirst = true }, Ends)).Data);
        Assert.Empty((await _records.ListAsync("other", new RecordsQuery(), Ends)).Data);
    }

    [Fact]
    public async Task One_gateway_has_a_batch_until_its_time_is_over()
    {
        var batch = Due();
        await _records.AddAsync(batch, Ends);
        var other = new BatchRecords(_test.Open(), _time);

        var until = _time.GetUtcNow().AddSeconds(15);
        var mine = await _records.TakeAsync(until, Ends);
        var early = await other.TakeAsync(until, Ends);
        _time.Advance(TimeSpan.FromSeconds(15));
        var theirs = await other.TakeAsync(_time.GetUtcNow().AddSeconds(15), Ends);
        var late = await _records.SaveAsync(mine! with { Completed = 9 }, Ends);
        var saved = await other.SaveAsync(theirs! with { Completed = 1, DueAt = null }, Ends);

        Assert.Equal(batch with { Epoch = 1, DueAt = until }, mine);
        Assert.Null(early);
        Assert.Equal(2, theirs!.Epoch);
        Assert.Null(late);
        Assert.Equal(1, saved!.Completed);
        _time.Advance(TimeSpan.FromDays(1));
        Assert.Null(await other.TakeAsync(_time.GetUtcNow(), Ends));
    }

    [Fact]
    public async Task Of_many_gateways_each_batch_has_one()
    {
        for (var i = 0; i < 20; i++)
        {
            await _records.AddAsync(Due(), Ends);
        }

        var until = _time.GetUtcNow().AddSeconds(15);
        async Task<List<string>> TakeAllAsync(BatchRecords records)
        {
            var taken = new List<string>();
            for (var misses = 0; misses < 3;)
            {
                if (await records.TakeAsync(until, Ends) is { } batch)
                {
                    taken.Add(batch.Id);
                }
                else
                {
                    misses++;
                }
            }

            return taken;
        }

        var all = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => TakeAllAsync(new BatchRecords(_test.Open(), _time))));

        var ids = all.SelectMany(taken => taken).ToList();
        Assert.Equal(20, ids.Count);
        Assert.Equal(20, ids.Distinct().Count());
    }

    [Fact]
    public async Task An_end_that_is_asked_for_is_seen_by_who_has_the_batch_and_is_not_lost()
    {
        var batch = Due();
        await _records.AddAsync(batch, Ends);
        var mine = await _records.TakeAsync(_time.GetUtcNow().AddSeconds(15), Ends);

        var asked = await _records.CancelAsync("t", batch.Id, Ends);
        var saved = await _records.SaveAsync(mine! with { State = BatchState.Finalizing }, Ends);

        Assert.Equal(("cancelling", _time.GetUtcNow()), (asked!.Status, asked.CancellingAt));
        Assert.Equal(_time.GetUtcNow(), saved!.CancellingAt);
        Assert.Null(await _records.CancelAsync("other", batch.Id, Ends));
    }

    [Fact]
    public async Task Nothing_ends_a_batch_whose_files_are_made()
    {
        var batch = Due() with { State = BatchState.Finalizing };
        await _records.AddAsync(batch, Ends);

        Assert.Null((await _records.CancelAsync("t", batch.Id, Ends))!.CancellingAt);
    }

    private protected abstract Task<TestDatabase> CreateAsync();

    private Batch Due()
    {
        _time.Advance(TimeSpan.FromMilliseconds(1));
        return new Batch
        {
            Id = BatchIds.New(_time),
            Tenant = "t",
            Endpoint = "/v1/embeddings",
            InputFileId = "file-in",
            CreatedAt = _time.GetUtcNow(),
            ExpiresAt = _time.GetUtcNow().AddHours(24),
            DueAt = _time.GetUtcNow(),
        };
    }
}
