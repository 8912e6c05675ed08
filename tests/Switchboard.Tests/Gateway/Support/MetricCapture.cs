using System.Diagnostics.Metrics;
using Switchboard.Gateway.Telemetry;

namespace Switchboard.Tests.Gateway.Support;

/// <summary>Sums of the gateway's metrics, by instrument and labels. All tests of the process share the meter: names tell theirs apart.</summary>
internal sealed class MetricCapture : IDisposable
{
    /// <summary>For tests that listen, and for those that must not be listened to: what a listener allocates would count as theirs.</summary>
    public const string Collection = "metrics";

    private readonly Lock _gate = new();
    private readonly Dictionary<string, long> _sums = [];
    private readonly MeterListener _listener = new();

    public MetricCapture()
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == GatewayTelemetry.Name)
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Add(instrument, value, tags));
        _listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Add(instrument, value, tags));
        _listener.Start();
    }

    /// <summary>The sum of one: <c>switchboard.attempts p/m answered</c>.</summary>
    public long this[string key]
    {
        get
        {
            lock (_gate)
            {
                return _sums.GetValueOrDefault(key);
            }
        }
    }

    public void Dispose() => _listener.Dispose();

    private void Add(Instrument instrument, long value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var key = instrument.Name;
        foreach (var (_, label) in tags)
        {
            key += $" {label}";
        }

        lock (_gate)
        {
            _sums[key] = _sums.GetValueOrDefault(key) + value;
        }
    }
}
