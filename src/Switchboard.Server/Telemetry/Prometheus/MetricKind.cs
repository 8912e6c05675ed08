namespace Switchboard.Server.Telemetry.Prometheus;

/// <summary>What a number is, as Prometheus tells numbers apart.</summary>
internal enum MetricKind
{
    /// <summary>It only grows.</summary>
    Counter,

    /// <summary>It goes up and down.</summary>
    Gauge,

    /// <summary>How many measurements were how large.</summary>
    Histogram,

    /// <summary>Always 1: what counts is in the labels.</summary>
    Info,
}
