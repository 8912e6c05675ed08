using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Switchboard.Gateway.Accounting;
using Switchboard.Gateway.State;

namespace Switchboard.Cli.Commands;

/// <summary><c>switchboard usage</c>: what was used and what it cost, from the ledger in the records that the configuration names.</summary>
internal static class UsageCommand
{
    private const int UsualDays = 30;
    private const int PageSize = 1_000;

    private static readonly (string Name, Func<UsageSums, string> Value)[] s_sums =
    [
        ("requests", sums => Text(sums.Requests)),
        ("failed", sums => Text(sums.Failed)),
        ("cancelled", sums => Text(sums.Cancelled)),
        ("from_cache", sums => Text(sums.FromCache)),
        ("prompt_tokens", sums => Text(sums.Prompt)),
        ("cached_tokens", sums => Text(sums.Cached)),
        ("cache_written_tokens", sums => Text(sums.CacheWritten)),
        ("completion_tokens", sums => Text(sums.Completion)),
        ("reasoning_tokens", sums => Text(sums.Reasoning)),
        ("images", sums => Text(sums.Images)),
        ("seconds", sums => sums.Seconds.ToString(CultureInfo.InvariantCulture)),
        ("characters", sums => Text(sums.Characters)),
        ("searches", sums => Text(sums.Searches)),
        ("cost", sums => DollarText.Of(sums.Cost)),
        ("cost_unknown", sums => Text(sums.Unpriced)),
    ];

    // What fits on a line; the file has all.
    private static readonly string[] s_shown = ["requests", "failed", "prompt_tokens", "completion_tokens", "cost", "cost_unknown"];

    public static Command Create()
    {
        var from = Day("--from", "The first day, UTC; 29 days before the last by default.");
        var to = Day("--to", "The last day; today by default.");
        var groups = new Option<List<UsageGroup>>("--group-by")
        {
            Description = $"What the sums are told apart by, of {UsageGroups.Known}; day,model by default.",
            HelpName = "GROUPS",
            CustomParser = ParseGroups,
            DefaultValueFactory = _ => [UsageGroup.Day, UsageGroup.Model],
        };
        var csv = new Option<bool>("--csv") { Description = "All sums, as CSV." };
        return RecordsCommand.Run(new Command("usage", "What was used and what it cost, from the ledger in storage.records.") { from, to, groups, csv }, async (services, _, arguments, cancellationToken) =>
        {
            var last = arguments.GetValue(to) ?? DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime);
            var first = arguments.GetValue(from) ?? last.AddDays(-Math.Min(UsualDays - 1, last.DayNumber));
            if (first > last)
            {
                await arguments.InvocationConfiguration.Error.WriteLineAsync("--from must not be after --to.");
                return ExitCodes.Misuse;
            }

            var query = new UsageQuery { From = first, To = last, Groups = arguments.GetValue(groups)!, Limit = PageSize };
            var sums = await ReadAsync(services.GetRequiredService<ILedgerRecords>(), query, cancellationToken);
            var lines = arguments.GetValue(csv) ? Csv(query, sums) : Table(query, sums);
            foreach (var line in lines)
            {
                await arguments.InvocationConfiguration.Output.WriteLineAsync(line);
            }

            return ExitCodes.Done;
        });
    }

    private static async Task<List<UsageSums>> ReadAsync(ILedgerRecords records, UsageQuery query, CancellationToken cancellationToken)
    {
        var sums = new List<UsageSums>();
        while (true)
        {
            var page = await records.SumAsync(query with { Offset = sums.Count }, cancellationToken);
            sums.AddRange(page.Data);
            if (!page.HasMore)
            {
                return sums;
            }
        }
    }

    private static IEnumerable<string> Csv(UsageQuery query, List<UsageSums> sums) =>
        Rows(query, sums, s_sums).Select(row => string.Join(',', row.Select(CsvCell.Of)));

    private static IEnumerable<string> Table(UsageQuery query, List<UsageSums> sums)
    {
        var rows = Rows(query, sums, [.. s_sums.Where(sum => s_shown.Contains(sum.Name))]).Select(row => row.Select(Shown).ToArray()).ToList();
        var widths = Enumerable.Range(0, rows[0].Length).Select(column => rows.Max(row => row[column].Length)).ToArray();

        // Words begin in one column, numbers end in one.
        return rows.Select(row => string.Join("  ", row.Select((cell, column) => column < query.Groups.Count ? cell.PadRight(widths[column]) : cell.PadLeft(widths[column]))).TrimEnd());
    }

    private static IEnumerable<string[]> Rows(UsageQuery query, List<UsageSums> sums, (string Name, Func<UsageSums, string> Value)[] columns) =>
        sums.Select(sum => (string[])[.. query.Groups.Select(group => Value(sum, group)), .. columns.Select(column => column.Value(sum))])
            .Prepend([.. query.Groups.Select(UsageGroups.NameOf), .. columns.Select(column => column.Name)]);

    private static string Value(UsageSums sums, UsageGroup group) =>
        group == UsageGroup.Day ? sums.Day!.Value.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) : sums.Of[group];

    // Callers choose the names of models: a terminal is told no commands by them.
    private static string Shown(string text) => text.Length == 0 ? "-" : string.Concat(text.Select(letter => char.IsControl(letter) ? '?' : letter));

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static Option<DateOnly?> Day(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "DAY",
        CustomParser = result =>
        {
            if (DateOnly.TryParseExact(result.Tokens[0].Value, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day))
            {
                return day;
            }

            result.AddError($"{name} must be a day such as 2026-01-31.");
            return null;
        },
    };

    private static List<UsageGroup> ParseGroups(ArgumentResult result)
    {
        var groups = new List<UsageGroup>();
        foreach (var name in result.Tokens[0].Value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Distinct())
        {
            if (UsageGroups.OfDays.TryGetValue(name, out var group))
            {
                groups.Add(group);
            }
            else
            {
                result.AddError($"There is no group '{name}'. There are: {UsageGroups.Known}.");
            }
        }

        return groups;
    }
}
