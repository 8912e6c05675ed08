using System.Data;
using System.Data.Common;
using Microsoft.Extensions.Logging;
using Npgsql;
using NpgsqlTypes;
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
    protected internal override async Task InsertAsync(
        DbConnection connection,
        DbTransaction transaction,
        string table,
        IReadOnlyList<string> columns,
        IEnumerable<IReadOnlyList<object?>> rows,
        CancellationToken cancellationToken)
    {
        await using var import = await ((NpgsqlConnection)connection).BeginBinaryImportAsync($"COPY {table} ({string.Join(", ", columns)}) FROM STDIN (FORMAT BINARY)", cancellationToken);
        foreach (var row in rows)
        {
            await import.StartRowAsync(cancellationToken);
            foreach (var value in row)
            {
                await WriteAsync(import, Sql.Normalize(value), cancellationToken);
            }
        }

        await import.CompleteAsync(cancellationToken);
    }

    /// <inheritdoc/>
    protected override SqlFault? Explain(Exception exception) => PostgresFaults.Explain(exception, _name);

    /// <inheritdoc/>
    protected override async Task CloseAsync() => await _source.DisposeAsync();

    private static Task WriteAsync(NpgsqlBinaryImporter import, object value, CancellationToken cancellationToken) => value switch
    {
        string text => import.WriteAsync(text, NpgsqlDbType.Text, cancellationToken),
        long number => import.WriteAsync(number, NpgsqlDbType.Bigint, cancellationToken),
        byte[] bytes => import.WriteAsync(bytes, NpgsqlDbType.Bytea, cancellationToken),
        DBNull => import.WriteNullAsync(cancellationToken),
        _ => throw new ArgumentException($"A {value.GetType().Name} is none of the types of columns.", nameof(value)),
    };
}
