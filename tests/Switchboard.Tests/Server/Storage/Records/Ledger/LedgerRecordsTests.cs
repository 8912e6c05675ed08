using Switchboard.Gateway.Accounting;
using Switchboard.Gateway.Pipeline;
using Switchboard.Gateway.State;
using Switchboard.Server.Storage.Records.Ledger;
using Switchboard.Testing.Time;

namespace Switchboard.Tests.Server.Storage.Records.Ledger;

/// <summary>What holds on either database.</summary>
public abstract class LedgerRecordsTests : IAsyncLifetime
{
    private static readonly DateTimeOffset s_noon = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);

    private readonly ManualTimeProvider _time = new();
    private TestDatabase _test = null!;
    private LedgerRecords _records = null!;

    private static Dictionary<UsageGroup, string> Nothing { get; } = [];

    private static CancellationToken Ends => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _test = await CreateAsync();
        _records = new LedgerRecords(_test.Open(), _time);
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
    public async Task Everything_of_a_row_comes_back()
    {
        var row = Row(0) with
        {
            Key = "key_1", Project = "proj_1", Team = "team_1", User = "O'Neil \"ä\"", IsEstimated = true, IsCached = true, IsStream = true, Attempts = 3,
            Usage = new TokenUsage(1, 2) { Cached = 3, CacheWritten = 4, PromptAudio = 5, PromptImage = 6, Reasoning = 7, CompletionAudio = 8, CompletionImage = 9 },
            Units = new CallUnits { Images = 1, Seconds = 2.5m, Characters = 3, Searches = 4 },
            Cost = long.MaxValue / 4, Outcome = LedgerOutcome.Broken, Error = "upstream_cut", FirstByte = TimeSpan.FromMicroseconds(1_234), Duration = TimeSpan.FromMicroseconds(99_999),
        };
        var bare = Row(1) with { Cost = null };

        await _records.AppendAsync(Guid.NewGuid(), [row, bare], Ends);

        var page = await _records.ListAsync(All(), Ends);
        Assert.Equal([row, bare], page.Data);
        Assert.False(page.HasMore);
    }

    [Fact]
    public async Task What_was_spent_is_summed_for_key_project_team_and_provider_from_a_day_on()
    {
        var row = Row(0) with { Key = "key_1", Project = "project_1", Team = "team_1", Provider = "p", Cost = 5 };
        var batch = Guid.NewGuid();
        await _records.AppendAsync(batch, [row, row with { Id = Guid.CreateVersion7(), At = s_noon.AddDays(-1), Cost = 7 }, Row(2) with { Cost = null, Key = "key_1", Provider = "p" }], Ends);
        await _records.AppendAsync(batch, [row], Ends);
        await _records.AppendAsync(Guid.NewGuid(), [row with { Id = Guid.CreateVersion7(), Key = "key_2", Cost = 11 }], Ends);
        var day = DateOnly.FromDateTime(s_noon.UtcDateTime);

        Assert.Equal((12, 5, 0), (await SpentAsync(SpendingKind.Key, "key_1", null), await SpentAsync(SpendingKind.Key, "key_1", day), await SpentAsync(SpendingKind.Key, "key_1", day.AddDays(1))));
        Assert.Equal((23, 16), (await SpentAsync(SpendingKind.Project, "project_1", null), await SpentAsync(SpendingKind.Team, "team_1", day)));
        Assert.Equal((23, 0), (await SpentAsync(SpendingKind.Provider, "p", null), await SpentAsync(SpendingKind.Key, "p", null)));

        Task<long> SpentAsync(SpendingKind kind, string id, DateOnly? from) => _records.SpentAsync(new SpendingScope(kind, id), from, Ends);
    }

    [Fact]
    public async Task A_batch_that_comes_twice_counts_once()
    {
        var batch = Guid.NewGuid();
        var other = new LedgerRecords(_test.Open(), _time);

        await Task.WhenAll(Enumerable.Range(0, 4).Select(i => (i % 2 == 0 ? _records : other).AppendAsync(batch, [Row(0), Row(1)], Ends)));

        Assert.Equal(2, (await _records.ListAsync(All(), Ends)).Data.Count);
        Assert.Equal(2, Assert.Single((await _records.SumAsync(Days(), Ends)).Data).Requests);
    }

    [Fact]
    public async Task A_batch_is_there_whole_or_not_at_all()
    {
        var twice = Row(0);

        await Assert.ThrowsAnyAsync<RecordsException>(() => _records.AppendAsync(Guid.NewGuid(), [Row(1), twice, twice], Ends));

        Assert.Empty((await _records.ListAsync(All(), Ends)).Data);
        Assert.Empty((await _records.SumAsync(Days(), Ends)).Data);
    }

    [Fact]
    public async Task Sums_by_day_and_model_are_those_of_the_rows()
    {
        LedgerRow[] rows =
        [
            Row(0) with { Model = "a", Usage = new TokenUsage(10, 1) { Cached = 4 }, Cost = 100 },
            Row(1) with { Model = "a", Usage = new TokenUsage(20, 2) { Reasoning = 1 }, Cost = null },
            Row(2) with { Model = "b", Outcome = LedgerOutcome.Failed, Cost = 0, Usage = default },
            Row(3, days: 1) with { Model = "a", Outcome = LedgerOutcome.Cancelled, Cost = 7, Usage = new TokenUsage(5, 0), Units = new CallUnits { Seconds = 1.25m } },
        ];
        await _records.AppendAsync(Guid.NewGuid(), rows[..1], Ends);
        await _records.AppendAsync(Guid.NewGuid(), rows[1..], Ends);

        var sums = (await _records.SumAsync(Days() with { Groups = [UsageGroup.Day, UsageGroup.Model] }, Ends)).Data;

        Assert.Equal(
            [(21, "a", 2L, 0L, 0L, 30L, 3L, 100L, 1L), (21, "b", 1L, 1L, 0L, 0L, 0L, 0L, 0L), (22, "a", 1L, 0L, 1L, 5L, 0L, 7L, 0L)],
            sums.Select(sum => (sum.Day!.Value.Day, sum.Of[UsageGroup.Model], sum.Requests, sum.Failed, sum.Cancelled, sum.Prompt, sum.Completion, sum.Cost, sum.Unpriced)));
        Assert.Equal((4L, 1L, 1.25m), (sums[0].Cached, sums[0].Reasoning, sums[2].Seconds));

        var all = Assert.Single((await _records.SumAsync(Days(), Ends)).Data);
        Assert.Equal((4L, 35L, 107L), (all.Requests, all.Prompt, all.Cost));
        Assert.Empty((await _records.SumAsync(Days() with { Only = new Dictionary<UsageGroup, string> { [UsageGroup.Model] = "b' OR '1'='1" } }, Ends)).Data);
    }

    [Fact]
    public async Task Buckets_of_days_hold_what_the_rows_of_them_hold()
    {
        await _records.AppendAsync(
            Guid.NewGuid(),
            [.. Enumerable.Range(0, 40).Select(i => Row(i, days: i % 3) with
            {
                Model = $"m{i % 2}", Key = i % 5 == 0 ? null : $"k{i % 5}", Cost = i % 7 == 0 ? null : i, IsCached = i % 11 == 0, Outcome = (LedgerOutcome)(i % 4),
                Usage = new TokenUsage(100 + i, i) { Cached = i, CacheWritten = 1, Reasoning = 2 }, Units = new CallUnits { Images = i, Seconds = 0.5m, Characters = 3, Searches = 1 },
            })],
            Ends);
        var query = new BucketQuery { From = s_noon.AddHours(-12), Until = s_noon.AddHours(36), Width = BucketWidth.Day, Groups = [UsageGroup.Model, UsageGroup.Key], Any = new Dictionary<UsageGroup, IReadOnlyList<string>> { [UsageGroup.Key] = ["k1", "k2", ""] } };

        var days = await _records.SumBucketsAsync(query, Ends);
        var rows = await _records.SumBucketsAsync(query with { Groups = [UsageGroup.Model, UsageGroup.Key, UsageGroup.User] }, Ends);

        Assert.Equal(12, days.Count);
        Assert.Equal([s_noon.AddHours(-12), s_noon.AddHours(12)], days.Select(day => day.Start).Distinct());
        Assert.Equal(
            days.Select(day => (day.Start, day.Sums.Of[UsageGroup.Model], day.Sums.Of[UsageGroup.Key], day.Sums with { Of = Nothing })),
            rows.Select(row => (row.Start, row.Sums.Of[UsageGroup.Model], row.Sums.Of[UsageGroup.Key], row.Sums with { Of = Nothing })));
        Assert.Equal(2, (await _records.SumBucketsAsync(query with { Groups = [] }, Ends)).Count);
        Assert.Equal(5, (await _records.SumBucketsAsync(query with { Limit = 5 }, Ends)).Count);
        Assert.Empty(await _records.SumBucketsAsync(query with { Any = new Dictionary<UsageGroup, IReadOnlyList<string>> { [UsageGroup.Key] = [] } }, Ends));
    }

    [Theory]
    [InlineData(BucketWidth.Minute)]
    [InlineData(BucketWidth.Hour)]
    public async Task Buckets_of_rows_begin_and_end_where_they_should(BucketWidth width)
    {
        var seconds = (int)width;
        LedgerRow At(double after, string provider = "p", long? cost = 1) => Row(0) with { Id = Guid.CreateVersion7(s_noon.AddSeconds(after)), At = s_noon.AddSeconds(after), Provider = provider, Cost = cost };
        await _records.AppendAsync(Guid.NewGuid(), [At(-0.000001), At(0), At(seconds - 0.000001), At(seconds, cost: 0), At(seconds * 2, provider: ""), At(seconds * 3), At(seconds * 4)], Ends);
        var query = new BucketQuery { From = s_noon, Until = s_noon.AddSeconds(seconds * 4), Width = width };

        Assert.Equal([(0, 2L), (1, 1), (3, 1)], (await _records.SumBucketsAsync(query, Ends)).Select(bucket => ((int)(bucket.Start - s_noon).TotalSeconds / seconds, bucket.Sums.Requests)));
        Assert.Equal([0, 3], (await _records.SumBucketsAsync(query with { IsCharged = true }, Ends)).Select(bucket => (int)(bucket.Start - s_noon).TotalSeconds / seconds));
    }

    [Fact]
    public async Task Models_of_requests_that_went_nowhere_make_no_sums_of_their_own()
    {
        await _records.AppendAsync(Guid.NewGuid(), [.. Enumerable.Range(0, 20).Select(i => Row(i) with { Model = $"made-up-{i}", Provider = "", Deployment = "" })], Ends);

        Assert.Equal("", Assert.Single((await _records.SumAsync(Days() with { Groups = [UsageGroup.Model] }, Ends)).Data).Of[UsageGroup.Model]);
    }

    [Fact]
    public async Task Pages_follow_each_other()
    {
        await _records.AppendAsync(Guid.NewGuid(), [.. Enumerable.Range(0, 25).Select(i => Row(i) with { Model = $"m{i:00}", Key = i % 2 == 0 ? "even" : "odd" })], Ends);

        var seen = new List<string>();
        string? after = null;
        do
        {
            var page = await _records.ListAsync(All() with { Only = new Dictionary<UsageGroup, string> { [UsageGroup.Key] = "even" }, Page = new RecordsQuery { Limit = 5, After = after } }, Ends);
            seen.AddRange(page.Data.Select(row => row.Model));
            after = page.HasMore ? page.Data[^1].Id.ToString("N") : null;
        }
        while (after is not null);
        var second = await _records.SumAsync(Days() with { Groups = [UsageGroup.Model], Limit = 10, Offset = 10 }, Ends);

        Assert.Equal(Enumerable.Range(0, 13).Select(i => $"m{i * 2:00}"), seen);
        Assert.Equal(("m10", "m19", true), (second.Data[0].Of[UsageGroup.Model], second.Data[^1].Of[UsageGroup.Model], second.HasMore));
    }

    [Fact]
    public async Task Only_the_time_that_was_asked_for_is_there()
    {
        await _records.AppendAsync(Guid.NewGuid(), [.. Enumerable.Range(-2, 5).Select(day => Row(0, day))], Ends);

        var rows = await _records.ListAsync(new LedgerQuery { From = s_noon, Until = s_noon.AddDays(1) }, Ends);
        var sums = await _records.SumAsync(new UsageQuery { From = new DateOnly(2026, 11, 20), To = new DateOnly(2026, 11, 21) }, Ends);

        Assert.Equal(s_noon, Assert.Single(rows.Data).At);
        Assert.Equal(2, Assert.Single(sums.Data).Requests);
    }

    [Fact]
    public async Task Text_that_a_database_cannot_have_is_no_fault()
    {
        await _records.AppendAsync(Guid.NewGuid(), [Row(0) with { Model = "a\0b\uD800" }], Ends);

        Assert.Equal("a\uFFFDb\uFFFD", Assert.Single((await _records.ListAsync(All(), Ends)).Data).Model);
    }

    private protected abstract Task<TestDatabase> CreateAsync();

    [Fact]
    public async Task Rows_that_are_old_enough_go_and_their_sums_stay()
    {
        const int Old = 2_500;
        await _records.AppendAsync(Guid.NewGuid(), [.. Enumerable.Range(0, Old).Select(number => Row(number, days: -3)), Row(1), Row(2)], Ends);
        var retention = new LedgerRetention(_test.Open(), TimeProvider.System);

        Assert.Equal(0, await retention.DeleteBeforeAsync(s_noon.AddDays(-3), Ends));
        Assert.Equal(Old, await retention.DeleteBeforeAsync(s_noon.AddDays(-1), Ends));
        Assert.Equal(0, await retention.DeleteBeforeAsync(s_noon.AddMilliseconds(1), Ends));

        Assert.Equal(["req_1", "req_2"], (await _records.ListAsync(All(), Ends)).Data.Select(row => row.RequestId));
        Assert.Equal((Old + 2, Old + 2), (await _records.SumAsync(Days(), Ends)).Data.Select(sums => (sums.Requests, sums.Cost)).Single());
    }

    private static LedgerQuery All() => new() { From = s_noon.AddDays(-5), Until = s_noon.AddDays(5) };

    private static UsageQuery Days() => new() { From = new DateOnly(2026, 11, 1), To = new DateOnly(2026, 11, 30) };

    private static LedgerRow Row(int number, int days = 0)
    {
        var at = s_noon.AddDays(days).AddMilliseconds(number);
        return new LedgerRow { Id = Guid.CreateVersion7(at), At = at, RequestId = $"req_{number}", Operation = "chat.completions", Model = "m", Provider = "p", Deployment = "d", Status = 200, Cost = 1 };
    }
}
