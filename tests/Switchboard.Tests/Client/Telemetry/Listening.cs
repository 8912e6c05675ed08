using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Switchboard.Tests.Client.Telemetry;

/// <summary>Hears the client's spans and measurements, those of one server's port only: other tests make their own.</summary>
internal sealed class Listening : IDisposable
{
    private readonly int _port;
    private readonly ActivityListener _spans;
    private readonly MeterListener _meters = new();
    private readonly ConcurrentQueue<Activity> _heard = new();
    private readonly ConcurrentQueue<(string Name, double Value, Dictionary<string, object?> Tags)> _measured = new();

    public Listening(int port, bool isTracing = true, bool isMeasuring = true)
    {
        _port = port;
        _spans = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "Switchboard.Client",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = span => _heard.Enqueue(span),
        };
        if (isTracing)
        {
            ActivitySource.AddActivityListener(_spans);
        }

        if (isMeasuring)
        {
            _meters.InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Meter.Name == "Switchboard.Client")
                {
                    listener.EnableMeasurementEvents(instrument);
                }
            };
            _meters.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Keep(instrument, value, tags));
            _meters.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Keep(instrument, value, tags));
            _meters.Start();
        }
    }

    public IReadOnlyList<Activity> Spans => [.. _heard.Where(span => Equals(span.GetTagItem("server.port"), _port))];

    public Activity Span => Assert.Single(Spans);

    public IReadOnlyList<(double Value, Dictionary<string, object?> Tags)> Measured(string name) =>
        [.. _measured.Where(heard => heard.Name == name && Equals(heard.Tags.GetValueOrDefault("server.port"), _port)).Select(heard => (heard.Value, heard.Tags))];

    public IEnumerable<string> MetricTagNames => _measured.SelectMany(heard => heard.Tags.Keys).Distinct();

    public void Dispose()
    {
        _spans.Dispose();
        _meters.Dispose();
    }

    private void Keep(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        Dictionary<string, object?> kept = [];
        foreach (var (name, tag) in tags)
        {
            kept[name] = tag;
        }

        _measured.Enqueue((instrument.Name, value, kept));
    }
}
