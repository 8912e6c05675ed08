using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;

namespace Switchboard.Server.Telemetry.Prometheus;

/// <summary>What the page tells beside the instruments: which build runs since when, and what the page itself left out.</summary>
internal sealed class ProcessFacts
{
    private readonly TimeProvider _time;
    private readonly long _startedAt;
    private readonly DerivedFamily _build = new("switchboard_build", MetricKind.Info, null, "The version that runs, and what it runs on.");
    private readonly DerivedFamily _start = new("process_start_time_seconds", MetricKind.Gauge, "seconds", "When the process started, in seconds since 1970.");
    private readonly DerivedFamily _uptime = new("switchboard_uptime_seconds", MetricKind.Gauge, "seconds", "How long the gateway has been running.");
    private readonly DerivedFamily _overflowed = new("switchboard_metrics_overflowed", MetricKind.Counter, null, "Measurements that are in a series with overflow=\"true\", for their metric had server.metrics_max_series others already.");

    /// <summary>Notes what does not change.</summary>
    public ProcessFacts(TimeProvider time)
    {
        _time = time;
        _startedAt = time.GetTimestamp();
        var labels = new StringBuilder();
        MetricLabels.Append(labels, "version", ProductVersion.Text);
        MetricLabels.Append(labels, "runtime", RuntimeInformation.FrameworkDescription);
        MetricLabels.Append(labels, "architecture", RuntimeInformation.RuntimeIdentifier);
        _build.Of(labels.ToString()).Set(1);
        using var process = Process.GetCurrentProcess();
        _start.Of("").Set(new DateTimeOffset(process.StartTime.ToUniversalTime()).ToUnixTimeMilliseconds() / 1000d);
    }

    /// <summary>Writes them.</summary>
    public void Write(InstrumentFamily[] families, ExpositionWriter writer, ExpositionFormat format)
    {
        _overflowed.Of("").Set(families.Sum(family => family.Overflowed));
        _uptime.Of("").Set(_time.GetElapsedTime(_startedAt).TotalSeconds);
        _build.Write(writer, format);
        _start.Write(writer, format);
        _uptime.Write(writer, format);
        _overflowed.Write(writer, format);
    }
}
