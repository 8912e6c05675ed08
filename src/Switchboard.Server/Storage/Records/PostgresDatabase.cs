using System.Data;
using System.Data.Common;
using Microsoft.Extensions.Logging;
using Npgsql;
using Switchboard.Gateway.Configuration;

namespace Switchboard.Server.Storage.Records;

/// <summary>PostgreSQL: a pool of connections that are made anew after the server was away.</summary>
internal sealed class PostgresDatabase : SqlDatabase
{
    /// <summary>Any number, so long as nobody else locks it in the same database.</summary>
    private const long MigrationLock = 0x53_77_69_74_63_68_62;

    private readonly NpgsqlDataSource _source;
    private readonly string _name;

    /// <param name="url">The server and the database.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Told of what operators want to know.</param>
    /// <param name="migrations">The scripts; those of the program where there are none.</param>
    public PostgresDatabase(PostgresUrl url, TimeProvider time, ILogger logger, IReadOnlyList<Migration>? migrations = null)
        : base(time, logger, isShared: true, migrations)
    {
        var builder = new NpgsqlSlimDataSourceBuilder(PostgresConnection.StringOf(url));
        builder.EnableTransportSecurity();
        builder.EnableArrays();
        _source = builder.Build();
        _name = $"PostgreSQL at {url.Host}";
    }

    /// <inheritdoc/>
    protected internal override Sql? LockForMigration => $"SELECT pg_advisory_xact_lock({MigrationLock})";

    /// <inheritdoc/>
    protected internal override Sql CountTables(string name) =>
        $"SELECT COUNT(*) FROM information_schema.tables WHERE table_schema = current_schema() AND table_name = {name}";

    /// <inheritdoc/>
    protected override async Task<DbConnection> RentAsync(bool writes, CancellationToken cancellationToken) =>
        await _source.OpenConnectionAsync(cancellationToken);

    /// <inheritdoc/>
    protected override async Task ReturnAsync(DbConnection connection, bool writes)
    {
        // One that broke is seldom alone: those that idle go with it, and the next attempt does not meet another.
        if (!connection.State.HasFlag(ConnectionState.Open))
        {
            _source.Clear();
        }

        await connection.DisposeAsync();
    }

    /// <inheritdoc/>
    protected override async Task<DbTransaction> BeginAsync(DbConnection connection, bool writes, CancellationToken cancellationToken) =>
        await connection.BeginTransactionAsync(writes ? IsolationLevel.ReadCommitted : IsolationLevel.RepeatableRead, cancellationToken);

    /// <inheritdoc/>
    protected internal override Task InsertAsync<T>(DbConnection connection, DbTransaction transaction, SqlInsert into, IEnumerable<T> rows, Action<SqlValues, T> fill, CancellationToken cancellationToken) =>
        into.Conflict is null
            ? PostgresInsert.CopyAsync((NpgsqlConnection)connection, into, rows, fill, cancellationToken)
            : PostgresInsert.MergeAsync((NpgsqlConnection)connection, (NpgsqlTransaction)transaction, into, rows, fill, cancellationToken);

    /// <inheritdoc/>
    protected override SqlFault? Explain(Exception exception) => PostgresFaults.Explain(exception, _name);

    /// <inheritdoc/>
    protected override async Task CloseAsync() => await _source.DisposeAsync();
}
