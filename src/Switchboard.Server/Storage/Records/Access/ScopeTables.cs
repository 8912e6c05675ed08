using Switchboard.Gateway.Access;

namespace Switchboard.Server.Storage.Records.Access;

/// <summary>The tables of the scopes.</summary>
internal static class ScopeTables
{
    public static TeamTable Teams { get; } = new();

    public static ProjectTable Projects { get; } = new();

    public static KeyTable Keys { get; } = new();

    /// <summary>The table of a kind of scope.</summary>
    public static ScopeTable<T> Of<T>()
        where T : AccessScope =>
        Teams as ScopeTable<T> ?? Projects as ScopeTable<T> ?? Keys as ScopeTable<T> ?? throw new ArgumentException($"{typeof(T).Name} is no kind of scope.");
}

/// <summary>Teams.</summary>
internal sealed class TeamTable() : ScopeTable<Team>("access_team", null, "")
{
    public override string? ParentOf(Team scope) => null;

    public override Team Map(SqlRow row) => WithCommon(row, new Team { Id = row.Text(0), Name = row.Text(1) });

    public override Sql Insert(Team scope) => $"INSERT INTO {Name} ({Columns}) VALUES ({Values(scope)})";

    public override Sql Update(Team scope) => $"UPDATE {Name} SET {Changes(scope)} WHERE id = {scope.Id}";
}

/// <summary>Projects.</summary>
internal sealed class ProjectTable() : ScopeTable<Project>("access_project", ("team_id", "access_team"), ", team_id")
{
    public override string? ParentOf(Project scope) => scope.TeamId;

    public override Project Map(SqlRow row) => WithCommon(row, new Project { Id = row.Text(0), Name = row.Text(1), TeamId = row.OptionalText(Own) });

    public override Sql Insert(Project scope) => $"INSERT INTO {Name} ({Columns}) VALUES ({Values(scope)}, {scope.TeamId})";

    public override Sql Update(Project scope) => $"UPDATE {Name} SET {Changes(scope)}, team_id = {scope.TeamId} WHERE id = {scope.Id}";
}

/// <summary>Keys.</summary>
internal sealed class KeyTable() : ScopeTable<VirtualKey>(
    "access_key",
    ("project_id", "access_project"),
    ", project_id, hash, head, tail, administrator, rotated_from, grace_until, last_used_at")
{
    public override string? ParentOf(VirtualKey scope) => scope.ProjectId;

    public override VirtualKey Map(SqlRow row) => WithCommon(row, new VirtualKey
    {
        Id = row.Text(0),
        Name = row.Text(1),
        ProjectId = row.OptionalText(Own),
        Hash = row.Text(Own + 1),
        Head = row.Text(Own + 2),
        Tail = row.Text(Own + 3),
        IsAdministrator = row.Flag(Own + 4),
        RotatedFrom = row.OptionalText(Own + 5),
        GraceUntil = row.OptionalTime(Own + 6),
        LastUsedAt = row.OptionalTime(Own + 7),
    });

    public override Sql Insert(VirtualKey scope) =>
        $"INSERT INTO {Name} ({Columns}) VALUES ({Values(scope)}, {scope.ProjectId}, {scope.Hash}, {scope.Head}, {scope.Tail}, {scope.IsAdministrator}, {scope.RotatedFrom}, {scope.GraceUntil}, NULL)";

    public override Sql Update(VirtualKey scope) =>
        $"UPDATE {Name} SET {Changes(scope)}, project_id = {scope.ProjectId}, hash = {scope.Hash}, head = {scope.Head}, tail = {scope.Tail}, administrator = {scope.IsAdministrator}, rotated_from = {scope.RotatedFrom}, grace_until = {scope.GraceUntil} WHERE id = {scope.Id}";
}
