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

    private static readonly string[] s_keys = ["day", "key_id", "project_id", "model", "provider", "deployment", "operation"];

    /// <summary>Where the sums of a batch go: they are added to those of their day.</summary>
    public static SqlInsert Into { get; } = new(
        "ledger_day",
        [.. s_keys, .. s_sums],
        $"({string.Join(", ", s_keys)}) DO UPDATE SET {string.Join(", ", s_sums.Select(name => $"{name} = ledger_day.{name} + excluded.{name}"))}");

    /// <summary>The sums of days, in the order of <see cref="Map"/>.</summary>
    public static SqlPiece Totals { get; } = Sql.Raw(string.Join(", ", s_sums.Select(name => $"SUM({name})")));

    /// <summary>The sums of some rows, in one order for all who write them: two that wait for each other would wait for ever.</summary>
    public static IReadOnlyList<KeyValuePair<DayKey, long[]>> SumsOf(IReadOnlyList<LedgerRow> rows)
    {
        var days = new Dictionary<DayKey, long[]>();
        var (last, lastSums) = (default(DayKey), default(long[]));
        foreach (var row in rows)
        {
            // Most rows are like the one before.
            var key = KeyOf(row);
            if (lastSums is null || key != last)
            {
                last = key;
                lastSums = days.TryGetValue(key, out var known) ? known : days[key] = new long[s_sums.Length];
            }

            Add(lastSums, row);
        }

        return [.. days.OrderBy(day => day.Key, Comparer<DayKey>.Create(Compare))];
    }

    /// <summary>Puts the values of a day in.</summary>
    public static void Fill(SqlValues values, KeyValuePair<DayKey, long[]> sums)
    {
        var day = sums.Key;
        values.Add(day.Day).Add(day.Key).Add(day.Project).Add(day.Model).Add(day.Provider).Add(day.Deployment).Add(day.Operation);
        foreach (var sum in sums.Value)
        {
            values.Add(sum);
        }
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

    // In the order of the names.
    private static void Add(long[] sums, LedgerRow row)
    {
        var (usage, units) = (row.Usage, row.Units);
        sums[0]++;
        sums[1] += row.Outcome is LedgerOutcome.Failed or LedgerOutcome.Broken ? 1 : 0;
        sums[2] += row.Outcome == LedgerOutcome.Cancelled ? 1 : 0;
        sums[3] += row.IsCached ? 1 : 0;
        sums[4] += row.Cost is null ? 1 : 0;
        sums[5] += usage.Prompt;
        sums[6] += usage.Cached;
        sums[7] += usage.CacheWritten;
        sums[8] += usage.Completion;
        sums[9] += usage.Reasoning;
        sums[10] += units.Images;
        sums[11] += RowTable.Microseconds(units);
        sums[12] += units.Characters;
        sums[13] += units.Searches;
        sums[14] += row.Cost ?? 0;
    }

    private static int Compare(DayKey left, DayKey right) =>
        string.CompareOrdinal(Text(left), Text(right));

    private static string Text(DayKey key) =>
        string.Create(CultureInfo.InvariantCulture, $"{key.Day}\0{key.Key}\0{key.Project}\0{key.Model}\0{key.Provider}\0{key.Deployment}\0{key.Operation}");
}
