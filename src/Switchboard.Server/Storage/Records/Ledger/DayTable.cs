using System.Globalization;
using Switchboard.Gateway.Accounting;

namespace Switchboard.Server.Storage.Records.Ledger;

/// <summary>What the sums of a day are told apart by, in the order of the columns.</summary>
internal readonly record struct DayKey(long Day, string Key, string Project, string Model, string Provider, string Deployment, string Operation);

/// <summary>The table of sums by day.</summary>
internal static class DayTable
{
    private static readonly string[] s_sums =
    [
        "requests", "failed", "cancelled", "from_cache", "unpriced", "prompt_tokens", "cached_tokens", "cache_written_tokens",
        "completion_tokens", "reasoning_tokens", "images", "sound_us", "characters", "searches", "cost",
    ];

    private static readonly SqlPiece s_names = Sql.Raw(string.Join(", ", s_sums));
    private static readonly SqlPiece s_added = Sql.Raw(string.Join(", ", s_sums.Select(name => $"{name} = ledger_day.{name} + excluded.{name}")));

    /// <summary>The sums of days, in the order of <see cref="Map"/>.</summary>
    public static SqlPiece Totals { get; } = Sql.Raw(string.Join(", ", s_sums.Select(name => $"SUM({name})")));

    /// <summary>The sums of some rows, in one order for all who write them: two that wait for each other would wait for ever.</summary>
    public static IReadOnlyList<KeyValuePair<DayKey, long[]>> SumsOf(IReadOnlyList<LedgerRow> rows)
    {
        var days = new Dictionary<DayKey, long[]>();
        foreach (var row in rows)
        {
            var key = KeyOf(row);
            if (!days.TryGetValue(key, out var sums))
            {
                days.Add(key, sums = new long[s_sums.Length]);
            }

            Add(sums, row);
        }

        return [.. days.OrderBy(day => day.Key, Comparer<DayKey>.Create(Compare))];
    }

    /// <summary>Adds sums to those of their day.</summary>
    public static Sql Add(DayKey day, long[] sums)
    {
        var values = Sql.Piece($"{sums[0]}");
        foreach (var sum in sums[1..])
        {
            values = Sql.Piece($"{values}, {sum}");
        }

        return $"INSERT INTO ledger_day (day, key_id, project_id, model, provider, deployment, operation, {s_names}) VALUES ({day.Day}, {day.Key}, {day.Project}, {day.Model}, {day.Provider}, {day.Deployment}, {day.Operation}, {values}) ON CONFLICT (day, key_id, project_id, model, provider, deployment, operation) DO UPDATE SET {s_added}";
    }

    /// <summary>The sums that a query asks for, and one more than its page.</summary>
    public static Sql Sum(UsageQuery query)
    {
        // The one sum of all is in one group, so that there is none where there is nothing.
        var groups = string.Join(", ", query.Groups.Select(LedgerColumns.Of));
        var told = Sql.Raw(groups.Length > 0 ? $"{groups}, " : "");
        var grouped = Sql.Raw(groups.Length > 0 ? $" GROUP BY {groups} ORDER BY {groups}" : " GROUP BY day - day");
        return $"SELECT {told}{Totals} FROM ledger_day WHERE day >= {NumberOf(query.From)} AND day <= {NumberOf(query.To)}{LedgerColumns.Only(query.Only)}{grouped} LIMIT {(long)query.Limit + 1} OFFSET {(long)query.Offset}";
    }

    /// <summary>The sums of a row of groups and <see cref="Totals"/>, which begin at a column.</summary>
    public static UsageSums Map(SqlRow row, IReadOnlyList<UsageGroup> groups, int first = 0)
    {
        DateOnly? day = null;
        var of = new Dictionary<UsageGroup, string>();
        for (var i = 0; i < groups.Count; i++)
        {
            if (groups[i] == UsageGroup.Day)
            {
                day = DateOnly.FromDateTime(DateTime.UnixEpoch).AddDays((int)row.Number(first + i));
            }
            else
            {
                of[groups[i]] = row.Text(first + i);
            }
        }

        var at = first + groups.Count;
        return new UsageSums
        {
            Day = day,
            Of = of,
            Requests = row.Number(at),
            Failed = row.Number(at + 1),
            Cancelled = row.Number(at + 2),
            FromCache = row.Number(at + 3),
            Unpriced = row.Number(at + 4),
            Prompt = row.Number(at + 5),
            Cached = row.Number(at + 6),
            CacheWritten = row.Number(at + 7),
            Completion = row.Number(at + 8),
            Reasoning = row.Number(at + 9),
            Images = row.Number(at + 10),
            Seconds = row.Number(at + 11) / 1_000_000m,
            Characters = row.Number(at + 12),
            Searches = row.Number(at + 13),
            Cost = row.Number(at + 14),
        };
    }

    /// <summary>The number of a day, from 1970 on.</summary>
    public static long NumberOf(DateOnly day) => day.DayNumber - DateOnly.FromDateTime(DateTime.UnixEpoch).DayNumber;

    /// <summary>The number of the day that a moment is in, UTC.</summary>
    public static long NumberOf(DateTimeOffset at) => NumberOf(DateOnly.FromDateTime(at.UtcDateTime));

    // Whoever is sent nowhere may have written any model: they are one.
    private static DayKey KeyOf(LedgerRow row) => new(
        NumberOf(row.At),
        LedgerColumns.Clean(row.Key),
        LedgerColumns.Clean(row.Project),
        row.Provider.Length > 0 ? LedgerColumns.Clean(row.Model) : "",
        row.Provider,
        LedgerColumns.Clean(row.Deployment),
        LedgerColumns.Clean(row.Operation));

    private static void Add(long[] sums, LedgerRow row)
    {
        long[] values =
        [
            1,
            row.Outcome is LedgerOutcome.Failed or LedgerOutcome.Broken ? 1 : 0,
            row.Outcome == LedgerOutcome.Cancelled ? 1 : 0,
            row.IsCached ? 1 : 0,
            row.Cost is null ? 1 : 0,
            row.Usage.Prompt,
            row.Usage.Cached,
            row.Usage.CacheWritten,
            row.Usage.Completion,
            row.Usage.Reasoning,
            row.Units.Images,
            (long)(row.Units.Seconds * 1_000_000),
            row.Units.Characters,
            row.Units.Searches,
            row.Cost ?? 0,
        ];
        for (var i = 0; i < sums.Length; i++)
        {
            sums[i] += values[i];
        }
    }

    private static int Compare(DayKey left, DayKey right) =>
        string.CompareOrdinal(Text(left), Text(right));

    private static string Text(DayKey key) =>
        string.Create(CultureInfo.InvariantCulture, $"{key.Day}\0{key.Key}\0{key.Project}\0{key.Model}\0{key.Provider}\0{key.Deployment}\0{key.Operation}");
}
