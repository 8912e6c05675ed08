using Switchboard.Gateway.Accounting;

namespace Switchboard.Server.Storage.Records.Ledger;

/// <summary>The table of what was spent by day, for budgets.</summary>
internal static class SpentTable
{
    /// <summary>The sums of some rows, in one order for all who write them.</summary>
    public static IReadOnlyList<KeyValuePair<(string Scope, long Day), long>> SumsOf(IReadOnlyList<LedgerRow> rows)
    {
        var sums = new SortedDictionary<(string Scope, long Day), long>(Comparer<(string Scope, long Day)>.Create(Compare));
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
                    var key = (new SpendingScope(kind, LedgerColumns.Clean(id)).Name, day);
                    sums[key] = sums.GetValueOrDefault(key) + cost;
                }
            }
        }

        return [.. sums];
    }

    /// <summary>Adds a sum to that of its day.</summary>
    public static Sql Add(string scope, long day, long cost) =>
        $"INSERT INTO ledger_spent (scope, day, cost) VALUES ({scope}, {day}, {cost}) ON CONFLICT (scope, day) DO UPDATE SET cost = ledger_spent.cost + excluded.cost";

    /// <summary>What somebody spent from a day on. One row, always: of nothing it is 0.</summary>
    public static Sql Sum(SpendingScope scope, DateOnly? from) =>
        $"SELECT COALESCE(SUM(cost), 0) FROM ledger_spent WHERE scope = {LedgerColumns.Clean(scope.Name)} AND day >= {(from is { } day ? DayTable.NumberOf(day) : 0)}";

    private static int Compare((string Scope, long Day) left, (string Scope, long Day) right) =>
        string.CompareOrdinal(left.Scope, right.Scope) is not 0 and var order ? order : left.Day.CompareTo(right.Day);
}
