using Switchboard.Gateway.Accounting;
using Switchboard.Gateway.State;

namespace Switchboard.Server.Storage.Records.Ledger;

/// <summary>The ledger in the database.</summary>
internal sealed class LedgerRecords(SqlDatabase database, TimeProvider time) : ILedgerRecords
{
    // A batch on disk that waits longer than this for its database would count again if it was written before it was put there.
    private static readonly TimeSpan s_batchesKept = TimeSpan.FromDays(30);

    /// <inheritdoc/>
    public Task AppendAsync(Guid batch, IReadOnlyList<LedgerRow> rows, CancellationToken cancellationToken)
    {
        var days = DayTable.SumsOf(rows);
        var spent = SpentTable.SumsOf(rows);
        return database.WriteAsync(
            async session =>
            {
                var now = time.GetUtcNow();
                await session.ExecuteAsync($"DELETE FROM ledger_batch WHERE at < {now - s_batchesKept}");
                if (await session.ExecuteAsync($"INSERT INTO ledger_batch (id, at) VALUES ({batch.ToString("N")}, {now}) ON CONFLICT (id) DO NOTHING") == 0)
                {
                    return false;
                }

                await session.InsertAsync(RowTable.Into, rows, RowTable.Fill);
                await session.InsertAsync(DayTable.Into, days, DayTable.Fill);
                await session.InsertAsync(SpentTable.Into, spent, SpentTable.Fill);
                return true;
            },
            cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<RecordsPage<UsageSums>> SumAsync(UsageQuery query, CancellationToken cancellationToken)
    {
        var sums = await database.ReadAsync(session => session.QueryAsync(DayTable.Sum(query), row => DayTable.Map(row, query.Groups)), cancellationToken);
        var hasMore = sums.Count > query.Limit;
        return new RecordsPage<UsageSums>(hasMore ? sums[..query.Limit] : sums, hasMore);
    }

    /// <inheritdoc/>
    public async Task<long> SpentAsync(SpendingScope scope, DateOnly? from, CancellationToken cancellationToken)
    {
        var sums = await database.ReadAsync(session => session.QueryAsync(SpentTable.Sum(scope, from), row => row.Number(0)), cancellationToken);
        return sums.Count > 0 ? sums[0] : 0;
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<BucketSums>> SumBucketsAsync(BucketQuery query, CancellationToken cancellationToken) =>
        await database.ReadAsync(session => session.QueryAsync(Buckets.Sum(query), row => Buckets.Map(row, query)), cancellationToken);

    /// <inheritdoc/>
    public async Task<RecordsPage<LedgerRow>> ListAsync(LedgerQuery query, CancellationToken cancellationToken)
    {
        var rows = await database.ReadAsync(session => session.QueryAsync(RowTable.Select(query), RowTable.Map), cancellationToken);
        return SqlPaging.Page(rows, query.Page);
    }
}
