using System.Data.Common;

namespace Switchboard.Server.Storage.Records;

/// <summary>One transaction, and what can be asked in it. Statements run one after the other; the token is that of the whole.</summary>
internal sealed class SqlSession(SqlDatabase database, DbConnection connection, DbTransaction transaction, CancellationToken cancellationToken)
{
    /// <summary>Ends the work.</summary>
    public CancellationToken CancellationToken => cancellationToken;

    /// <summary>Runs a statement.</summary>
    /// <returns>How many rows it wrote.</returns>
    public async Task<int> ExecuteAsync(Sql statement)
    {
        await using var command = Command(statement);
        return await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>All rows of a statement.</summary>
    public async Task<List<T>> QueryAsync<T>(Sql statement, Func<SqlRow, T> map)
    {
        await using var command = Command(statement);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var rows = new List<T>();
        while (await reader.ReadAsync(cancellationToken))
        {
            await SqlDatabase.LeaveSocketsAsync();
            rows.Add(map(new SqlRow(reader)));
        }

        return rows;
    }

    /// <summary>The first row of a statement, or null.</summary>
    public async Task<T?> FindAsync<T>(Sql statement, Func<SqlRow, T> map)
        where T : class
    {
        await using var command = Command(statement);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken) ? map(new SqlRow(reader)) : null;
    }

    /// <summary>Walks over all rows of a statement, however many there are.</summary>
    public async Task ForEachAsync(Sql statement, Action<DbDataReader> visit)
    {
        await using var command = Command(statement);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            await SqlDatabase.LeaveSocketsAsync();
            visit(reader);
        }
    }

    /// <summary>The one number that a statement gives; 0 where it gives none.</summary>
    public async Task<long> NumberAsync(Sql statement)
    {
        await using var command = Command(statement);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken) ? new SqlRow(reader).OptionalNumber(0) ?? 0 : 0;
    }

    /// <summary>Inserts many rows, as fast as the database can.</summary>
    /// <param name="into">Where to.</param>
    /// <param name="rows">The rows.</param>
    /// <param name="fill">Puts the values of a row in, one a column.</param>
    public Task InsertAsync<T>(SqlInsert into, IEnumerable<T> rows, Action<SqlValues, T> fill) =>
        database.InsertAsync(connection, transaction, into, rows, fill, cancellationToken);

    /// <summary>Runs a script of statements without parameters.</summary>
    internal async Task RunScriptAsync(string script)
    {
        await using var command = Command(Sql.Raw(script).Sql);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private DbCommand Command(Sql statement)
    {
        var command = connection.CreateCommand();
        command.Transaction = transaction;
        statement.Fill(command);
        return command;
    }
}
