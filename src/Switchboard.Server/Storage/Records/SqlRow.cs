using System.Data.Common;
using System.Globalization;

namespace Switchboard.Server.Storage.Records;

/// <summary>The row that a reader stands on, by the order of its columns. It is valid while its mapper runs.</summary>
internal readonly struct SqlRow(DbDataReader reader)
{
    public string Text(int column) => reader.GetString(column);

    public string? OptionalText(int column) => reader.IsDBNull(column) ? null : reader.GetString(column);

    // PostgreSQL's sums and constants are of other types than its columns.
    public long Number(int column) =>
        reader.GetFieldType(column) == typeof(long) ? reader.GetInt64(column) : Convert.ToInt64(reader.GetValue(column), CultureInfo.InvariantCulture);

    public long? OptionalNumber(int column) => reader.IsDBNull(column) ? null : Number(column);

    public bool Flag(int column) => Number(column) != 0;

    public byte[] Bytes(int column) => (byte[])reader.GetValue(column);

    public byte[]? OptionalBytes(int column) => reader.IsDBNull(column) ? null : Bytes(column);

    public DateTimeOffset Time(int column) => SqlTime.FromMicroseconds(Number(column));

    public DateTimeOffset? OptionalTime(int column) => reader.IsDBNull(column) ? null : Time(column);
}
