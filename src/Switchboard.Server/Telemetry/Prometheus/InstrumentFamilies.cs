using System.Diagnostics.Metrics;

namespace Switchboard.Server.Telemetry.Prometheus;

/// <summary>Makes the family of an instrument.</summary>
internal static class InstrumentFamilies
{
    // The runtime has them as counters, and they go down as well as up.
    private static readonly HashSet<string> s_gauges = ["dotnet.thread_pool.thread.count", "dotnet.thread_pool.queue.length"];

    /// <summary>What its numbers are; null for a kind of instrument that is not known.</summary>
    public static MetricKind? KindOf(Instrument instrument)
    {
        if (s_gauges.Contains(instrument.Name))
        {
            return MetricKind.Gauge;
        }

        var type = instrument.GetType();
        var kind = type.IsGenericType ? type.GetGenericTypeDefinition() : null;
        return kind == typeof(Counter<>) || kind == typeof(ObservableCounter<>) ? MetricKind.Counter
            : kind == typeof(Histogram<>) ? MetricKind.Histogram
            : kind == typeof(UpDownCounter<>) || kind == typeof(ObservableUpDownCounter<>) || kind == typeof(Gauge<>) || kind == typeof(ObservableGauge<>) ? MetricKind.Gauge
            : null;
    }

    /// <summary>An empty family.</summary>
    public static InstrumentFamily Make(Instrument instrument, MetricKind kind, int most, TimeProvider time)
    {
        var (name, unit) = MetricNames.Of(instrument.Name, instrument.Unit, kind);
        var help = string.IsNullOrWhiteSpace(instrument.Description) ? $"The instrument {instrument.Name}." : instrument.Description;
        return kind == MetricKind.Histogram ? new HistogramFamily(name, unit, help, most, BucketBounds.Of(instrument), time)
            : instrument.IsObservable || IsSet(instrument) ? new ObservedFamily(name, kind, unit, help, most, instrument.IsObservable)
            : new ValueFamily(name, kind, unit, help, most);
    }

    private static bool IsSet(Instrument instrument) => instrument.GetType().GetGenericTypeDefinition() == typeof(Gauge<>);
}
