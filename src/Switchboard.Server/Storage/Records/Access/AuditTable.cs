using Switchboard.Gateway.Access;

namespace Switchboard.Server.Storage.Records.Access;

/// <summary>The log of administration.</summary>
internal static class AuditTable
{
    /// <summary>The columns that <see cref="Map"/> reads.</summary>
    public static SqlPiece Columns { get; } = Sql.Raw("id, at, actor, action, target, before_json, after_json, address, request_id");

    public static Sql Insert(AuditEntry entry) =>
        $"INSERT INTO audit_log ({Columns}) VALUES ({entry.Id}, {entry.At}, {entry.Note.Actor}, {entry.Note.Action}, {entry.Target}, {entry.Before}, {entry.After}, {entry.Note.Address}, {entry.Note.RequestId})";

    public static AuditEntry Map(SqlRow row) => new(
        row.Text(0),
        row.Time(1),
        new AuditNote(row.Text(2), row.Text(3)) { Address = row.OptionalText(7), RequestId = row.OptionalText(8) },
        row.Text(4),
        row.OptionalText(5),
        row.OptionalText(6));
}
