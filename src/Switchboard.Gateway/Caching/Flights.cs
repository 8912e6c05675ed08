using System.Collections.Concurrent;
using Switchboard.Gateway.State.Shared;

namespace Switchboard.Gateway.Caching;

/// <summary>The calls that are under way, by what they ask.</summary>
internal sealed class Flights(CancellationToken stopping)
{
    private readonly ConcurrentDictionary<CacheKey, Flight> _flights = new();

    /// <summary>Joins the call under way that asks the same, or begins one.</summary>
    /// <param name="key">What is asked.</param>
    /// <param name="isLeader">True where it was begun.</param>
    /// <param name="cancellationToken">Fires when its caller leaves.</param>
    public Flight Enter(CacheKey key, out bool isLeader, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (_flights.TryGetValue(key, out var other) && other.TryJoin())
            {
                isLeader = false;
                return other;
            }

            var own = Begin(key, cancellationToken);
            if (other is null ? _flights.TryAdd(key, own) : _flights.TryUpdate(key, own, other))
            {
                isLeader = true;
                return own;
            }

            own.Dispose();
        }
    }

    /// <summary>Begins a call that nobody joins.</summary>
    public Flight Begin(CacheKey key, CancellationToken cancellationToken) =>
        new(flight => _flights.TryRemove(new(key, flight)), stopping, cancellationToken);
}
