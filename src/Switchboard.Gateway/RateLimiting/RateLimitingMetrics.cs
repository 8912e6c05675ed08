using System.Diagnostics.Metrics;
using Switchboard.Gateway.Telemetry;

namespace Switchboard.Gateway.RateLimiting;

/// <summary>What limits and budgets tell metrics. No label is an id, but those of <see cref="BudgetBook"/>.</summary>
internal static class RateLimitingMetrics
{
    private static readonly Meter s_meter = new(GatewayTelemetry.Name);

    /// <summary>Calls that were sent away, by <c>scope</c> and <c>limit</c>.</summary>
    public static Counter<long> Refused { get; } = s_meter.CreateCounter<long>("switchboard.limits.refused", "{request}", "Requests that a limit or a budget sent away, by whose it is and what it is of.");

    /// <summary>Calls that went on though a budget of theirs could not be looked up.</summary>
    public static Counter<long> Unknown { get; } = s_meter.CreateCounter<long>("switchboard.budgets.unknown", "{request}", "Requests whose budget could not be looked up in the ledger in time, by what became of them.");

    /// <summary>Budgets that are nearly spent, by <c>scope</c> and <c>period</c>, once in each period.</summary>
    public static Counter<long> Warned { get; } = s_meter.CreateCounter<long>("switchboard.budgets.warned", "{budget}", "Budgets that came to the share of which to warn, once in each period.");

    /// <summary>The word for a limit.</summary>
    public static string WordOf(LimitRule rule) => rule.Kind switch
    {
        LimitKind.RequestsPerMinute => "requests_per_minute",
        LimitKind.RequestsPerDay => "requests_per_day",
        LimitKind.TokensPerMinute => "tokens_per_minute",
        LimitKind.TokensPerDay => "tokens_per_day",
        LimitKind.ConcurrentRequests => "concurrent_requests",
        _ => "budget",
    };
}
