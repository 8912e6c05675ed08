using Switchboard.Gateway.Files;
using Switchboard.Gateway.State;

namespace Switchboard.Server.Storage.Records.Files;

/// <summary>What is known of the files of callers, in the database.</summary>
internal sealed class FileRecords(SqlDatabase database, TimeProvider time) : IFileRecords
{
    private static readonly SqlPiece s_columns = Sql.Raw("id, tenant, name, purpose, bytes, created_at, expires_at");

    // Those that are past their time are not there any more, whether they were deleted yet or not.
    private SqlPiece Alive => Sql.Piece($"(expires_at IS NULL OR expires_at > {time.GetUtcNow()})");

    /// <inheritdoc/>
    public Task AddAsync(StoredFile file, CancellationToken cancellationToken) => database.WriteAsync(
        session => session.ExecuteAsync(
            $"INSERT INTO stored_file ({s_columns}) VALUES ({file.Id}, {file.Tenant}, {file.Name}, {file.Purpose}, {file.Bytes}, {file.CreatedAt}, {file.ExpiresAt}) ON CONFLICT (id) DO NOTHING"),
        cancellationToken);

    /// <inheritdoc/>
    public Task<StoredFile?> FindAsync(string tenant, string id, CancellationToken cancellationToken) => database.ReadAsync(
        session => session.FindAsync($"SELECT {s_columns} FROM stored_file WHERE id = {id} AND tenant = {tenant} AND {Alive}", Map),
        cancellationToken);

    /// <inheritdoc/>
    public async Task<bool> HasAsync(string id, CancellationToken cancellationToken) =>
        await database.ReadAsync(0, session => session.NumberAsync($"SELECT COUNT(*) FROM stored_file WHERE id = {id}"), cancellationToken) > 0;

    /// <inheritdoc/>
    public Task<RecordsPage<StoredFile>> ListAsync(string tenant, string? purpose, RecordsQuery query, CancellationToken cancellationToken)
    {
        var only = purpose is null ? Sql.Raw("") : Sql.Piece($" AND purpose = {purpose}");
        return database.ReadAsync(
            async session => SqlPaging.Page(
                await session.QueryAsync($"SELECT {s_columns} FROM stored_file WHERE tenant = {tenant} AND {Alive}{only}{SqlPaging.Of(query)}", Map),
                query),
            cancellationToken);
    }

    /// <inheritdoc/>
    public Task<bool> DeleteAsync(string id, CancellationToken cancellationToken) => database.WriteAsync(
        async session => await session.ExecuteAsync($"DELETE FROM stored_file WHERE id = {id}") > 0,
        cancellationToken);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<StoredFile>> ListExpiredAsync(int limit, CancellationToken cancellationToken) => await database.ReadAsync(
        [],
        session => session.QueryAsync($"SELECT {s_columns} FROM stored_file WHERE expires_at <= {time.GetUtcNow()} ORDER BY expires_at LIMIT {(long)limit}", Map),
        cancellationToken);

    private static StoredFile Map(SqlRow row) => new(row.Text(0), row.Text(1), row.Text(2), row.Text(3), row.Number(4), row.Time(5), row.OptionalTime(6));
}
