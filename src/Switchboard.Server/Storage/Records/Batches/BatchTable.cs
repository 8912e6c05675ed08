using Switchboard.Gateway.Batches;

namespace Switchboard.Server.Storage.Records.Batches;

/// <summary>How batches lie in their table.</summary>
internal static class BatchTable
{
    /// <summary>The columns that <see cref="Map"/> reads.</summary>
    public static SqlPiece Columns { get; } = Sql.Raw(
        "id, tenant, key_id, address, endpoint, input_file_id, metadata, output_kept_us, created_at, expires_at, cancelling_at, "
        + "state, outcome, in_progress_at, finalizing_at, ended_at, total, completed, failed, errors, output_file_id, error_file_id, due_at, epoch, journal, notices");

    /// <summary>Adds a row.</summary>
    public static Sql Insert(Batch batch) =>
        $"INSERT INTO batch ({Columns}) VALUES ({batch.Id}, {batch.Tenant}, {batch.Key}, {batch.Address}, {batch.Endpoint}, {batch.InputFileId}, {batch.Metadata}, {batch.OutputKept?.Ticks / TimeSpan.TicksPerMicrosecond}, {batch.CreatedAt}, {batch.ExpiresAt}, {batch.CancellingAt}, {(long)batch.State}, {(long?)batch.Outcome}, {batch.InProgressAt}, {batch.FinalizingAt}, {batch.EndedAt}, {batch.Total}, {batch.Completed}, {batch.Failed}, {batch.Errors}, {batch.OutputFileId}, {batch.ErrorFileId}, {batch.DueAt}, {batch.Epoch}, {batch.Journal}, {batch.Notices})";

    /// <summary>Writes what became of a batch, where it is still this epoch's.</summary>
    public static Sql Update(Batch batch) =>
        $"UPDATE batch SET state = {(long)batch.State}, outcome = {(long?)batch.Outcome}, in_progress_at = {batch.InProgressAt}, finalizing_at = {batch.FinalizingAt}, ended_at = {batch.EndedAt}, total = {batch.Total}, completed = {batch.Completed}, failed = {batch.Failed}, errors = {batch.Errors}, output_file_id = {batch.OutputFileId}, error_file_id = {batch.ErrorFileId}, due_at = {batch.DueAt}, journal = {batch.Journal}, notices = {batch.Notices} WHERE id = {batch.Id} AND epoch = {batch.Epoch} RETURNING {Columns}";

    /// <summary>A row as a batch.</summary>
    public static Batch Map(SqlRow row) => new()
    {
        Id = row.Text(0),
        Tenant = row.Text(1),
        Key = row.OptionalText(2),
        Address = row.OptionalText(3),
        Endpoint = row.Text(4),
        InputFileId = row.Text(5),
        Metadata = row.OptionalText(6),
        OutputKept = row.OptionalNumber(7) is { } kept ? TimeSpan.FromMicroseconds(kept) : null,
        CreatedAt = row.Time(8),
        ExpiresAt = row.Time(9),
        CancellingAt = row.OptionalTime(10),
        State = (BatchState)row.Number(11),
        Outcome = (BatchState?)row.OptionalNumber(12),
        InProgressAt = row.OptionalTime(13),
        FinalizingAt = row.OptionalTime(14),
        EndedAt = row.OptionalTime(15),
        Total = (int)row.Number(16),
        Completed = (int)row.Number(17),
        Failed = (int)row.Number(18),
        Errors = row.OptionalText(19),
        OutputFileId = row.OptionalText(20),
        ErrorFileId = row.OptionalText(21),
        DueAt = row.OptionalTime(22),
        Epoch = row.Number(23),
        Journal = row.Number(24),
        Notices = (int)row.Number(25),
    };
}
