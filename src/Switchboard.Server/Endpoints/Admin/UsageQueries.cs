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

    private static readonly RecordsQuery s_usual = new() { Limit = 100 };

    // Of what rows must have one value each is taken.
    private static readonly string[] s_single = ["from", "to", "format", .. UsageGroups.OfDays.Keys];

    /// <summary>Reads a query for sums; gives what is wrong with it, or null.</summary>
    public static GatewayError? ReadSum(HttpRequest request, DateOnly today, out UsageQuery read)
    {
        read = new UsageQuery { From = today, To = today };
        if (PagedList.Read(request, s_usual, out var page, others: s_single) is { } unfit)
        {
            return unfit;
        }

        if (request.Query.ContainsKey("order"))
        {
            return Invalid("order", "Sums come in the order of what they are told apart by.");
        }

        if (ReadDays(request.Query, today, out var from, out var to) is { } wrong)
        {
            return wrong;
        }

        if (ReadGroups(request.Query, out var groups) is { } unknown)
        {
            return unknown;
        }

        var after = 0;
        if (page.After is { } text && !int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out after))
        {
            return Invalid("after", "It must be the last_id of the page before.");
        }

        read = new UsageQuery { From = from, To = to, Groups = groups, Only = OnlyOf(request.Query), Limit = page.Limit, Offset = after };
        return null;
    }

    /// <summary>Reads a query for rows; gives what is wrong with it, or null.</summary>
    public static GatewayError? ReadRows(HttpRequest request, DateOnly today, out LedgerQuery read)
    {
        read = new LedgerQuery { From = default, Until = default };
        if (PagedList.Read(request, s_usual, out var page, others: s_single) is { } unfit)
        {
            return unfit;
        }

        if (ReadDays(request.Query, today, out var from, out var to) is { } wrong)
        {
            return wrong;
        }

        read = new LedgerQuery { From = Midnight(from), Until = Midnight(to.AddDays(1)), Only = OnlyOf(request.Query), Page = page };
        return null;
    }

    private static DateTimeOffset Midnight(DateOnly day) => new(day.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero);

    private static GatewayError? ReadGroups(IQueryCollection query, out List<UsageGroup> groups)
    {
        groups = [];
        foreach (var name in query["group_by"].SelectMany(value => (value ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)).Distinct())
        {
            if (!UsageGroups.OfDays.TryGetValue(name, out var group))
            {
                return Invalid("group_by", $"There is no group '{name}'. There are: {UsageGroups.Known}.");
            }

            groups.Add(group);
        }

        return null;
    }

    private static Dictionary<UsageGroup, string> OnlyOf(IQueryCollection query)
    {
        var only = new Dictionary<UsageGroup, string>();
        foreach (var (name, group) in UsageGroups.OfDays)
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

    private static bool TryReadDay(IQueryCollection query, string name, ref DateOnly day) =>
        PagedList.One(query, name) is not { } text || DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out day);

    private static GatewayError Invalid(string param, string message) => GatewayError.InvalidRequest($"'{param}' cannot be used: {message}", param, "invalid_value");
}
