using System.Runtime.InteropServices;
using Switchboard.Gateway.Accounting;

namespace Switchboard.Server.Storage.Records.Ledger;

/// <summary>The table of what was spent by day, for budgets.</summary>
internal static class SpentTable
{
    /// <summary>Where the sums of a batch go: they are added to those of their day.</summary>
    public static SqlInsert Into { get; } = new("ledger_spent", ["scope", "day", "cost"], "(scope, day) DO UPDATE SET cost = ledger_spent.cost + excluded.cost");

    /// <summary>The sums of some rows, in one order for all who write them.</summary>
    public static IReadOnlyList<SpentSum> SumsOf(IReadOnlyList<LedgerRow> rows)
    {
        var sums = new Dictionary<(SpendingScope Scope, long Day), long>();
        foreach (var row in rows)
        {
            if (row.Cost is not { } cost || cost == 0)
            {
                continue;
            }

            var day = DayTable.NumberOf(row.At);
            Add(SpendingKind.Key, row.Key);
            Add(SpendingKind.Project, row.Project);
            Add(SpendingKind.Team, row.Team);
            Add(SpendingKind.Provider, row.Provider);

            void Add(SpendingKind kind, string? id)
            {
                if (!string.IsNullOrEmpty(id))
                {
                    CollectionsMarshal.GetValueRefOrAddDefault(sums, (new SpendingScope(kind, LedgerColumns.Clean(id)), day), out _) += cost;
                }
            }
        }

        return [.. sums.Select(sum => new SpentSum(sum.Key.Scope.Name, sum.Key.Day, sum.Value)).OrderBy(sum => sum.Scope, StringComparer.Ordinal).ThenBy(sum => sum.Day)];
    }

    /// <summary>Puts the values of a sum in.</summary>
    public static void Fill(SqlValues values, SpentSum sum) => values.Add(sum.Scope).Add(sum.Day).Add(sum.Cost);

    /// <summary>What somebody spent from a day on. One row, always: of nothing it is 0.</summary>
    public static Sql Sum(SpendingScope scope, DateOnly? from) =>
        $"SELECT COALESCE(SUM(cost), 0) FROM ledger_spent WHERE scope = {LedgerColumns.Clean(scope.Name)} AND day >= {(from is { } day ? DayTable.NumberOf(day) : 0)}";
}

/// <summary>What somebody spent on a day, in nano-dollars.</summary>
internal readonly record struct SpentSum(string Scope, long Day, long Cost);
