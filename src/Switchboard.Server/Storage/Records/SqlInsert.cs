namespace Switchboard.Server.Storage.Records;

/// <summary>Where many rows go, and what becomes of those that are there already.</summary>
/// <param name="Table">The table.</param>
/// <param name="Columns">Its columns.</param>
/// <param name="Conflict">What stands behind <c>ON CONFLICT</c>, where rows may be there: then none has a value missing, and no two are the same one. Null where none is there.</param>
internal sealed record SqlInsert(string Table, IReadOnlyList<string> Columns, string? Conflict = null)
{
    /// <summary>What comes before the values.</summary>
    public string Head { get; } = $"INSERT INTO {Table} ({string.Join(", ", Columns)}) ";

    /// <summary>What comes behind them.</summary>
    public string Tail { get; } = Conflict is null ? "" : $" ON CONFLICT {Conflict}";
}
