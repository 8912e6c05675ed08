using Switchboard.Gateway.Access;

namespace Switchboard.Server.Storage.Records.Access;

/// <summary>How one kind of scope lies in its table.</summary>
/// <param name="name">The table.</param>
/// <param name="parent">The column with the scope that it is in, and the table of that; null where it is in none.</param>
/// <param name="ownColumns">Its columns after the common ones, each with a comma before it.</param>
internal abstract class ScopeTable<T>(string name, (string Column, string Table)? parent, string ownColumns)
    where T : AccessScope
{
    /// <summary>The number of the first column that is not common.</summary>
    protected const int Own = 9;

    private const string Common = "id, name, disabled, expires_at, policy, created_at, updated_at, revision, deleted_at";

    /// <summary>The table.</summary>
    public SqlPiece Name { get; } = Sql.Raw(name);

    /// <summary>The columns that <see cref="Map"/> reads.</summary>
    public SqlPiece Columns { get; } = Sql.Raw(Common + ownColumns);

    /// <summary>The column with the scope that it is in; null where it is in none.</summary>
    public SqlPiece? ParentColumn { get; } = parent is { } above ? Sql.Raw(above.Column) : null;

    /// <summary>The table of the scope that it is in.</summary>
    public SqlPiece? ParentTable { get; } = parent is { } above ? Sql.Raw(above.Table) : null;

    /// <summary>The scope that it is in; null for none.</summary>
    public abstract string? ParentOf(T scope);

    /// <summary>A row as a scope.</summary>
    public abstract T Map(SqlRow row);

    /// <summary>Adds a row.</summary>
    public abstract Sql Insert(T scope);

    /// <summary>Writes a row that is there.</summary>
    public abstract Sql Update(T scope);

    /// <summary>The values of the common columns.</summary>
    protected static SqlPiece Values(T scope) => Sql.Piece(
        $"{scope.Id}, {scope.Name}, {scope.Policy.IsDisabled}, {scope.Policy.ExpiresAt}, {AccessJson.OfPolicy(scope.Policy)}, {scope.CreatedAt}, {scope.UpdatedAt}, {scope.Revision}, NULL");

    /// <summary>Sets the common columns.</summary>
    protected static SqlPiece Changes(T scope) => Sql.Piece(
        $"name = {scope.Name}, disabled = {scope.Policy.IsDisabled}, expires_at = {scope.Policy.ExpiresAt}, policy = {AccessJson.OfPolicy(scope.Policy)}, updated_at = {scope.UpdatedAt}, revision = {scope.Revision}");

    /// <summary>What the common columns say, put over what the others do.</summary>
    protected static T WithCommon(SqlRow row, T scope) => scope with
    {
        Policy = AccessJson.ReadPolicy(row.Text(4)) with { IsDisabled = row.Flag(2), ExpiresAt = row.OptionalTime(3) },
        CreatedAt = row.Time(5),
        UpdatedAt = row.Time(6),
        Revision = row.Number(7),
        IsDeleted = row.OptionalNumber(8) is not null,
    };
}
