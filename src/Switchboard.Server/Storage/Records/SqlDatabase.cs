using System.Data.Common;
using Microsoft.Extensions.Logging;
using Switchboard.Gateway.Pipeline;
using Switchboard.Gateway.State;

namespace Switchboard.Server.Storage.Records;

/// <summary>
/// The database of the records, whichever it is: transactions with a retry where it helps, scripts that bring the schema
/// up to date at first need, and faults as <see cref="RecordsException"/>. Work runs on the thread pool and never on the
/// caller's thread.
/// </summary>
internal abstract class SqlDatabase : IAsyncDisposable
{
    /// <summary>How often a transaction is tried.</summary>
    private const int Attempts = 5;

    private static readonly TimeSpan s_firstPause = TimeSpan.FromMilliseconds(20);

    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _closing = new();
    private readonly TimeProvider _time;
    private readonly Migrator _migrator;
    private volatile bool _isPrepared;
    private Task _preparing = Task.CompletedTask;

    /// <param name="time">The clock.</param>
    /// <param name="logger">Told of what operators want to know.</param>
    /// <param name="isShared">True where another process may write to it: it is asked for changes then.</param>
    /// <param name="migrations">The scripts; those of the program where there are none.</param>
    protected SqlDatabase(TimeProvider time, ILogger logger, bool isShared, IReadOnlyList<Migration>? migrations)
    {
        _time = time;
        _migrator = new Migrator(migrations, time, logger);
        Changes = new RecordsChanges(isShared ? AskRevisionAsync : null, time, logger);
    }

    /// <summary>Tells of changes that carry a revision.</summary>
    public RecordsChanges Changes { get; }

    /// <summary>Asks whether there is a table of a name (<c>@p0</c>); gives how many.</summary>
    protected internal abstract Sql CountTables(string name);

    /// <summary>Keeps other nodes from migrating until the transaction ends; null where the transaction itself does.</summary>
    protected internal abstract Sql? LockForMigration { get; }

    /// <summary>True where it is known, without opening anything, that nothing was ever written.</summary>
    protected virtual bool IsUntouched => false;

    /// <summary>Reads what the gateway asks for by itself: a database that nobody has used is not opened for it.</summary>
    /// <param name="nothing">What is read where nothing was ever written.</param>
    /// <param name="work">What is read; it may run more than once.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <exception cref="RecordsException">It cannot be.</exception>
    public Task<T> ReadAsync<T>(T nothing, Func<SqlSession, Task<T>> work, CancellationToken cancellationToken) =>
        IsUntouched ? Task.FromResult(nothing) : ReadAsync(work, cancellationToken);

    /// <summary>Reads: everything that the work asks for is of one moment.</summary>
    /// <param name="work">What is read; it may run more than once.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <exception cref="RecordsException">It cannot be.</exception>
    public virtual Task<T> ReadAsync<T>(Func<SqlSession, Task<T>> work, CancellationToken cancellationToken) =>
        Task.Run(() => RunAsync(false, work, cancellationToken), cancellationToken);

    /// <summary>Writes: all of it or nothing. What administrators change goes through <see cref="ChangeAsync"/>.</summary>
    /// <inheritdoc cref="ReadAsync{T}(Func{SqlSession, Task{T}}, CancellationToken)"/>
    public Task<T> WriteAsync<T>(Func<SqlSession, Task<T>> work, CancellationToken cancellationToken) =>
        Task.Run(() => RunAsync(true, work, cancellationToken), cancellationToken);

    /// <summary>
    /// Writes what other nodes have to know of: the work gets the revision that the rows it writes carry. Such writes run
    /// one after the other, over all nodes, so what the work reads first holds until its end.
    /// </summary>
    /// <inheritdoc cref="ReadAsync{T}(Func{SqlSession, Task{T}}, CancellationToken)"/>
    public async Task<T> ChangeAsync<T>(Func<SqlSession, long, Task<T>> work, CancellationToken cancellationToken)
    {
        var (result, revision) = await WriteAsync(
            async session =>
            {
                var revision = await session.NumberAsync($"UPDATE revision SET value = value + 1 WHERE id = 1 RETURNING value");
                return (await work(session, revision), revision);
            },
            cancellationToken);
        Changes.Tell(revision);
        return result;
    }

    /// <summary>Looks how the schema stands, and whether it can be written, without bringing it up to date.</summary>
    /// <exception cref="RecordsException">It cannot be reached or written, or is not one of this program's.</exception>
    public Task<SchemaState> ExamineAsync(CancellationToken cancellationToken) => Task.Run(
        async () =>
        {
            try
            {
                var state = IsUntouched ? new SchemaState(true, null, [], []) : await TryAsync(false, session => _migrator.ExamineAsync(this, session), cancellationToken);
                if (state is { Last: not null })
                {
                    await TryAsync(true, session => session.ExecuteAsync($"UPDATE schema_migration SET name = name WHERE version = 1"), cancellationToken);
                }

                return state;
            }
            catch (Exception exception) when (Explain(exception) is { } fault)
            {
                throw new RecordsException(fault.Message, exception);
            }
        },
        cancellationToken);

    /// <summary>Goes on on the thread pool where an answer of the server had it go on on a thread that serves sockets.</summary>
    internal static async ValueTask LeaveSocketsAsync()
    {
        if (LongWork.IsForSockets)
        {
            await Task.Yield();
        }
    }

    /// <summary>Closes the connections.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_closing.IsCancellationRequested)
        {
            return;
        }

        await _closing.CancelAsync();
        await Changes.DisposeAsync();
        await _preparing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await CloseAsync();
        _closing.Dispose();
    }

    /// <summary>A connection of one's own for a while.</summary>
    protected abstract Task<DbConnection> RentAsync(bool writes, CancellationToken cancellationToken);

    /// <summary>Gives it back.</summary>
    protected abstract Task ReturnAsync(DbConnection connection, bool writes);

    /// <summary>Begins a transaction: one that others wait for, or one that sees one moment.</summary>
    protected abstract Task<DbTransaction> BeginAsync(DbConnection connection, bool writes, CancellationToken cancellationToken);

    /// <summary>What an exception means; null where it is none of the database's.</summary>
    protected abstract SqlFault? Explain(Exception exception);

    /// <summary>A script of the schema as this database takes it.</summary>
    protected internal virtual string ScriptOf(Migration migration) => migration.Script;

    /// <summary>Inserts many rows.</summary>
    protected internal abstract Task InsertAsync<T>(DbConnection connection, DbTransaction transaction, SqlInsert into, IEnumerable<T> rows, Action<SqlValues, T> fill, CancellationToken cancellationToken);

    /// <summary>Closes what is open.</summary>
    protected abstract Task CloseAsync();

    private Task<long> AskRevisionAsync(CancellationToken cancellationToken) =>
        ReadAsync(0, session => session.NumberAsync($"SELECT value FROM revision WHERE id = 1"), cancellationToken);

    private async Task<T> RunAsync<T>(bool writes, Func<SqlSession, Task<T>> work, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await PrepareAsync(cancellationToken);
                var result = await TryAsync(writes, work, cancellationToken);
                await LeaveSocketsAsync();
                return result;
            }
            catch (Exception exception) when (Explain(exception) is { } fault)
            {
                if (attempt == Attempts || fault.Kind is SqlFaultKind.Away or SqlFaultKind.Wrong)
                {
                    throw fault.Kind == SqlFaultKind.Wrong ? new RecordsException(fault.Message, exception) : new RecordsUnavailableException(fault.Message, exception);
                }
            }

            // Two that were in each other's way do not come back at the same time.
            await Task.Delay(s_firstPause * (attempt * (1 + Random.Shared.NextDouble())), _time, cancellationToken);
        }
    }

    // Together: where a server does not answer nobody waits behind another, and no caller who leaves ends it for the others.
    private Task PrepareAsync(CancellationToken cancellationToken)
    {
        if (_isPrepared)
        {
            return Task.CompletedTask;
        }

        lock (_gate)
        {
            if (_preparing.IsCompleted && !_isPrepared)
            {
                _preparing = Task.Run(MigrateAsync, CancellationToken.None);
            }

            return _preparing.WaitAsync(cancellationToken);
        }
    }

    private async Task MigrateAsync()
    {
        // Nobody waits for others who write where there is nothing to do.
        var state = await TryAsync(false, session => _migrator.ExamineAsync(this, session), _closing.Token);
        if (state.Missing.Count > 0)
        {
            await TryAsync(true, session => _migrator.RunAsync(this, session), _closing.Token);
        }

        _migrator.TellNewer(state);
        _isPrepared = true;
    }

    private async Task<T> TryAsync<T>(bool writes, Func<SqlSession, Task<T>> work, CancellationToken cancellationToken)
    {
        var connection = await RentAsync(writes, cancellationToken);
        try
        {
            await using var transaction = await BeginAsync(connection, writes, cancellationToken);
            var result = await work(new SqlSession(this, connection, transaction, cancellationToken));
            await CommitAsync(transaction, writes);
            return result;
        }
        finally
        {
            await ReturnAsync(connection, writes);
        }
    }

    // Not to be cancelled half way: the caller would not know what holds.
    private async Task CommitAsync(DbTransaction transaction, bool writes)
    {
        try
        {
            await transaction.CommitAsync(CancellationToken.None);
        }
        catch (Exception exception) when (writes && Explain(exception) is { Kind: SqlFaultKind.Broken or SqlFaultKind.Away } fault)
        {
            throw new RecordsUnavailableException($"{fault.Message} Whether the last change was written is not known.", exception);
        }
    }
}
