using System.Diagnostics.Metrics;
using Switchboard.Gateway.Telemetry;

namespace Switchboard.Gateway.Admission;

/// <summary>What admission tells metrics, beside how many run and wait (<see cref="AdmissionLimits"/>).</summary>
internal static class AdmissionMetrics
{
    private static readonly Meter s_meter = new(GatewayTelemetry.Name);

    private static readonly Counter<long> s_refused = s_meter.CreateCounter<long>(
        "switchboard.requests.refused", "{request}", "Requests that got no place: as many waited as may (queue_full), or none came free in time (timeout).");

    /// <summary>Counts a request that got no place.</summary>
    public static void Refuse(bool isFull, long requests = 1) => s_refused.Add(requests, new KeyValuePair<string, object?>("reason", isFull ? "queue_full" : "timeout"));

    /// <summary>Says that there are none yet.</summary>
    public static void TellZeros()
    {
        Refuse(true, 0);
        Refuse(false, 0);
    }
}
