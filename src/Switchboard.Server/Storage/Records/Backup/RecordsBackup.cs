using Switchboard.Gateway.Configuration;
using Switchboard.Gateway.State;

namespace Switchboard.Server.Storage.Records.Backup;

/// <summary>
/// Copies all that the gateway keeps (the records, the files of callers, rows of the ledger that wait on disk) into one
/// file while it runs, and puts it back, into the same kind of database or the other.
/// </summary>
public sealed class RecordsBackup
{
    private readonly SqlDatabase _database;
    private readonly StorageSettings _storage;
    private readonly TimeProvider _time;

    internal RecordsBackup(SqlDatabase database, StorageSettings storage, TimeProvider time) => (_database, _storage, _time) = (database, storage, time);

    /// <summary>Writes a backup. Its rows are of one moment; gateways go on meanwhile.</summary>
    /// <param name="file">The file; it is there whole, or not at all.</param>
    /// <param name="overwrite">Whether one that is there may go.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <exception cref="RecordsException">It cannot be.</exception>
    public async Task<BackupSummary> WriteAsync(string file, bool overwrite, CancellationToken cancellationToken = default)
    {
        if (!overwrite && File.Exists(file))
        {
            throw new RecordsException($"'{file}' is there already. Name another, or say --force.");
        }

        var unfinished = file + ".part";
        BackupWriter? writer = null;
        try
        {
            // What waits on disk before the rows: what moves from there to the database meanwhile is in both, and is counted once.
            var schema = await _database.ReadAsync(
                async session =>
                {
                    writer?.Dispose();
                    writer = new BackupWriter(unfinished);
                    await writer.AddFolderAsync("spill", _storage.Spill, session.CancellationToken);
                    foreach (var table in RecordsTables.All)
                    {
                        await writer.AddTableAsync(session, table);
                    }

                    return await session.QueryAsync($"SELECT name, checksum FROM schema_migration ORDER BY version", row => new BackupStep(row.Text(0), row.Text(1)));
                },
                cancellationToken);
            await writer!.AddFolderAsync("files", _storage.Files, cancellationToken);
            var manifest = writer.Finish(schema, _time.GetUtcNow());
            BackupFaults.Guard(file, writer.Dispose);
            BackupFaults.Guard(file, () => File.Move(unfinished, file, overwrite));
            return BackupSummary.Of(manifest);
        }
        catch (IOException fault)
        {
            throw new RecordsException($"The backup cannot be written ({file}): {fault.Message}", fault);
        }
        finally
        {
            Discard(writer, unfinished);
        }
    }

    /// <summary>Puts a backup back: all of its rows or none. No gateway may run on the database meanwhile.</summary>
    /// <param name="file">The file.</param>
    /// <param name="overwrite">Whether what is there may go.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <exception cref="RecordsException">It cannot be: it is not whole, it is of a newer program, or something is there.</exception>
    public async Task<BackupSummary> RestoreAsync(string file, bool overwrite, CancellationToken cancellationToken = default)
    {
        if (!File.Exists(file))
        {
            throw new RecordsException($"There is no '{file}'.");
        }

        using var reader = await Task.Run(() => new BackupReader(file, Migration.All), cancellationToken);
        if (!overwrite && await _database.ReadAsync(FindRowsAsync, cancellationToken) is { } table)
        {
            throw new RecordsException($"The database is not empty: there are rows in {table}. Name another in storage.records, or say --force, and all that is there goes.");
        }

        await reader.WriteFolderAsync("files", _storage.Files, cancellationToken);
        await reader.WriteFolderAsync("spill", _storage.Spill, cancellationToken);
        await _database.WriteAsync(session => ReplaceAsync(session, reader), cancellationToken);
        return BackupSummary.Of(reader.Manifest);
    }

    private static void Discard(BackupWriter? writer, string unfinished)
    {
        try
        {
            writer?.Dispose();
            File.Delete(unfinished);
        }
        catch (IOException)
        {
            // A full disk has no room for its end either; what is left names itself unfinished.
        }
    }

    private static async Task<string?> FindRowsAsync(SqlSession session)
    {
        foreach (var table in RecordsTables.All)
        {
            // That row is made with the schema.
            var least = table == "revision" ? 1 : 0;
            if (await session.NumberAsync($"SELECT COUNT(*) FROM (SELECT 1 FROM {Sql.Raw(table)} LIMIT 2) AS found") > least)
            {
                return table;
            }
        }

        return null;
    }

    private static async Task<bool> ReplaceAsync(SqlSession session, BackupReader reader)
    {
        foreach (var table in RecordsTables.All.Reverse())
        {
            await session.ExecuteAsync($"DELETE FROM {Sql.Raw(table)}");
        }

        foreach (var table in RecordsTables.All)
        {
            await reader.InsertAsync(session, table);
        }

        foreach (var entry in reader.Manifest.Entries.Where(entry => entry.Rows is not null))
        {
            var table = Path.GetFileNameWithoutExtension(entry.Name);
            if (!RecordsTables.All.Contains(table) || await session.NumberAsync($"SELECT COUNT(*) FROM {Sql.Raw(table)}") != entry.Rows)
            {
                throw new RecordsException($"The backup has {entry.Rows} rows of '{table}', and not all of them could be put back. Nothing was changed.");
            }
        }

        return true;
    }
}

/// <summary>What is in a backup.</summary>
/// <param name="CreatedAt">When it was made.</param>
/// <param name="Version">The program that made it.</param>
/// <param name="Rows">How many rows.</param>
/// <param name="Files">How many files.</param>
public sealed record BackupSummary(DateTimeOffset CreatedAt, string Version, long Rows, int Files)
{
    internal static BackupSummary Of(BackupManifest manifest) => new(
        manifest.CreatedAt,
        manifest.Version,
        manifest.Entries.Sum(entry => entry.Rows ?? 0),
        manifest.Entries.Count(entry => entry.Rows is null));
}
