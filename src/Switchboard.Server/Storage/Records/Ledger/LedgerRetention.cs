namespace Switchboard.Server.Storage.Records.Ledger;

/// <summary>Takes rows out of the ledger that are old enough, a few at a time: those who write new ones wait for none of it for long.</summary>
internal sealed class LedgerRetention(SqlDatabase database, TimeProvider time)
{
    private const long AtOnce = 1_000;

    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(50);

    /// <summary>Takes out the rows of requests that came before a moment.</summary>
    /// <returns>How many there were.</returns>
    /// <exception cref="Gateway.State.RecordsException">The database does not take it.</exception>
    public async Task<long> DeleteBeforeAsync(DateTimeOffset until, CancellationToken cancellationToken)
    {
        var sum = 0L;
        while (true)
        {
            var deleted = await database.WriteAsync(
                session => session.ExecuteAsync($"DELETE FROM {Sql.Raw(RowTable.Name)} WHERE id IN (SELECT id FROM {Sql.Raw(RowTable.Name)} WHERE {RowTable.Between(DateTimeOffset.UnixEpoch, until)} ORDER BY id LIMIT {AtOnce})"),
                cancellationToken);
            sum += deleted;
            if (deleted < AtOnce)
            {
                return sum;
            }

            await Task.Delay(s_pause, time, cancellationToken);
        }
    }
}
