using System.Globalization;
using Switchboard.Gateway.Access;

namespace Switchboard.Gateway.RateLimiting;

/// <summary>When the periods of budgets begin and end, by UTC.</summary>
public static class BudgetPeriods
{
    /// <summary>The word for a period: <c>day</c>, <c>month</c>, <c>total</c>.</summary>
    public static string WordOf(BudgetPeriod period) => period switch
    {
        BudgetPeriod.Day => "day",
        BudgetPeriod.Month => "month",
        _ => "total",
    };

    /// <summary>The period that a moment is in: its beginning, and its end where it has one.</summary>
    public static (DateTimeOffset From, DateTimeOffset? Until) Of(BudgetPeriod period, DateTimeOffset now)
    {
        var day = new DateTimeOffset(now.UtcDateTime.Date, TimeSpan.Zero);
        var month = day.AddDays(1 - day.Day);
        return period switch
        {
            BudgetPeriod.Day => (day, day.AddDays(1)),
            BudgetPeriod.Month => (month, month.AddMonths(1)),
            _ => (DateTimeOffset.MinValue, null),
        };
    }

    /// <summary>What tells it from others: <c>2026-11-22</c>, <c>2026-11</c>, <c>total</c>.</summary>
    internal static string NameOf(BudgetPeriod period, DateTimeOffset now) => period switch
    {
        BudgetPeriod.Day => now.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        BudgetPeriod.Month => now.UtcDateTime.ToString("yyyy-MM", CultureInfo.InvariantCulture),
        _ => "total",
    };
}
