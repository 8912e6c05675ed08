using Switchboard.Gateway.Batches;
using Switchboard.Gateway.State;

namespace Switchboard.Server.Storage.Records.Batches;

/// <summary>The batches of callers in the database.</summary>
internal sealed class BatchRecords(SqlDatabase database, TimeProvider time) : IBatchRecords
{
    /// <inheritdoc/>
    public Task AddAsync(Batch batch, CancellationToken cancellationToken) =>
        database.WriteAsync(session => session.ExecuteAsync(BatchTable.Insert(batch)), cancellationToken);

    /// <inheritdoc/>
    public Task<Batch?> FindAsync(string tenant, string id, CancellationToken cancellationToken) => database.ReadAsync(
        session => session.FindAsync($"SELECT {BatchTable.Columns} FROM batch WHERE id = {id} AND tenant = {tenant}", BatchTable.Map),
        cancellationToken);

    /// <inheritdoc/>
    public Task<RecordsPage<Batch>> ListAsync(string tenant, RecordsQuery query, CancellationToken cancellationToken) => database.ReadAsync(
        async session => SqlPaging.Page(
            await session.QueryAsync($"SELECT {BatchTable.Columns} FROM batch WHERE tenant = {tenant}{SqlPaging.Of(query)}", BatchTable.Map),
            query),
        cancellationToken);

    /// <inheritdoc/>
    public Task<Batch?> CancelAsync(string tenant, string id, CancellationToken cancellationToken) => database.WriteAsync(
        async session =>
        {
            await session.ExecuteAsync($"UPDATE batch SET cancelling_at = {time.GetUtcNow()} WHERE id = {id} AND tenant = {tenant} AND cancelling_at IS NULL AND state < {(long)BatchState.Finalizing}");
            return await session.FindAsync($"SELECT {BatchTable.Columns} FROM batch WHERE id = {id} AND tenant = {tenant}", BatchTable.Map);
        },
        cancellationToken);

    /// <inheritdoc/>
    public async Task<Batch?> TakeAsync(DateTimeOffset until, CancellationToken cancellationToken)
    {
        // Most of the time there is none, and looking costs others nothing.
        var now = time.GetUtcNow();
        if (await database.ReadAsync(0, session => session.NumberAsync($"SELECT COUNT(*) FROM batch WHERE due_at <= {now}"), cancellationToken) == 0)
        {
            return null;
        }

        return await database.WriteAsync(
            session => session.FindAsync(
                $"UPDATE batch SET due_at = {until}, epoch = epoch + 1 WHERE due_at <= {now} AND id = (SELECT id FROM batch WHERE due_at <= {now} ORDER BY due_at, id LIMIT 1) RETURNING {BatchTable.Columns}",
                BatchTable.Map),
            cancellationToken);
    }

    /// <inheritdoc/>
    public Task<Batch?> SaveAsync(Batch batch, CancellationToken cancellationToken) =>
        database.WriteAsync(session => session.FindAsync(BatchTable.Update(batch), BatchTable.Map), cancellationToken);
}
