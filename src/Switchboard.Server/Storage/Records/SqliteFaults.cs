using Microsoft.Data.Sqlite;

namespace Switchboard.Server.Storage.Records;

/// <summary>What SQLite's result codes mean.</summary>
internal static class SqliteFaults
{
    public static SqlFault Explain(SqliteException exception, string name) => exception.SqliteErrorCode switch
    {
        // Busy, locked.
        5 or 6 => new(SqlFaultKind.Conflict, $"{name} is locked by another program for too long."),

        // No permission, read-only, cannot open.
        3 or 8 or 14 => new(SqlFaultKind.Away, $"{name} cannot be written. Its folder must be there, and this program must be allowed to write to both."),
        10 => new(SqlFaultKind.Away, $"{name} cannot be read or written: the disk reports an error."),
        13 => new(SqlFaultKind.Away, $"{name} cannot grow: the disk is full."),
        11 => new(SqlFaultKind.Wrong, $"{name} is damaged. Put a copy of it in its place."),
        26 => new(SqlFaultKind.Wrong, $"{name} is no SQLite database. Name another file in storage.records."),
        _ => new(SqlFaultKind.Wrong, $"{name} does not take a statement: {exception.Message}"),
    };
}
