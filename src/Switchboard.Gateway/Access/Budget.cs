namespace Switchboard.Gateway.Access;

/// <summary>How much may be spent in a period.</summary>
/// <param name="Period">The period.</param>
/// <param name="NanoDollars">The amount in billionths of a dollar.</param>
/// <param name="WarnAt">The share of it, 0 to 1, from which on callers and operators are warned.</param>
public sealed record Budget(BudgetPeriod Period, long NanoDollars, double WarnAt = 0.8)
{
    /// <summary>The most that a budget may be, in dollars: as much as can be counted exactly.</summary>
    public const decimal MostDollars = 9_000_000;

    private const decimal NanoPerDollar = 1_000_000_000;

    /// <summary>The amount in dollars.</summary>
    public decimal ToDollars() => (decimal)NanoDollars / NanoPerDollar;

    /// <summary>Dollars in billionths of one, rounded down.</summary>
    public static long Nano(decimal dollars) => (long)(dollars * NanoPerDollar);
}

/// <summary>Over which time a budget counts, by UTC.</summary>
public enum BudgetPeriod
{
    /// <summary>From midnight on.</summary>
    Day,

    /// <summary>From the first of the month on.</summary>
    Month,

    /// <summary>For ever.</summary>
    Total,
}
