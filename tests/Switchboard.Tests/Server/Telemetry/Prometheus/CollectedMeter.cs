using System.Diagnostics.Metrics;
using System.Text;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Switchboard.Server.Telemetry.Prometheus;

namespace Switchboard.Tests.Server.Telemetry.Prometheus;

/// <summary>A meter of its own name with a collector that listens to it: no other test's measurements come to it.</summary>
internal sealed class CollectedMeter : IDisposable
{
    public CollectedMeter(int most = 1_000, TimeProvider? time = null, ILogger<MetricCollector>? logger = null)
    {
        var name = $"Test.{Guid.NewGuid():N}";
        Collector = new MetricCollector(most, null, time ?? TimeProvider.System, logger ?? NullLogger<MetricCollector>.Instance, name);
        Meter = new Meter(name);
        Other = new Meter(name);
    }

    public MetricCollector Collector { get; }

    public Meter Meter { get; }

    /// <summary>Another of the same name.</summary>
    public Meter Other { get; }

    public ExpositionPage Page(bool isOpenMetrics = false) => ExpositionPage.Read(Text(isOpenMetrics), isOpenMetrics);

    public string Text(bool isOpenMetrics = false)
    {
        using var written = Collector.Write(isOpenMetrics ? ExpositionFormat.OpenMetrics : ExpositionFormat.Text);
        return Encoding.UTF8.GetString(written.Written.Span);
    }

    public void Dispose()
    {
        Collector.Dispose();
        Meter.Dispose();
        Other.Dispose();
    }
}
