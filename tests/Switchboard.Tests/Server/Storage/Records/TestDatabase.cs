using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Switchboard.Gateway.Configuration;
using Switchboard.Server.Storage.Records;

namespace Switchboard.Tests.Server.Storage.Records;

/// <summary>An empty database of a test, which any number of nodes open.</summary>
internal sealed class TestDatabase : IAsyncDisposable
{
    private readonly List<SqlDatabase> _opened = [];
    private readonly Func<TimeProvider, ILogger, IReadOnlyList<Migration>?, SqlDatabase> _open;
    private readonly Func<CancellationToken, Task<string>> _dump;
    private readonly string? _folder;

    private TestDatabase(string address, Func<TimeProvider, ILogger, IReadOnlyList<Migration>?, SqlDatabase> open, Func<CancellationToken, Task<string>> dump, string? folder)
    {
        Address = address;
        _open = open;
        _dump = dump;
        _folder = folder;
    }

    /// <summary>What stands in <c>storage.records</c>.</summary>
    public string Address { get; }

    public static TestDatabase OnSqlite()
    {
        var folder = Directory.CreateTempSubdirectory("switchboard-records-").FullName;
        var file = Path.Combine(folder, "switchboard.db");
        return new TestDatabase(
            file,
            (time, logger, migrations) => new SqliteDatabase(file, time, logger, migrations),
            async cancellationToken => string.Concat(await Task.WhenAll(Directory.GetFiles(folder).Select(one => File.ReadAllTextAsync(one, System.Text.Encoding.Latin1, cancellationToken)))),
            folder);
    }

    public static async Task<TestDatabase> OnPostgresAsync(SharedPostgres shared)
    {
        var server = shared.Server;
        var url = await server.CreateDatabaseAsync(TestContext.Current.CancellationToken);
        return new TestDatabase(
            url,
            (time, logger, migrations) => new PostgresDatabase(PostgresUrl.Parse(url), time, logger, migrations),
            cancellationToken => server.DumpAsync(url, cancellationToken),
            null);
    }

    /// <summary>A node of its own on the database.</summary>
    public SqlDatabase Open(IReadOnlyList<Migration>? migrations = null, TimeProvider? time = null, ILogger? logger = null)
    {
        var database = _open(time ?? TimeProvider.System, logger ?? NullLogger.Instance, migrations);
        _opened.Add(database);
        return database;
    }

    /// <summary>All bytes that are kept, as text.</summary>
    public Task<string> DumpAsync() => _dump(TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        foreach (var database in _opened)
        {
            await database.DisposeAsync();
        }

        if (_folder is not null)
        {
            Directory.Delete(_folder, recursive: true);
        }
    }
}
