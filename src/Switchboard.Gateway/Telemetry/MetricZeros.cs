using Switchboard.Gateway.Accounting;
using Switchboard.Gateway.Admission;

namespace Switchboard.Gateway.Telemetry;

/// <summary>The metrics that alarms are on, before there is anything to tell of them.</summary>
public static class MetricZeros
{
    /// <summary>Says to a listener that is new that there is nothing yet: an alarm sees a number grow that is there already, and not one that appears.</summary>
    public static void Tell()
    {
        AccountingMetrics.TellZeros();
        AdmissionMetrics.TellZeros();
    }
}
