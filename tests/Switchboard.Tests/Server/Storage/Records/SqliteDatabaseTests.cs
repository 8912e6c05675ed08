using Microsoft.Extensions.Logging.Abstractions;
using Switchboard.Gateway.State;
using Switchboard.Server.Storage.Records;

namespace Switchboard.Tests.Server.Storage.Records;

public sealed class SqliteDatabaseTests : SqlDatabaseTests
{
    private static CancellationToken Ends => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_file_comes_with_the_first_write_and_is_its_owners_alone()
    {
        await using var test = TestDatabase.OnSqlite();
        var database = test.Open();

        Assert.Equal(0, await database.ReadAsync(session => session.NumberAsync($"SELECT value FROM revision"), Ends));
        Assert.Empty(Directory.GetFiles(Path.GetDirectoryName(test.Address)!));

        Assert.Equal(1, await database.ChangeAsync((_, revision) => Task.FromResult(revision), Ends));
        Assert.Equal(1, await database.ReadAsync(session => session.NumberAsync($"SELECT value FROM revision"), Ends));
        if (!OperatingSystem.IsWindows())
        {
            // With its log and its index beside it.
            var modes = Directory.GetFiles(Path.GetDirectoryName(test.Address)!).Select(file => new FileInfo(file).UnixFileMode).ToArray();
            Assert.Equal(3, modes.Length);
            Assert.All(modes, mode => Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, mode));
        }
    }

    [Fact]
    public async Task A_reader_sees_the_file_that_another_process_makes()
    {
        await using var test = TestDatabase.OnSqlite();
        var reader = test.Open();
        Assert.Equal(0, await reader.ReadAsync(session => session.NumberAsync($"SELECT value FROM revision"), Ends));

        await test.Open().ChangeAsync((_, revision) => Task.FromResult(revision), Ends);

        Assert.Equal(1, await reader.ReadAsync(session => session.NumberAsync($"SELECT value FROM revision"), Ends));
    }

    [Fact]
    public async Task What_the_gateway_asks_for_by_itself_opens_nothing_before_something_was_written()
    {
        await using var test = TestDatabase.OnSqlite();
        await using var memory = new SqliteDatabase(null, TimeProvider.System, NullLogger.Instance);
        foreach (var database in new[] { test.Open(), memory })
        {
            Assert.Equal(-1, await database.ReadAsync(-1L, session => session.NumberAsync($"SELECT value FROM revision"), Ends));

            await (database == memory ? memory : test.Open()).ChangeAsync((_, revision) => Task.FromResult(revision), Ends);

            Assert.Equal(1, await database.ReadAsync(-1L, session => session.NumberAsync($"SELECT value FROM revision"), Ends));
        }
    }

    [Fact]
    public async Task It_writes_ahead_keeps_foreign_keys_and_knows_RETURNING()
    {
        await using var test = TestDatabase.OnSqlite();
        var database = test.Open();

        await database.WriteAsync(session => session.NumberAsync($"SELECT 1"), Ends);

        Assert.Equal("wal", (await database.ReadAsync(session => session.QueryAsync($"PRAGMA journal_mode", row => row.Text(0)), Ends))[0]);
        Assert.Equal(1, await database.ReadAsync(session => session.NumberAsync($"PRAGMA foreign_keys"), Ends));
        Assert.Equal(5_000, await database.ReadAsync(session => session.NumberAsync($"PRAGMA busy_timeout"), Ends));
        var version = (await database.ReadAsync(session => session.QueryAsync($"SELECT sqlite_version()", row => row.Text(0)), Ends))[0];
        Assert.True(Version.Parse(version) >= new Version(3, 35), version);
    }

    [Fact]
    public async Task A_file_that_is_no_database_is_named()
    {
        await using var test = TestDatabase.OnSqlite();
        await File.WriteAllTextAsync(test.Address, string.Concat(Enumerable.Repeat("this is a letter ", 100)), Ends);

        var fault = await Assert.ThrowsAsync<RecordsException>(() => test.Open().ReadAsync(session => session.NumberAsync($"SELECT 1"), Ends));

        Assert.Equal($"The database {test.Address} is no SQLite database. Name another file in storage.records.", fault.Message);
    }

    [Fact]
    public async Task A_folder_that_is_not_there_is_told_and_may_come_later()
    {
        var root = Directory.CreateTempSubdirectory("switchboard-records-");
        var folder = Path.Combine(root.FullName, "later");
        await using (var database = new SqliteDatabase(Path.Combine(folder, "a.db"), TimeProvider.System, NullLogger.Instance))
        {
            var fault = await Assert.ThrowsAsync<RecordsUnavailableException>(() => database.ChangeAsync((_, revision) => Task.FromResult(revision), Ends));
            Assert.Contains("Its folder must be there, and this program must be allowed to write to it.", fault.Message, StringComparison.Ordinal);

            Directory.CreateDirectory(folder);
            Assert.Equal(1, await database.ChangeAsync((_, revision) => Task.FromResult(revision), Ends));
        }

        root.Delete(recursive: true);
    }

    [Fact]
    public async Task In_memory_reading_and_writing_is_of_one_database()
    {
        await using var database = new SqliteDatabase(null, TimeProvider.System, NullLogger.Instance);

        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => database.ChangeAsync((_, revision) => Task.FromResult(revision), Ends)));

        Assert.Equal(20, await database.ReadAsync(session => session.NumberAsync($"SELECT value FROM revision"), Ends));
        Assert.Equal(20, await database.Changes.WaitBeyondAsync(19, Ends));
    }

    [Fact]
    public async Task Readers_do_not_wait_for_a_writer()
    {
        await using var test = TestDatabase.OnSqlite();
        var database = test.Open();
        await database.ChangeAsync((_, revision) => Task.FromResult(revision), Ends);

        await database.ChangeAsync(
            async (_, revision) =>
            {
                Assert.Equal(1, await database.ReadAsync(session => session.NumberAsync($"SELECT value FROM revision"), Ends));
                return revision;
            },
            Ends);
    }

    [Fact]
    public async Task After_it_is_closed_it_says_so()
    {
        await using var test = TestDatabase.OnSqlite();
        var database = test.Open();
        await database.ChangeAsync((_, revision) => Task.FromResult(revision), Ends);
        await database.DisposeAsync();

        await Assert.ThrowsAsync<ObjectDisposedException>(() => database.ReadAsync(session => session.NumberAsync($"SELECT 1"), Ends));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => database.Changes.WaitBeyondAsync(1, Ends));
    }

    private protected override Task<TestDatabase> CreateAsync() => Task.FromResult(TestDatabase.OnSqlite());
}
