using System.Diagnostics.Metrics;
using Switchboard.Gateway.Telemetry;

namespace Switchboard.Gateway.Admission;

/// <summary>
/// The limits that are counted now. They go from snapshot to snapshot: a limit that stays as it is keeps its count, so
/// that a change of something else lets nobody in beside those who run already.
/// </summary>
internal sealed class AdmissionLimits : IDisposable
{
    private readonly TimeProvider _time;
    private readonly Lock _gate = new();
    private readonly Dictionary<string, (Bounds Bounds, ConcurrencyLimit Limit)> _limits = new(StringComparer.Ordinal);
    private readonly Meter _meter = new(GatewayTelemetry.Name);
    private int _holders;

    public AdmissionLimits(TimeProvider time)
    {
        _time = time;
        _meter.CreateObservableUpDownCounter("switchboard.requests.in_flight", () => Observe(limit => limit.Taken), "{request}", "Requests that are answered now, by the limit that counts them.");
        _meter.CreateObservableUpDownCounter("switchboard.requests.queued", () => Observe(limit => limit.Waiting), "{request}", "Requests that wait for a place now, by the limit that has none.");
    }

    /// <summary>A snapshot begins to use them.</summary>
    public void Hold() => Interlocked.Increment(ref _holders);

    /// <summary>A snapshot is closed; with the last of them nothing is measured any more.</summary>
    public void Release()
    {
        if (Interlocked.Decrement(ref _holders) == 0)
        {
            Dispose();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _meter.Dispose();

    /// <summary>The limit of that name with these bounds; a new one where it had others or there was none.</summary>
    public ConcurrencyLimit Get(string name, int places, int mostWaiting, TimeSpan longestWait)
    {
        var bounds = new Bounds(places, mostWaiting, longestWait);
        lock (_gate)
        {
            if (_limits.TryGetValue(name, out var known) && known.Bounds == bounds)
            {
                return known.Limit;
            }

            var limit = new ConcurrencyLimit(name, places, mostWaiting, longestWait, _time);
            _limits[name] = (bounds, limit);
            return limit;
        }
    }

    private Measurement<int>[] Observe(Func<ConcurrencyLimit, int> count)
    {
        lock (_gate)
        {
            return [.. _limits.Values.Select(row => new Measurement<int>(count(row.Limit), new KeyValuePair<string, object?>("limit", row.Limit.Name)))];
        }
    }

    private readonly record struct Bounds(int Places, int MostWaiting, TimeSpan LongestWait);
}
