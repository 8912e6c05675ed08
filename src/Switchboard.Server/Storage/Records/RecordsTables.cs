namespace Switchboard.Server.Storage.Records;

/// <summary>The tables of the records.</summary>
internal static class RecordsTables
{
    /// <summary>All of them; what another refers to comes before it.</summary>
    public static IReadOnlyList<string> All { get; } =
    [
        "revision",
        "access_team",
        "access_project",
        "access_key",
        "access_secret",
        "audit_log",
        "ledger_batch",
        "ledger_row",
        "ledger_day",
        "ledger_spent",
        "conversation",
        "conversation_item",
        "stored_response",
        "stored_file",
        "batch",
    ];
}
