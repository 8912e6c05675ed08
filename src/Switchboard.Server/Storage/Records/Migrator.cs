using Microsoft.Extensions.Logging;
using Switchboard.Gateway.State;

namespace Switchboard.Server.Storage.Records;

/// <summary>
/// Runs the scripts that a database lacks, all in one transaction, one node at a time. Scripts only add, so that a node
/// of the version before goes on beside this one.
/// </summary>
/// <param name="migrations">The scripts; those of the program where there are none, read when they are needed.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Told of what was done.</param>
internal sealed partial class Migrator(IReadOnlyList<Migration>? migrations, TimeProvider time, ILogger logger)
{
    private const string Table = "schema_migration";

    /// <summary>Brings the schema up to date.</summary>
    /// <returns>How many scripts ran.</returns>
    /// <exception cref="RecordsException">The schema is not one of this program's.</exception>
    public async Task<int> RunAsync(SqlDatabase database, SqlSession session)
    {
        var known = migrations ?? Migration.All;
        if (database.LockForMigration is { } claim)
        {
            await session.ExecuteAsync(claim);
        }

        if (await session.NumberAsync(database.CountTables(Table)) == 0)
        {
            await session.RunScriptAsync($"CREATE TABLE {Table} (version BIGINT PRIMARY KEY, name TEXT NOT NULL, checksum TEXT NOT NULL, applied_at BIGINT NOT NULL)");
        }

        var applied = await ReadAsync(session);
        foreach (var (version, name, checksum) in applied)
        {
            _ = IsNewer(known, version, name, checksum);
        }

        var missing = known.Where(migration => applied.All(one => one.Version != migration.Version)).ToArray();
        foreach (var migration in missing)
        {
            await session.RunScriptAsync(database.ScriptOf(migration));
            await session.ExecuteAsync($"INSERT INTO schema_migration (version, name, checksum, applied_at) VALUES ({migration.Version}, {migration.Name}, {migration.Checksum}, {time.GetUtcNow()})");
        }

        if (missing.Length > 0)
        {
            Log.Migrated(logger, missing.Length, missing[^1].Name);
        }

        return missing.Length;
    }

    /// <summary>Looks how the schema stands, and changes nothing.</summary>
    /// <exception cref="RecordsException">The schema is not one of this program's.</exception>
    public async Task<SchemaState> ExamineAsync(SqlDatabase database, SqlSession session)
    {
        var known = migrations ?? Migration.All;
        var applied = await session.NumberAsync(database.CountTables(Table)) == 0 ? [] : await ReadAsync(session);
        var newer = new List<string>();
        foreach (var (version, name, checksum) in applied)
        {
            if (IsNewer(known, version, name, checksum))
            {
                newer.Add(name);
            }
        }

        return new SchemaState(
            false,
            applied is [.., var last] ? last.Name : null,
            [.. known.Where(migration => applied.All(one => one.Version != migration.Version)).Select(migration => migration.Name)],
            newer);
    }

    /// <summary>Tells of steps of a newer program beside which this one works.</summary>
    public void TellNewer(SchemaState state)
    {
        foreach (var step in state.Newer)
        {
            Log.Beside(logger, step, (migrations ?? Migration.All)[^1].Name);
        }
    }

    private static Task<List<(long Version, string Name, string Checksum)>> ReadAsync(SqlSession session) =>
        session.QueryAsync($"SELECT version, name, checksum FROM schema_migration ORDER BY version", row => (Version: row.Number(0), Name: row.Text(1), Checksum: row.Text(2)));

    // True for a step beside which this program works; one that it cannot work with is thrown.
    private static bool IsNewer(IReadOnlyList<Migration> known, long version, string name, string checksum)
    {
        if (known.FirstOrDefault(migration => migration.Version == version) is { } same)
        {
            return same.Checksum == checksum
                ? false
                : throw new RecordsException($"The database was made with another '{name}' than this program's: they cannot share it. Name another database in storage.records.");
        }

        return version > known[^1].Version && !name.EndsWith(Migration.Breaking, StringComparison.Ordinal)
            ? true
            : throw new RecordsException($"The database was made by a newer version of this program: it has the step '{name}' of the schema, which this one ('{known[^1].Name}') cannot work beside. Run that version, or name another database in storage.records.");
    }

    private static partial class Log
    {
        [LoggerMessage(1403, LogLevel.Warning, "The database has the step '{Step}' of a newer version of this program; the last one known here is '{Last}'. This one goes on beside it: what it does not know it leaves alone.")]
        public static partial void Beside(ILogger logger, string step, string last);

        [LoggerMessage(1402, LogLevel.Information, "{Count} steps brought the database's schema up to '{Last}'.")]
        public static partial void Migrated(ILogger logger, int count, string last);
    }
}
