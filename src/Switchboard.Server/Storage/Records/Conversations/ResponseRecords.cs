using Switchboard.Gateway.Configuration;
using Switchboard.Gateway.State;

namespace Switchboard.Server.Storage.Records.Conversations;

/// <summary>
/// Responses in the database. Those that are too old are not found; they are deleted, and the number and size of the
/// others is brought down to the bounds, by the sweeps after new ones came.
/// </summary>
internal sealed class ResponseRecords(SqlDatabase database, TimeProvider time) : IResponseStore
{
    private const int MostAtOnce = 200;

    private long _put;
    private long _swept = -1;

    /// <inheritdoc/>
    public ResponseStoreSettings Settings { get; set; } = new();

    /// <inheritdoc/>
    public async ValueTask<StoredResponse?> FindAsync(string tenant, string id, CancellationToken cancellationToken)
    {
        if (Settings.MaxStored == 0)
        {
            return null;
        }

        var now = time.GetUtcNow();
        var age = Settings.MaxAge;
        var found = await database.ReadAsync(session => session.FindAsync(ResponseTable.Find(tenant, id, now - age), ResponseTable.Map), cancellationToken);

        // Its age counts from the last use; not every one has to be written down for that.
        if (found is not null && now - found.UsedAt > age / 20)
        {
            await database.WriteAsync(session => session.ExecuteAsync($"UPDATE stored_response SET used_at = {now} WHERE tenant = {tenant} AND id = {id}"), cancellationToken);
        }

        return found?.Response;
    }

    /// <inheritdoc/>
    public async ValueTask PutAsync(string tenant, StoredResponse response, CancellationToken cancellationToken)
    {
        if (Settings.MaxStored > 0)
        {
            await database.WriteAsync(session => session.ExecuteAsync(ResponseTable.Insert(tenant, response, time.GetUtcNow())), cancellationToken);
            Interlocked.Increment(ref _put);
        }
    }

    /// <inheritdoc/>
    public async ValueTask<bool> DeleteAsync(string tenant, string id, CancellationToken cancellationToken) =>
        await database.WriteAsync(session => session.ExecuteAsync($"DELETE FROM stored_response WHERE tenant = {tenant} AND id = {id} AND used_at >= {time.GetUtcNow() - Settings.MaxAge}"), cancellationToken) > 0;

    /// <inheritdoc/>
    public async ValueTask SweepAsync(CancellationToken cancellationToken)
    {
        var put = Volatile.Read(ref _put);
        if (put != _swept && await IsTooMuchAsync(cancellationToken))
        {
            await DeleteAsync(cancellationToken);
        }

        _swept = put;
    }

    // Asked by itself: a database that nobody uses is not opened for it, and one with nothing to delete not written to.
    private Task<bool> IsTooMuchAsync(CancellationToken cancellationToken) => database.ReadAsync(
        false,
        async session => await ExcessAsync(session) is (> 0, _) or (_, > 0) || await session.NumberAsync($"SELECT COUNT(*) FROM stored_response WHERE used_at < {Oldest}") > 0,
        cancellationToken);

    private Task<bool> DeleteAsync(CancellationToken cancellationToken) => database.WriteAsync(
        async session =>
        {
            await session.ExecuteAsync($"DELETE FROM stored_response WHERE used_at < {Oldest}");

            // Another gateway may do the same: what it deletes is not there to be deleted again, and is looked at anew.
            while (await ExcessAsync(session) is var (count, bytes) && (count > 0 || bytes > 0))
            {
                var oldest = await session.QueryAsync($"SELECT tenant, id, size FROM stored_response ORDER BY used_at LIMIT {MostAtOnce}", row => (Tenant: row.Text(0), Id: row.Text(1), Size: row.Number(2)));
                if (oldest.Count == 0)
                {
                    break;
                }

                foreach (var one in oldest.TakeWhile(_ => count > 0 || bytes > 0))
                {
                    var deleted = await session.ExecuteAsync($"DELETE FROM stored_response WHERE tenant = {one.Tenant} AND id = {one.Id}");
                    (count, bytes) = (count - deleted, bytes - (deleted * one.Size));
                }
            }

            return true;
        },
        cancellationToken);

    private async Task<(long Count, long Bytes)> ExcessAsync(SqlSession session)
    {
        var sums = (await session.QueryAsync($"SELECT COUNT(*), CAST(COALESCE(SUM(size), 0) AS BIGINT) FROM stored_response", row => (Count: row.Number(0), Bytes: row.Number(1))))[0];
        return (sums.Count - Settings.MaxStored, sums.Bytes - (Settings.MaxMegabytes * 1024L * 1024L));
    }

    private DateTimeOffset Oldest => time.GetUtcNow() - Settings.MaxAge;
}
