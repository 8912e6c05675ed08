using System.Globalization;
using Switchboard.Gateway.Accounting;
using Switchboard.Gateway.Pipeline;

namespace Switchboard.Server.Storage.Records.Ledger;

/// <summary>The table of rows.</summary>
internal static class RowTable
{
    /// <summary>Its name.</summary>
    public const string Name = "ledger_row";

    /// <summary>Where rows go: its columns, in the order of <see cref="Fill"/> and <see cref="Map"/>.</summary>
    public static SqlInsert Into { get; } = new(
        Name,
        [
            "id", "at", "request_id", "key_id", "project_id", "team_id", "user_name", "operation", "model", "provider", "deployment",
            "prompt_tokens", "cached_tokens", "cache_written_tokens", "prompt_audio_tokens", "prompt_image_tokens",
            "completion_tokens", "reasoning_tokens", "completion_audio_tokens", "completion_image_tokens",
            "images", "sound_us", "characters", "searches", "is_estimated", "cost", "is_cached", "is_stream", "attempts", "outcome", "status", "error", "duration_us", "first_byte_us",
        ]);

    private static SqlPiece Columns { get; } = Sql.Raw(string.Join(", ", Into.Columns));

    /// <summary>A page of rows.</summary>
    public static Sql Select(LedgerQuery query) =>
        $"SELECT {Columns} FROM ledger_row WHERE {Between(query.From, query.Until)}{LedgerColumns.Only(query.Only)}{SqlPaging.Of(query.Page)}";

    /// <summary>The rows of a span of time, found by the index of their ids.</summary>
    public static SqlPiece Between(DateTimeOffset from, DateTimeOffset until) =>
        // Ids begin with the millisecond of the request.
        Sql.Piece($"id >= {FirstId(from)} AND id < {FirstId(until.AddMilliseconds(1))} AND at >= {from} AND at < {until}");

    /// <summary>Puts the values of a row in.</summary>
    public static void Fill(SqlValues values, LedgerRow row)
    {
        var (usage, units) = (row.Usage, row.Units);
        values.Add(row.Id.ToString("N")).Add(row.At).Add(row.RequestId).Add(row.Key ?? "").Add(row.Project ?? "").Add(row.Team ?? "").Add(row.User ?? "")
            .Add(row.Operation).Add(row.Model).Add(row.Provider).Add(row.Deployment)
            .Add(usage.Prompt).Add(usage.Cached).Add(usage.CacheWritten).Add(usage.PromptAudio).Add(usage.PromptImage)
            .Add(usage.Completion).Add(usage.Reasoning).Add(usage.CompletionAudio).Add(usage.CompletionImage)
            .Add(units.Images).Add(Microseconds(units)).Add(units.Characters).Add(units.Searches).Add(row.IsEstimated).Add(row.Cost).Add(row.IsCached).Add(row.IsStream)
            .Add(row.Attempts).Add((int)row.Outcome).Add(row.Status).Add(row.Error).Add(Microseconds(row.Duration)).Add(row.FirstByte is { } first ? Microseconds(first) : null);
    }

    /// <summary>The sound of a call, in microseconds.</summary>
    public static long Microseconds(in CallUnits units) => units.Seconds == 0 ? 0 : (long)(units.Seconds * 1_000_000);

    /// <summary>The row of columns.</summary>
    public static LedgerRow Map(SqlRow row) => new()
    {
        Id = Guid.ParseExact(row.Text(0), "N"),
        At = row.Time(1),
        RequestId = row.Text(2),
        Key = Named(row.Text(3)),
        Project = Named(row.Text(4)),
        Team = Named(row.Text(5)),
        User = Named(row.Text(6)),
        Operation = row.Text(7),
        Model = row.Text(8),
        Provider = row.Text(9),
        Deployment = row.Text(10),
        Usage = new TokenUsage((int)row.Number(11), (int)row.Number(16))
        {
            Cached = (int)row.Number(12),
            CacheWritten = (int)row.Number(13),
            PromptAudio = (int)row.Number(14),
            PromptImage = (int)row.Number(15),
            Reasoning = (int)row.Number(17),
            CompletionAudio = (int)row.Number(18),
            CompletionImage = (int)row.Number(19),
        },
        Units = new CallUnits { Images = (int)row.Number(20), Seconds = row.Number(21) / 1_000_000m, Characters = (int)row.Number(22), Searches = (int)row.Number(23) },
        IsEstimated = row.Flag(24),
        Cost = row.OptionalNumber(25),
        IsCached = row.Flag(26),
        IsStream = row.Flag(27),
        Attempts = (int)row.Number(28),
        Outcome = (LedgerOutcome)row.Number(29),
        Status = (int)row.Number(30),
        Error = row.OptionalText(31),
        Duration = Time(row.Number(32)),
        FirstByte = row.OptionalNumber(33) is { } first ? Time(first) : null,
    };

    private static string? Named(string text) => text.Length > 0 ? text : null;

    private static long Microseconds(TimeSpan time) => time.Ticks / TimeSpan.TicksPerMicrosecond;

    private static TimeSpan Time(long microseconds) => new(microseconds * TimeSpan.TicksPerMicrosecond);

    private static string FirstId(DateTimeOffset time) => Math.Max(time.ToUnixTimeMilliseconds(), 0).ToString("x12", CultureInfo.InvariantCulture);
}
