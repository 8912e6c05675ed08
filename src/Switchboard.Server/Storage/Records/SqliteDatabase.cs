using System.Collections.Concurrent;
using System.Data.Common;
using System.Globalization;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using SQLitePCL;

namespace Switchboard.Server.Storage.Records;

/// <summary>
/// SQLite: a file beside the program, or the memory of the process. The file comes into being with the first write;
/// until then there is nothing to read. One writes at a time and several read beside it. The driver has no asynchronous
/// calls: a statement takes the thread it runs on, which is one of the pool's.
/// </summary>
internal sealed class SqliteDatabase : SqlDatabase
{
    /// <summary>How many read at once.</summary>
    private const int Readers = 8;

    /// <summary>How long one waits for another process that writes, in seconds.</summary>
    private const int BusySeconds = 5;

    // The library is loaded with the first connection: who keeps nothing does without.
    private static readonly Lazy<bool> s_library = new(() =>
    {
        Batteries_V2.Init();
        return true;
    });

    private readonly string? _file;
    private readonly SemaphoreSlim _writing = new(1);
    private readonly SemaphoreSlim _reading = new(Readers);
    private readonly ConcurrentBag<SqliteConnection> _readers = [];
    private readonly Lazy<SqliteDatabase> _nothing;
    private SqliteConnection? _writer;
    private volatile bool _isThere;
    private volatile bool _isClosed;

    /// <param name="file">The file; null for memory.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Told of what operators want to know.</param>
    /// <param name="migrations">The scripts; those of the program where there are none.</param>
    public SqliteDatabase(string? file, TimeProvider time, ILogger logger, IReadOnlyList<Migration>? migrations = null)
        : base(time, logger, isShared: file is not null, migrations)
    {
        _file = file;
        _nothing = new Lazy<SqliteDatabase>(() => new SqliteDatabase(null, time, NullLogger.Instance, migrations));
    }

    /// <inheritdoc/>
    protected internal override Sql? LockForMigration => null;

    /// <inheritdoc/>
    protected override bool IsUntouched => _file is null ? Volatile.Read(ref _writer) is null : !IsThere;

    private string Name => _file is null ? "The database in memory" : $"The database {_file}";

    /// <inheritdoc/>
    public override Task<T> ReadAsync<T>(Func<SqlSession, Task<T>> work, CancellationToken cancellationToken) =>
        IsThere ? base.ReadAsync(work, cancellationToken) : _nothing.Value.ReadAsync(work, cancellationToken);

    private bool IsThere => _file is null || _isThere || (_isThere = File.Exists(_file));

    /// <inheritdoc/>
    protected internal override Sql CountTables(string name) => $"SELECT COUNT(*) FROM sqlite_master WHERE type = 'table' AND name = {name}";

    /// <inheritdoc/>
    protected internal override string ScriptOf(Migration migration) => migration.Script.Replace("/* WITHOUT ROWID */", "WITHOUT ROWID", StringComparison.Ordinal);

    /// <inheritdoc/>
    protected override async Task<DbConnection> RentAsync(bool writes, CancellationToken cancellationToken)
    {
        // In memory each connection would be a database of its own.
        var gate = writes || _file is null ? _writing : _reading;
        await gate.WaitAsync(cancellationToken);
        try
        {
            ObjectDisposedException.ThrowIf(_isClosed, this);
            if (gate == _writing)
            {
                return _writer ??= Open();
            }

            return _readers.TryTake(out var reader) ? reader : Open();
        }
        catch
        {
            gate.Release();
            throw;
        }
    }

    /// <inheritdoc/>
    protected override Task ReturnAsync(DbConnection connection, bool writes)
    {
        if (connection == _writer)
        {
            _writing.Release();
        }
        else
        {
            _readers.Add((SqliteConnection)connection);
            _reading.Release();
        }

        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    protected override Task<DbTransaction> BeginAsync(DbConnection connection, bool writes, CancellationToken cancellationToken) =>
        Task.FromResult<DbTransaction>(((SqliteConnection)connection).BeginTransaction(deferred: !writes));

    /// <inheritdoc/>
    protected internal override Task InsertAsync<T>(DbConnection connection, DbTransaction transaction, SqlInsert into, IEnumerable<T> rows, Action<SqlValues, T> fill, CancellationToken cancellationToken)
    {
        var values = new SqlValues(into.Columns.Count);
        using var insert = new SqliteInsert(((SqliteConnection)connection).Handle!, into);
        foreach (var row in rows)
        {
            cancellationToken.ThrowIfCancellationRequested();
            fill(values.Clear(), row);
            insert.Insert(values.All);
        }

        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    protected override SqlFault? Explain(Exception exception) => exception switch
    {
        SqliteException fault => SqliteFaults.Explain(fault, Name),
        IOException or UnauthorizedAccessException => new SqlFault(SqlFaultKind.Away, $"{Name} cannot be opened: {exception.Message} Its folder must be there, and this program must be allowed to write to it."),
        _ => null,
    };

    /// <inheritdoc/>
    protected override async Task CloseAsync()
    {
        _isClosed = true;
        await _writing.WaitAsync();
        _writer?.Dispose();
        for (var i = 0; i < Readers; i++)
        {
            await _reading.WaitAsync();
        }

        while (_readers.TryTake(out var reader))
        {
            reader.Dispose();
        }

        if (_nothing.IsValueCreated)
        {
            await _nothing.Value.DisposeAsync();
        }

        // Whoever still comes is told that it is closed.
        _writing.Release();
        _reading.Release(Readers);
    }

    private SqliteConnection Open()
    {
        if (_file is not null && !_isThere)
        {
            Create(_file);
            _isThere = true;
        }

        _ = s_library.Value;
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = _file ?? ":memory:",
            DefaultTimeout = BusySeconds,
            ForeignKeys = true,
            Pooling = false,
        }.ConnectionString);
        try
        {
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = string.Create(CultureInfo.InvariantCulture, $"PRAGMA busy_timeout = {BusySeconds * 1000}; PRAGMA journal_mode = WAL;");
            command.ExecuteNonQuery();
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    // Before the driver does: the files that it puts beside this one get the same rights.
    private static void Create(string file)
    {
        var options = new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, Share = FileShare.ReadWrite };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        new FileStream(file, options).Dispose();
    }
}
