using System.Globalization;
using Microsoft.AspNetCore.Http;
using Switchboard.Gateway.Accounting;
using Switchboard.Gateway.Pipeline;
using Switchboard.Gateway.State;

namespace Switchboard.Server.Endpoints.Admin;

/// <summary>Reads what an administrator asks of the ledger.</summary>
internal static class UsageQueries
{
    private const int UsualDays = 30;
    private const int MostRows = 1_000;

    // Sums of days do not tell users apart.
    private static readonly Dictionary<string, UsageGroup> s_groups =
        Enum.GetValues<UsageGroup>().Where(group => group != UsageGroup.User).ToDictionary(NameOf, StringComparer.Ordinal);

    /// <summary>The word for a group.</summary>
    public static string NameOf(UsageGroup group) => group switch
    {
        UsageGroup.Day => "day",
        UsageGroup.Model => "model",
        UsageGroup.Key => "key",
        UsageGroup.Project => "project",
        UsageGroup.Provider => "provider",
        UsageGroup.Deployment => "deployment",
        UsageGroup.User => "user",
        _ => "operation",
    };

    /// <summary>Reads a query for sums; gives what is wrong with it, or null.</summary>
    public static GatewayError? ReadSum(IQueryCollection query, DateOnly today, out UsageQuery read)
    {
        read = new UsageQuery { From = today, To = today };
        if (ReadDays(query, today, out var from, out var to) is { } wrong)
        {
            return wrong;
        }

        var groups = new List<UsageGroup>();
        foreach (var name in query["group_by"].SelectMany(value => (value ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)).Distinct())
        {
            if (!s_groups.TryGetValue(name, out var group))
            {
                return Invalid("group_by", $"There is no group '{name}'. There are: {string.Join(", ", s_groups.Keys)}.");
            }

            groups.Add(group);
        }

        var after = 0;
        if (query["after"].ToString() is { Length: > 0 } text && !int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out after))
        {
            return Invalid("after", "It must be the last_id of the page before.");
        }

        if (ReadLimit(query, out var limit) is { } fault)
        {
            return fault;
        }

        read = new UsageQuery { From = from, To = to, Groups = groups, Only = OnlyOf(query), Limit = limit, Offset = after };
        return null;
    }

    /// <summary>Reads a query for rows; gives what is wrong with it, or null.</summary>
    public static GatewayError? ReadRows(IQueryCollection query, DateOnly today, out LedgerQuery read)
    {
        read = new LedgerQuery { From = default, Until = default };
        if (ReadDays(query, today, out var from, out var to) is { } wrong)
        {
            return wrong;
        }

        if (ReadLimit(query, out var limit) is { } fault)
        {
            return fault;
        }

        var order = query["order"].ToString();
        if (order is not ("" or "asc" or "desc"))
        {
            return Invalid("order", "It must be asc or desc.");
        }

        read = new LedgerQuery
        {
            From = Midnight(from),
            Until = Midnight(to.AddDays(1)),
            Only = OnlyOf(query),
            Page = new RecordsQuery { Limit = limit, After = query["after"].ToString() is { Length: > 0 } after ? after : null, NewestFirst = order == "desc" },
        };
        return null;
    }

    private static DateTimeOffset Midnight(DateOnly day) => new(day.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero);

    private static Dictionary<UsageGroup, string> OnlyOf(IQueryCollection query)
    {
        var only = new Dictionary<UsageGroup, string>();
        foreach (var (name, group) in s_groups)
        {
            if (group != UsageGroup.Day && query.TryGetValue(name, out var value))
            {
                only[group] = value.ToString();
            }
        }

        return only;
    }

    private static GatewayError? ReadDays(IQueryCollection query, DateOnly today, out DateOnly from, out DateOnly to)
    {
        from = to = today;
        if (!TryReadDay(query, "to", ref to))
        {
            return Invalid("to", "It must be a day such as 2026-01-31.");
        }

        from = to.DayNumber >= UsualDays ? to.AddDays(1 - UsualDays) : DateOnly.MinValue;
        if (!TryReadDay(query, "from", ref from))
        {
            return Invalid("from", "It must be a day such as 2026-01-31.");
        }

        return from > to ? Invalid("from", "It must not be after 'to'.") : to == DateOnly.MaxValue ? Invalid("to", "It must be a day before 9999-12-31.") : null;
    }

    private static bool TryReadDay(IQueryCollection query, string name, ref DateOnly day)
    {
        var text = query[name].ToString();
        if (text.Length == 0)
        {
            return true;
        }

        return DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out day);
    }

    private static GatewayError? ReadLimit(IQueryCollection query, out int limit)
    {
        limit = 100;
        var text = query["limit"].ToString();
        return text.Length == 0 || (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out limit) && limit is >= 1 and <= MostRows)
            ? null
            : Invalid("limit", "It must be a whole number from 1 to 1000.");
    }

    private static GatewayError Invalid(string param, string message) => GatewayError.InvalidRequest($"'{param}' cannot be used: {message}", param, "invalid_value");
}
