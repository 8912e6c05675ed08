using System.Globalization;
using Switchboard.Gateway.Accounting;

namespace Switchboard.Server.Storage.Records.Ledger;

/// <summary>Sums by spans of time: of days where these tell enough apart, else of the rows of that time.</summary>
internal static class Buckets
{
    // Those of DayTable, in its order.
    private static readonly SqlPiece s_totals = Sql.Raw(string.Create(
        CultureInfo.InvariantCulture,
        $"""
        COUNT(*), SUM(CASE WHEN outcome IN ({(int)LedgerOutcome.Failed}, {(int)LedgerOutcome.Broken}) THEN 1 ELSE 0 END), SUM(CASE WHEN outcome = {(int)LedgerOutcome.Cancelled} THEN 1 ELSE 0 END),
        SUM(is_cached), SUM(CASE WHEN cost IS NULL THEN 1 ELSE 0 END), SUM(prompt_tokens), SUM(cached_tokens), SUM(cache_written_tokens),
        SUM(completion_tokens), SUM(reasoning_tokens), SUM(images), SUM(sound_us), SUM(characters), SUM(searches), SUM(COALESCE(cost, 0))
        """));

    /// <summary>The sums that a query asks for.</summary>
    public static Sql Sum(BucketQuery query) => query.Width == BucketWidth.Day && !TellsUsers(query)
        ? Sum(query, "day", DayTable.Totals, Sql.Piece($"ledger_day WHERE day >= {Number(query.From, query.Width)} AND day < {Number(query.Until, query.Width)}"))
        : Sum(query, string.Create(CultureInfo.InvariantCulture, $"at / {(long)query.Width * 1_000_000}"), s_totals, Sql.Piece($"{Sql.Raw(RowTable.Name)} WHERE {RowTable.Between(query.From, query.Until)}"));

    /// <summary>The sums of a row that <see cref="Sum(BucketQuery)"/> gave.</summary>
    public static BucketSums Map(SqlRow row, BucketQuery query) =>
        new(DateTimeOffset.FromUnixTimeSeconds(row.Number(0) * (long)query.Width), DayTable.Map(row, query.Groups, first: 1));

    private static Sql Sum(BucketQuery query, string number, SqlPiece totals, SqlPiece source)
    {
        var groups = Sql.Raw(string.Join(", ", query.Groups.Select(LedgerColumns.Of).Prepend(number)));
        var charged = Sql.Raw(query.IsCharged ? " AND cost > 0" : "");
        return $"SELECT {groups}, {totals} FROM {source} AND provider <> ''{charged}{LedgerColumns.Any(query.Any)} GROUP BY {groups} ORDER BY {groups} LIMIT {(long)query.Limit}";
    }

    private static bool TellsUsers(BucketQuery query) => query.Groups.Contains(UsageGroup.User) || query.Any.ContainsKey(UsageGroup.User);

    private static long Number(DateTimeOffset time, BucketWidth width) => time.ToUnixTimeSeconds() / (long)width;
}
