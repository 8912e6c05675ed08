using System.Diagnostics.Metrics;
using Switchboard.Gateway.Configuration;
using Switchboard.Gateway.Telemetry;

namespace Switchboard.Gateway.Guardrails;

/// <summary>What guardrails tell metrics.</summary>
internal static class GuardrailMetrics
{
    private static readonly Meter s_meter = new(GatewayTelemetry.Name);

    private static readonly Counter<long> s_acted = s_meter.CreateCounter<long>(
        "switchboard.guardrails", "{finding}", "What guardrails did, by guardrail, side (input, output) and action (masked, warned, refused, unavailable).");

    /// <summary>Counts one.</summary>
    public static void Count(string guardrail, GuardrailSide side, string action) => s_acted.Add(
        1,
        new("guardrail", guardrail),
        new("side", side == GuardrailSide.Input ? "input" : "output"),
        new("action", action));
}
