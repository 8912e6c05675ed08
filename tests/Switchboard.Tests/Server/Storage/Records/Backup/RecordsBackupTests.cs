using System.IO.Compression;
using System.Text;
using Switchboard.Gateway.Configuration;
using Switchboard.Gateway.State;
using Switchboard.Server.Storage.Records;
using Switchboard.Server.Storage.Records.Backup;

namespace Switchboard.Tests.Server.Storage.Records.Backup;

/// <summary>A backup of either kind of database, put back into either.</summary>
public abstract class RecordsBackupTests : IAsyncLifetime
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("switchboard-backup-");
    private TestDatabase _from = null!;
    private TestDatabase _to = null!;

    private static CancellationToken Ends => TestContext.Current.CancellationToken;

    private string File => Path.Combine(_folder.FullName, "one.backup");

    public async ValueTask InitializeAsync()
    {
        _from = await CreateAsync();
        _to = await CreateTargetAsync();
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        foreach (var database in new[] { _from, _to }.Where(database => database is not null))
        {
            await database.DisposeAsync();
        }

        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task All_that_is_kept_comes_back()
    {
        await FillAsync(_from.Open());
        Put("from-files", "file-1", [0, 1, 0xFF]);
        Put("from-files", ".hidden", [1]);
        Put("from-files", "file-2.part", [1]);
        Put("from-spill", "0001.ledger", "a batch"u8.ToArray());

        var written = await Backup(_from, "from").WriteAsync(File, overwrite: false, Ends);
        var restored = await Backup(_to, "to").RestoreAsync(File, overwrite: false, Ends);
        await Backup(_to, "to").WriteAsync(File + "2", overwrite: false, Ends);

        Assert.Equal(written, restored);
        Assert.Equal((7, 2), (written.Rows, written.Files));
        Assert.Equal(Tables(File), Tables(File + "2"));
        Assert.Equal([0, 1, 0xFF], await System.IO.File.ReadAllBytesAsync(Path.Combine(_folder.FullName, "to-files", "file-1"), Ends));
        Assert.Equal("a batch", await System.IO.File.ReadAllTextAsync(Path.Combine(_folder.FullName, "to-spill", "0001.ledger"), Ends));
        Assert.Equal(["file-1"], Directory.GetFiles(Path.Combine(_folder.FullName, "to-files")).Select(Path.GetFileName));

        // The gateway goes on with it.
        Assert.Equal(42, await _to.Open().ChangeAsync((_, revision) => Task.FromResult(revision), Ends));
    }

    [Fact]
    public async Task What_is_there_stays_unless_it_may_go()
    {
        await Backup(_from, "from").WriteAsync(File, overwrite: false, Ends);
        await FillAsync(_to.Open());

        var taken = await Assert.ThrowsAsync<RecordsException>(() => Backup(_from, "from").WriteAsync(File, overwrite: false, Ends));
        var full = await Assert.ThrowsAsync<RecordsException>(() => Backup(_to, "to").RestoreAsync(File, overwrite: false, Ends));
        var before = await CountAsync(_to.Open(), "access_team");
        await Backup(_to, "to").RestoreAsync(File, overwrite: true, Ends);

        Assert.Contains("is there already", taken.Message, StringComparison.Ordinal);
        Assert.Contains("The database is not empty: there are rows in access_team.", full.Message, StringComparison.Ordinal);
        Assert.Equal((1, 0), (before, await CountAsync(_to.Open(), "access_team")));
    }

    [Fact]
    public async Task One_that_is_cut_changed_or_of_a_newer_program_is_refused_and_nothing_changes()
    {
        await FillAsync(_from.Open());
        await Backup(_from, "from").WriteAsync(File, overwrite: false, Ends);
        await FillAsync(_to.Open());
        var whole = await System.IO.File.ReadAllBytesAsync(File, Ends);

        await System.IO.File.WriteAllBytesAsync(File, whole[..^100], Ends);
        Assert.Contains("is no backup, or not a whole one", await RefusedAsync(), StringComparison.Ordinal);

        await System.IO.File.WriteAllBytesAsync(File, whole, Ends);
        Edit("tables/access_team.jsonl", text => text.Replace("ours", "othr", StringComparison.Ordinal));
        Assert.Contains("is damaged: 'tables/access_team.jsonl'", await RefusedAsync(), StringComparison.Ordinal);

        await System.IO.File.WriteAllBytesAsync(File, whole, Ends);
        Edit(BackupManifest.Name, text => text.Replace("0006-batches", "0099-later", StringComparison.Ordinal));
        Assert.Contains("written by a newer version of this program", await RefusedAsync(), StringComparison.Ordinal);
        Assert.Equal(1, await CountAsync(_to.Open(), "access_team"));
    }

    [Fact]
    public async Task Rows_that_come_meanwhile_are_in_it_or_not_but_never_half()
    {
        var database = _from.Open();
        await FillAsync(database);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Ends);
        var writing = WriteOnAsync(database, stop.Token);

        await Backup(_from, "from").WriteAsync(File, overwrite: false, Ends);
        await stop.CancelAsync();
        await writing;
        await Backup(_to, "to").RestoreAsync(File, overwrite: false, Ends);

        Assert.Equal(await CountAsync(_to.Open(), "ledger_spent"), await CountAsync(_to.Open(), "ledger_batch"));
    }

    private protected abstract Task<TestDatabase> CreateAsync();

    private protected abstract Task<TestDatabase> CreateTargetAsync();

    private static async Task FillAsync(SqlDatabase database) => await database.WriteAsync(
        async session =>
        {
            await session.ExecuteAsync($"UPDATE revision SET value = {41}");
            await session.ExecuteAsync($"INSERT INTO access_team (id, name, disabled, expires_at, policy, created_at, updated_at, revision) VALUES ({"team_1"}, {"ours \"ü\"\n\u2028"}, {false}, {(long?)null}, {"{}"}, {1}, {long.MaxValue}, {1})");
            await session.ExecuteAsync($"INSERT INTO access_project (id, name, disabled, policy, created_at, updated_at, revision, team_id) VALUES ({"proj_1"}, {""}, {true}, {"{}"}, {1}, {2}, {2}, {"team_1"})");
            await session.ExecuteAsync($"INSERT INTO conversation (tenant, id, metadata, turns, next_position, tokens, cost, created_at, updated_at) VALUES ({"t"}, {"c"}, {new byte[] { 0, 0xFF, 1 }}, {1}, {2}, {3}, {long.MinValue}, {5}, {6})");
            await session.ExecuteAsync($"INSERT INTO conversation_item (tenant, conversation_id, position, turn, id, json, created_at) VALUES ({"t"}, {"c"}, {0}, {0}, {"i"}, {Array.Empty<byte>()}, {1})");
            await session.ExecuteAsync($"INSERT INTO ledger_batch (id, at) VALUES ({"b"}, {1})");
            await session.ExecuteAsync($"INSERT INTO ledger_spent (scope, day, cost) VALUES ({"s"}, {1}, {2})");
            return true;
        },
        Ends);

    // Two tables, always alike.
    private static async Task WriteOnAsync(SqlDatabase database, CancellationToken stop)
    {
        for (var i = 0; !stop.IsCancellationRequested; i++)
        {
            var id = $"more_{i}";
            await database.WriteAsync(
                async session =>
                {
                    await session.ExecuteAsync($"INSERT INTO ledger_batch (id, at) VALUES ({id}, {1})");
                    await session.ExecuteAsync($"INSERT INTO ledger_spent (scope, day, cost) VALUES ({id}, {1}, {2})");
                    return true;
                },
                Ends);
        }
    }

    private static Task<long> CountAsync(SqlDatabase database, string table) => database.ReadAsync(session => session.NumberAsync($"SELECT COUNT(*) FROM {Sql.Raw(table)}"), Ends);

    private static Dictionary<string, string> Tables(string file)
    {
        using var archive = ZipFile.OpenRead(file);
        return archive.Entries.Where(entry => entry.FullName.StartsWith("tables/", StringComparison.Ordinal)).ToDictionary(entry => entry.FullName, entry =>
        {
            using var reader = new StreamReader(entry.Open());
            return reader.ReadToEnd();
        });
    }

    private RecordsBackup Backup(TestDatabase database, string name) => new(
        database.Open(),
        new StorageSettings { Files = Path.Combine(_folder.FullName, $"{name}-files"), Spill = Path.Combine(_folder.FullName, $"{name}-spill") },
        TimeProvider.System);

    private void Put(string folder, string name, byte[] content) =>
        System.IO.File.WriteAllBytes(Path.Combine(_folder.CreateSubdirectory(folder).FullName, name), content);

    private async Task<string> RefusedAsync() =>
        (await Assert.ThrowsAsync<RecordsException>(() => Backup(_to, "to").RestoreAsync(File, overwrite: true, Ends))).Message;

    private void Edit(string name, Func<string, string> change)
    {
        using var archive = ZipFile.Open(File, ZipArchiveMode.Update);
        var entry = archive.GetEntry(name)!;
        string text;
        using (var reader = new StreamReader(entry.Open()))
        {
            text = change(reader.ReadToEnd());
        }

        entry.Delete();
        using var writer = new StreamWriter(archive.CreateEntry(name).Open(), new UTF8Encoding(false));
        writer.Write(text);
    }
}

/// <summary>SQLite to SQLite.</summary>
public sealed class SqliteBackupTests : RecordsBackupTests
{
    [Fact]
    public void Every_table_of_the_schema_is_in_a_backup()
    {
        var made = Migration.All.SelectMany(migration => System.Text.RegularExpressions.Regex.Matches(migration.Script, @"CREATE TABLE (\w+)").Select(match => match.Groups[1].Value));

        Assert.Equal(made.Order(), RecordsTables.All.Order());
    }

    private protected override Task<TestDatabase> CreateAsync() => Task.FromResult(TestDatabase.OnSqlite());

    private protected override Task<TestDatabase> CreateTargetAsync() => Task.FromResult(TestDatabase.OnSqlite());
}

/// <summary>PostgreSQL to PostgreSQL.</summary>
[Collection<OnPostgres>]
public sealed class PostgresBackupTests(SharedPostgres shared) : RecordsBackupTests
{
    private protected override Task<TestDatabase> CreateAsync() => TestDatabase.OnPostgresAsync(shared);

    private protected override Task<TestDatabase> CreateTargetAsync() => TestDatabase.OnPostgresAsync(shared);
}

/// <summary>From a file to a server, as one does who grows.</summary>
[Collection<OnPostgres>]
public sealed class SqliteToPostgresBackupTests(SharedPostgres shared) : RecordsBackupTests
{
    private protected override Task<TestDatabase> CreateAsync() => Task.FromResult(TestDatabase.OnSqlite());

    private protected override Task<TestDatabase> CreateTargetAsync() => TestDatabase.OnPostgresAsync(shared);
}
