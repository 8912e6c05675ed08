using Npgsql;
using NpgsqlTypes;

namespace Switchboard.Server.Storage.Records;

/// <summary>Inserts many rows in one round trip: copied in where they are new, and else from an array a column.</summary>
internal static class PostgresInsert
{
    /// <summary>Copies rows in.</summary>
    public static async Task CopyAsync<T>(NpgsqlConnection connection, SqlInsert into, IEnumerable<T> rows, Action<SqlValues, T> fill, CancellationToken cancellationToken)
    {
        var values = new SqlValues(into.Columns.Count);
        await using var import = await connection.BeginBinaryImportAsync($"COPY {into.Table} ({string.Join(", ", into.Columns)}) FROM STDIN (FORMAT BINARY)", cancellationToken);
        foreach (var row in rows)
        {
            fill(values.Clear(), row);
            await import.StartRowAsync(cancellationToken);
            for (var i = 0; i < into.Columns.Count; i++)
            {
                await WriteAsync(import, values.All[i], cancellationToken);
            }
        }

        await import.CompleteAsync(cancellationToken);
    }

    /// <summary>Inserts rows, or changes those that are there.</summary>
    public static async Task MergeAsync<T>(NpgsqlConnection connection, NpgsqlTransaction transaction, SqlInsert into, IEnumerable<T> rows, Action<SqlValues, T> fill, CancellationToken cancellationToken)
    {
        var values = new SqlValues(into.Columns.Count);
        var columns = new List<SqlValue>[into.Columns.Count];
        foreach (var row in rows)
        {
            fill(values.Clear(), row);
            for (var i = 0; i < columns.Length; i++)
            {
                (columns[i] ??= []).Add(values.All[i]);
            }
        }

        if (columns is [null, ..])
        {
            return;
        }

        await using var command = connection.CreateCommand();
        command.Transaction = transaction;
        foreach (var column in columns)
        {
            command.Parameters.Add(ParameterOf(column));
        }

        // They are inserted in the order of the arrays.
        command.CommandText = $"{into.Head}SELECT * FROM unnest({string.Join(", ", Enumerable.Range(1, columns.Length).Select(i => FormattableString.Invariant($"${i}")))}){into.Tail}";
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static NpgsqlParameter ParameterOf(List<SqlValue> column) => column[0].Kind == SqlValueKind.Text
        ? new NpgsqlParameter<string[]> { TypedValue = [.. column.Select(value => value.Text!)], NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text }
        : new NpgsqlParameter<long[]> { TypedValue = [.. column.Select(value => value.Number)], NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Bigint };

    private static Task WriteAsync(NpgsqlBinaryImporter import, in SqlValue value, CancellationToken cancellationToken) => value.Kind switch
    {
        SqlValueKind.Text => import.WriteAsync(value.Text!, NpgsqlDbType.Text, cancellationToken),
        SqlValueKind.Bytes => import.WriteAsync(value.Bytes!, NpgsqlDbType.Bytea, cancellationToken),
        SqlValueKind.Number => import.WriteAsync(value.Number, NpgsqlDbType.Bigint, cancellationToken),
        _ => import.WriteNullAsync(cancellationToken),
    };
}
