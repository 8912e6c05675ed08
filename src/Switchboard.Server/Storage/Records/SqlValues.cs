namespace Switchboard.Server.Storage.Records;

/// <summary>
/// The values of a row, put in column by column: whole numbers, truth, times, text, bytes or nothing. One serves all rows of a
/// statement, and nothing is boxed.
/// </summary>
internal sealed class SqlValues(int columns)
{
    private readonly SqlValue[] _values = new SqlValue[columns];
    private int _count;

    /// <summary>The values, one a column.</summary>
    public ReadOnlySpan<SqlValue> All => _count == _values.Length
        ? _values
        : throw new InvalidOperationException($"A row has {_count} values for {_values.Length} columns.");

    /// <summary>Begins a row.</summary>
    public SqlValues Clear()
    {
        _count = 0;
        return this;
    }

    /// <summary>Puts a number in; null for nothing.</summary>
    public SqlValues Add(long? value) => value is { } number ? Add(number) : Add(default(SqlValue));

    /// <summary>Puts a number in.</summary>
    public SqlValues Add(long value) => Add(new SqlValue(SqlValueKind.Number, value, null));

    /// <summary>Puts truth in, as 0 and 1.</summary>
    public SqlValues Add(bool value) => Add(value ? 1L : 0L);

    /// <summary>Puts a time in, as microseconds since 1970.</summary>
    public SqlValues Add(DateTimeOffset value) => Add(SqlTime.ToMicroseconds(value));

    /// <summary>Puts text in; null for nothing.</summary>
    public SqlValues Add(string? value) => Add(value is null ? default : new SqlValue(SqlValueKind.Text, 0, SqlText.Clean(value)));

    /// <summary>Puts bytes in; only where no row may be there already.</summary>
    public SqlValues Add(byte[] value) => Add(new SqlValue(SqlValueKind.Bytes, 0, null) { Bytes = value });

    private SqlValues Add(in SqlValue value)
    {
        _values[_count++] = value;
        return this;
    }
}

/// <summary>What a value is.</summary>
internal enum SqlValueKind : byte
{
    /// <summary>There is none.</summary>
    Null,

    /// <summary>A whole number.</summary>
    Number,

    /// <summary>Text.</summary>
    Text,

    /// <summary>Bytes.</summary>
    Bytes,
}

/// <summary>A value of a row.</summary>
internal readonly record struct SqlValue(SqlValueKind Kind, long Number, string? Text)
{
    /// <summary>The bytes of one that is bytes.</summary>
    public byte[]? Bytes { get; init; }
}
