using System.Text;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Switchboard.Server.Storage.Records;

/// <summary>
/// Inserts many rows straight through SQLite: the driver looks each parameter up by its name for each row, which is most
/// of what a row costs. A value that is that of the row before stays bound.
/// </summary>
internal sealed class SqliteInsert : IDisposable
{
    private readonly sqlite3 _database;
    private readonly sqlite3_stmt _statement;
    private readonly SqlValue[] _bound;
    private byte[] _text = new byte[256];

    public SqliteInsert(sqlite3 database, SqlInsert into)
    {
        _database = database;
        _bound = new SqlValue[into.Columns.Count];
        Check(raw.sqlite3_prepare_v2(database, $"{into.Head}VALUES ({string.Join(", ", Enumerable.Repeat("?", into.Columns.Count))}){into.Tail}", out _statement));
    }

    /// <summary>Inserts a row.</summary>
    /// <exception cref="SqliteException">It is refused.</exception>
    public void Insert(ReadOnlySpan<SqlValue> row)
    {
        for (var i = 0; i < row.Length; i++)
        {
            // What was never bound is null, too.
            if (row[i] != _bound[i])
            {
                Check(Bind(i + 1, row[i]));
                _bound[i] = row[i];
            }
        }

        var result = raw.sqlite3_step(_statement);
        Check(result == raw.SQLITE_DONE ? raw.SQLITE_OK : result);
        Check(raw.sqlite3_reset(_statement));
    }

    /// <inheritdoc/>
    public void Dispose() => _statement.Dispose();

    private int Bind(int place, in SqlValue value) => value.Kind switch
    {
        SqlValueKind.Number => raw.sqlite3_bind_int64(_statement, place, value.Number),
        // No bytes at all would be null to it.
        SqlValueKind.Text when value.Text!.Length == 0 => raw.sqlite3_bind_text(_statement, place, ""),
        SqlValueKind.Bytes when value.Bytes!.Length == 0 => raw.sqlite3_bind_zeroblob(_statement, place, 0),
        SqlValueKind.Bytes => raw.sqlite3_bind_blob(_statement, place, value.Bytes),
        SqlValueKind.Text => raw.sqlite3_bind_text(_statement, place, Encode(value.Text)),
        _ => raw.sqlite3_bind_null(_statement, place),
    };

    // SQLite makes its own copy.
    private ReadOnlySpan<byte> Encode(string text)
    {
        var most = Encoding.UTF8.GetMaxByteCount(text.Length);
        if (_text.Length < most)
        {
            _text = new byte[most];
        }

        return _text.AsSpan(0, Encoding.UTF8.GetBytes(text, _text));
    }

    private void Check(int result)
    {
        if (result != raw.SQLITE_OK)
        {
            SqliteException.ThrowExceptionForRC(result, _database);
        }
    }
}
