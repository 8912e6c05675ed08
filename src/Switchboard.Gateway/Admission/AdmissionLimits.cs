namespace Switchboard.Gateway.Admission;

/// <summary>
/// The limits that are counted now. They go from snapshot to snapshot: a limit that stays as it is keeps its count, so
/// that a change of something else lets nobody in beside those who run already.
/// </summary>
internal sealed class AdmissionLimits(TimeProvider time)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, (Bounds Bounds, ConcurrencyLimit Limit)> _limits = new(StringComparer.Ordinal);

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

            var limit = new ConcurrencyLimit(places, mostWaiting, longestWait, time);
            _limits[name] = (bounds, limit);
            return limit;
        }
    }

    private readonly record struct Bounds(int Places, int MostWaiting, TimeSpan LongestWait);
}
