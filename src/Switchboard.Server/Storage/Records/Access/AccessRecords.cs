using Switchboard.Gateway.Access;
using Switchboard.Gateway.State;

namespace Switchboard.Server.Storage.Records.Access;

/// <summary>Teams, projects, keys, secrets and the log of administration in the database.</summary>
internal sealed class AccessRecords(SqlDatabase database, TimeProvider time) : IAccessRecords
{
    /// <summary>How long nodes can be away and still hear of what was deleted meanwhile.</summary>
    public static readonly TimeSpan KeepDeleted = TimeSpan.FromDays(30);

    private static readonly SqlPiece s_secretColumns = Sql.Raw("name, nonce, ciphertext, key_version, updated_at, deleted_at");
    private static readonly AccessChanges s_nothing = new(0, [], [], [], []);

    /// <inheritdoc/>
    public Task<AccessChanges> ReadBeyondAsync(long revision, CancellationToken cancellationToken) =>
        database.ReadAsync(s_nothing, session => ReadBeyondAsync(session, revision), cancellationToken);

    /// <inheritdoc/>
    public Task<T?> FindAsync<T>(string id, CancellationToken cancellationToken)
        where T : AccessScope =>
        database.ReadAsync(session => FindAsync(session, ScopeTables.Of<T>(), id), cancellationToken);

    /// <inheritdoc/>
    public Task<RecordsPage<T>> ListAsync<T>(RecordsQuery query, string? parent, CancellationToken cancellationToken)
        where T : AccessScope
    {
        var table = ScopeTables.Of<T>();
        var inParent = parent is not null && table.ParentColumn is { } column ? Sql.Piece($" AND {column} = {parent}") : Sql.Raw("");
        return database.ReadAsync(
            async session => SqlPaging.Page(
                await session.QueryAsync($"SELECT {table.Columns} FROM {table.Name} WHERE deleted_at IS NULL{inParent}{SqlPaging.Of(query)}", table.Map),
                query),
            cancellationToken);
    }

    /// <inheritdoc/>
    public Task<T?> AddAsync<T>(T scope, AuditNote note, CancellationToken cancellationToken)
        where T : AccessScope
    {
        var table = ScopeTables.Of<T>();
        return database.ChangeAsync(
            async (session, revision) =>
            {
                if (!await IsParentThereAsync(session, table, scope))
                {
                    return null;
                }

                var now = Now;
                var added = scope with { CreatedAt = now, UpdatedAt = now, Revision = revision, IsDeleted = false };
                await session.ExecuteAsync(table.Insert(added));
                await NoteAsync(session, note, added.Id, null, AccessJson.Of(added));
                return added;
            },
            cancellationToken);
    }

    /// <inheritdoc/>
    public Task<T?> ChangeAsync<T>(string id, Func<T, T?> change, AuditNote note, CancellationToken cancellationToken)
        where T : AccessScope
    {
        var table = ScopeTables.Of<T>();
        return database.ChangeAsync(
            async (session, revision) =>
            {
                if (await FindAsync(session, table, id) is not { } before || change(before) is not { } changed)
                {
                    return null;
                }

                var after = changed with { Id = before.Id, CreatedAt = before.CreatedAt, UpdatedAt = Now, Revision = revision, IsDeleted = false };
                if (!await IsParentThereAsync(session, table, after))
                {
                    return null;
                }

                await session.ExecuteAsync(table.Update(after));
                await NoteAsync(session, note, id, AccessJson.Of(before), AccessJson.Of(after));
                return after;
            },
            cancellationToken);
    }

    /// <inheritdoc/>
    public Task<bool> DeleteAsync<T>(string id, AuditNote note, CancellationToken cancellationToken)
        where T : AccessScope
    {
        var table = ScopeTables.Of<T>();
        return database.ChangeAsync(
            async (session, revision) =>
            {
                if (await FindAsync(session, table, id) is not { } before)
                {
                    return false;
                }

                var now = Now;
                var deleted = Sql.Piece($"deleted_at = {now}, updated_at = {now}, revision = {revision}");
                foreach (var below in Below(before))
                {
                    await session.ExecuteAsync($"UPDATE {below.Table} SET {deleted} WHERE deleted_at IS NULL AND {below.Which}");
                }

                await session.ExecuteAsync($"UPDATE {table.Name} SET {deleted} WHERE id = {id}");
                await NoteAsync(session, note, id, AccessJson.Of(before), null);
                await ForgetAsync(session, now - KeepDeleted);
                return true;
            },
            cancellationToken);
    }

    /// <inheritdoc/>
    public Task NoteUseAsync(IReadOnlyCollection<KeyValuePair<string, DateTimeOffset>> lastUseByKey, CancellationToken cancellationToken) => database.WriteAsync(
        async session =>
        {
            // In one order everywhere: nodes that note the same keys then wait for, and not against, each other.
            foreach (var (id, at) in lastUseByKey.OrderBy(use => use.Key, StringComparer.Ordinal))
            {
                await session.ExecuteAsync($"UPDATE access_key SET last_used_at = {at} WHERE id = {id} AND (last_used_at IS NULL OR last_used_at < {at})");
            }

            return lastUseByKey.Count;
        },
        cancellationToken);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<EncryptedSecret>> ListSecretsAsync(CancellationToken cancellationToken) => await database.ReadAsync(
        session => session.QueryAsync($"SELECT {s_secretColumns} FROM access_secret WHERE deleted_at IS NULL ORDER BY name", MapSecret),
        cancellationToken);

    /// <inheritdoc/>
    public Task PutSecretAsync(EncryptedSecret secret, AuditNote note, CancellationToken cancellationToken) => database.ChangeAsync(
        async (session, revision) =>
        {
            await session.ExecuteAsync($"""
                INSERT INTO access_secret (name, nonce, ciphertext, key_version, updated_at, revision, deleted_at)
                VALUES ({secret.Name}, {secret.Nonce.ToArray()}, {secret.Ciphertext.ToArray()}, {secret.KeyVersion}, {Now}, {revision}, NULL)
                ON CONFLICT (name) DO UPDATE SET nonce = excluded.nonce, ciphertext = excluded.ciphertext, key_version = excluded.key_version,
                updated_at = excluded.updated_at, revision = excluded.revision, deleted_at = NULL
                """);
            await NoteAsync(session, note, secret.Name, null, null);
            return revision;
        },
        cancellationToken);

    /// <inheritdoc/>
    public Task<int> ChangeSecretsAsync(Func<IReadOnlyList<EncryptedSecret>, IReadOnlyList<EncryptedSecret>> change, AuditNote note, CancellationToken cancellationToken) => database.ChangeAsync(
        async (session, revision) =>
        {
            var changed = change(await session.QueryAsync($"SELECT {s_secretColumns} FROM access_secret WHERE deleted_at IS NULL ORDER BY name", MapSecret));
            foreach (var secret in changed)
            {
                await session.ExecuteAsync($"UPDATE access_secret SET nonce = {secret.Nonce.ToArray()}, ciphertext = {secret.Ciphertext.ToArray()}, key_version = {secret.KeyVersion}, revision = {revision} WHERE name = {secret.Name}");
                await NoteAsync(session, note, secret.Name, null, null);
            }

            return changed.Count;
        },
        cancellationToken);

    /// <inheritdoc/>
    public Task<bool> DeleteSecretAsync(string name, AuditNote note, CancellationToken cancellationToken) => database.ChangeAsync(
        async (session, revision) =>
        {
            // What is deleted is gone at once, whatever the tombstone is kept for.
            byte[] nothing = [];
            var now = Now;
            if (await session.ExecuteAsync($"UPDATE access_secret SET nonce = {nothing}, ciphertext = {nothing}, deleted_at = {now}, updated_at = {now}, revision = {revision} WHERE name = {name} AND deleted_at IS NULL") == 0)
            {
                return false;
            }

            await NoteAsync(session, note, name, null, null);
            return true;
        },
        cancellationToken);

    /// <inheritdoc/>
    public Task<RecordsPage<AuditEntry>> ListAuditAsync(RecordsQuery query, string? target, string? actor, CancellationToken cancellationToken)
    {
        var ofTarget = target is null ? Sql.Raw("") : Sql.Piece($" AND target = {target}");
        var ofActor = actor is null ? Sql.Raw("") : Sql.Piece($" AND actor = {actor}");
        return database.ReadAsync(
            async session => SqlPaging.Page(
                await session.QueryAsync($"SELECT {AuditTable.Columns} FROM audit_log WHERE 1 = 1{ofTarget}{ofActor}{SqlPaging.Of(query)}", AuditTable.Map),
                query),
            cancellationToken);
    }

    /// <inheritdoc/>
    public Task WriteAuditAsync(AuditNote note, string target, CancellationToken cancellationToken) =>
        database.WriteAsync(session => NoteAsync(session, note, target, null, null), cancellationToken);

    // As the database has it.
    private DateTimeOffset Now => SqlTime.FromMicroseconds(SqlTime.ToMicroseconds(time.GetUtcNow()));

    private static async Task<AccessChanges> ReadBeyondAsync(SqlSession session, long revision)
    {
        // Who knows nothing yet need not hear of what is no more.
        var which = revision == 0 ? Sql.Raw("deleted_at IS NULL") : Sql.Piece($"revision > {revision}");
        Task<List<T>> Changed<T>(ScopeTable<T> table)
            where T : AccessScope =>
            session.QueryAsync($"SELECT {table.Columns} FROM {table.Name} WHERE {which} ORDER BY id", table.Map);
        return new AccessChanges(
            await session.NumberAsync($"SELECT value FROM revision WHERE id = 1"),
            await Changed(ScopeTables.Teams),
            await Changed(ScopeTables.Projects),
            await Changed(ScopeTables.Keys),
            await session.QueryAsync($"SELECT {s_secretColumns} FROM access_secret WHERE {which} ORDER BY name", MapSecret));
    }

    private static Task<T?> FindAsync<T>(SqlSession session, ScopeTable<T> table, string id)
        where T : AccessScope =>
        session.FindAsync($"SELECT {table.Columns} FROM {table.Name} WHERE id = {id} AND deleted_at IS NULL", table.Map);

    private static async Task<bool> IsParentThereAsync<T>(SqlSession session, ScopeTable<T> table, T scope)
        where T : AccessScope =>
        table.ParentOf(scope) is not { } parent
        || await session.NumberAsync($"SELECT COUNT(*) FROM {table.ParentTable!.Value} WHERE id = {parent} AND deleted_at IS NULL") == 1;

    // What is in a scope, the innermost first.
    private static IEnumerable<(SqlPiece Table, SqlPiece Which)> Below(AccessScope scope) => scope switch
    {
        Team => [
            (ScopeTables.Keys.Name, Sql.Piece($"project_id IN (SELECT id FROM access_project WHERE team_id = {scope.Id})")),
            (ScopeTables.Projects.Name, Sql.Piece($"team_id = {scope.Id}"))],
        Project => [(ScopeTables.Keys.Name, Sql.Piece($"project_id = {scope.Id}"))],
        _ => [],
    };

    private static async Task ForgetAsync(SqlSession session, DateTimeOffset before)
    {
        foreach (var table in (SqlPiece[])[ScopeTables.Keys.Name, ScopeTables.Projects.Name, ScopeTables.Teams.Name, Sql.Raw("access_secret")])
        {
            await session.ExecuteAsync($"DELETE FROM {table} WHERE deleted_at < {before}");
        }
    }

    private static EncryptedSecret MapSecret(SqlRow row) => new(row.Text(0), row.Bytes(1), row.Bytes(2), row.Number(3))
    {
        UpdatedAt = row.Time(4),
        IsDeleted = row.OptionalNumber(5) is not null,
    };

    private Task<int> NoteAsync(SqlSession session, AuditNote note, string target, string? before, string? after) =>
        session.ExecuteAsync(AuditTable.Insert(new AuditEntry(RecordIds.New("audit", time), time.GetUtcNow(), note, target, before, after)));
}
