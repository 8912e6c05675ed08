using Switchboard.Gateway.Files;
using Switchboard.Gateway.State;
using Switchboard.Server.Storage.Records.Files;
using Switchboard.Testing.Time;

namespace Switchboard.Tests.Server.Storage.Records.Files;

/// <summary>What holds on either database.</summary>
public abstract class FileRecordsTests : IAsyncLifetime
{
    private readonly ManualTimeProvider _time = new();
    private TestDatabase _test = null!;
    private FileRecords _records = null!;

    private static CancellationToken Ends => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _test = await CreateAsync();
        _records = new FileRecords(_test.Open(), _time);
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
    public async Task Everything_of_a_file_comes_back_to_its_tenant()
    {
        var file = New("batch") with { Name = "O'Neil \"ä\".jsonl", Bytes = 5_000_000_000 };

        await _records.AddAsync(file, Ends);
        await _records.AddAsync(file with { Name = "again" }, Ends);

        Assert.Equal(file, await _records.FindAsync("t", file.Id, Ends));
        Assert.Null(await _records.FindAsync("other", file.Id, Ends));
        Assert.Empty((await _records.ListAsync("other", null, new RecordsQuery(), Ends)).Data);
        Assert.True(await _records.DeleteAsync(file.Id, Ends));
        Assert.False(await _records.DeleteAsync(file.Id, Ends));
    }

    [Fact]
    public async Task Files_are_listed_by_purpose_in_pages()
    {
        StoredFile[] files = [New("batch"), New("vision"), New("batch"), New("batch")];
        foreach (var file in files)
        {
            await _records.AddAsync(file, Ends);
        }

        var first = await _records.ListAsync("t", "batch", new RecordsQuery { Limit = 2, NewestFirst = true }, Ends);
        var second = await _records.ListAsync("t", "batch", new RecordsQuery { Limit = 2, NewestFirst = true, After = files[2].Id }, Ends);

        Assert.Equal([files[3], files[2]], first.Data);
        Assert.Equal([files[0]], second.Data);
        Assert.Equal((true, false), (first.HasMore, second.HasMore));
    }

    [Fact]
    public async Task What_has_expired_is_not_found_and_listed_apart()
    {
        var expiring = New("batch") with { ExpiresAt = _time.GetUtcNow().AddHours(1) };
        var staying = New("batch");
        await _records.AddAsync(expiring, Ends);
        await _records.AddAsync(staying, Ends);
        Assert.Empty(await _records.ListExpiredAsync(10, Ends));

        _time.Advance(TimeSpan.FromHours(1));

        Assert.Null(await _records.FindAsync("t", expiring.Id, Ends));
        Assert.Equal([staying], (await _records.ListAsync("t", null, new RecordsQuery(), Ends)).Data);
        Assert.Equal([expiring], await _records.ListExpiredAsync(10, Ends));
    }

    private protected abstract Task<TestDatabase> CreateAsync();

    private StoredFile New(string purpose)
    {
        _time.Advance(TimeSpan.FromMilliseconds(1));
        return new StoredFile(FileIds.New(_time), "t", "f", purpose, 1, _time.GetUtcNow(), null);
    }
}
