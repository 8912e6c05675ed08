using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Switchboard.Gateway.Telemetry;

/// <summary>
/// What the gateway tells tracing and metrics of its calls. Labels have few values: names of deployments are those of the
/// configuration, never what a caller wrote.
/// </summary>
internal static class GatewayTelemetry
{
    /// <summary>The name of the source of spans and of the meter.</summary>
    public const string Name = "Switchboard.Gateway";

    private static readonly Meter s_meter = new(Name);

    /// <summary>Spans: one for each attempt.</summary>
    public static ActivitySource Source { get; } = new(Name);

    /// <summary>Attempts, by <c>deployment</c> and <c>outcome</c>.</summary>
    public static Counter<long> Attempts { get; } = s_meter.CreateCounter<long>("switchboard.attempts", "{attempt}", "Attempts at deployments, by what became of them.");

    /// <summary>Calls that went on to another model, by <c>model</c> and <c>reason</c>.</summary>
    public static Counter<long> Fallbacks { get; } = s_meter.CreateCounter<long>("switchboard.fallbacks", "{call}", "Calls that went on to a fallback of their model.");

    /// <summary>Second attempts at the same time, by <c>model</c>.</summary>
    public static Counter<long> Hedges { get; } = s_meter.CreateCounter<long>("switchboard.hedges", "{attempt}", "Attempts that were begun while another had no first byte yet.");

    /// <summary>Attempts that were not made because the budget was spent, by <c>model</c> and <c>kind</c> (<c>retry</c>, <c>hedge</c>).</summary>
    public static Counter<long> BudgetRefusals { get; } = s_meter.CreateCounter<long>("switchboard.budget_refusals", "{attempt}", "Further attempts that a budget did not allow.");

    /// <summary>Times a deployment was left alone because it asked for that, by <c>deployment</c> and <c>reason</c>.</summary>
    public static Counter<long> Cooldowns { get; } = s_meter.CreateCounter<long>("switchboard.cooldowns", "{cooldown}", "Times that a deployment was left alone for a while.");

    /// <summary>Breakers that are open now, by <c>deployment</c>: 0 or 1.</summary>
    public static UpDownCounter<int> OpenBreakers { get; } = s_meter.CreateUpDownCounter<int>("switchboard.breaker.open", "{breaker}", "Whether the breaker of a deployment is open.");

    /// <summary>The time to the first byte of an answer, in seconds, by <c>deployment</c>.</summary>
    public static Histogram<double> FirstByte { get; } = s_meter.CreateHistogram<double>("switchboard.first_byte.duration", "s", "Time from the request to a deployment to the first byte of its answer.");
}
