using System.Globalization;
using System.Text.Json;

namespace Switchboard.Benchmarks.Ledger;

/// <summary>What an administrator asks of the ledger.</summary>
/// <param name="Name">What the table calls it.</param>
/// <param name="Path">How it is asked.</param>
/// <param name="Expected">How many requests the answer must tell of, where there are so many rows.</param>
internal sealed record Question(string Name, string Path, Func<int, long> Expected)
{
    private const int Day = 86_400;
    private static readonly long s_start = LedgerRows.Start.ToUnixTimeSeconds();

    /// <summary>All of them: first the one with the bar, last the same from the rows alone.</summary>
    public static IReadOnlyList<Question> All { get; } =
    [
        new("by day and model", $"/admin/usage?from={DayText(0)}&to={DayText(LedgerRows.Days - 1)}&group_by=day,model&limit=1000", rows => rows),
        new("OpenAI's, by day and model", Usage("1d", LedgerRows.Days, Day, "&group_by=model"), rows => rows),
        new("a day by minute", Usage("1m", 1440, 60, ""), rows => LedgerRows.OfDay(rows, 0)),
        new("a week by hour", Usage("1h", 168, 3_600, ""), rows => Enumerable.Range(0, 7).Sum(day => LedgerRows.OfDay(rows, day))),
        new("by day, model and user: all rows", Usage("1d", LedgerRows.Days, Day, "&group_by=model&group_by=user_id"), rows => rows),
    ];

    /// <summary>How many requests an answer tells of.</summary>
    public long Requests(JsonElement answer) => Path.StartsWith("/admin", StringComparison.Ordinal)
        ? answer.GetProperty("data").EnumerateArray().Sum(sum => sum.GetProperty("requests").GetInt64())
        : answer.GetProperty("data").EnumerateArray().SelectMany(bucket => bucket.GetProperty("results").EnumerateArray()).Sum(result => result.GetProperty("num_model_requests").GetInt64());

    private static string Usage(string width, int buckets, int seconds, string more) =>
        string.Create(CultureInfo.InvariantCulture, $"/v1/organization/usage/completions?start_time={s_start}&end_time={s_start + ((long)buckets * seconds)}&bucket_width={width}&limit={buckets}{more}");

    private static string DayText(int day) => LedgerRows.Start.AddDays(day).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
