using Switchboard.Gateway.State.Shared;

namespace Switchboard.Server.Storage.Redis;

/// <summary>Totals of which not all that was spent is known to have been counted.</summary>
internal sealed class UnsureTotals
{
    private readonly Lock _gate = new();
    private HashSet<Counter> _counters = [];

    public void Add(Counter counter)
    {
        lock (_gate)
        {
            _counters.Add(counter);
        }
    }

    public IReadOnlyCollection<Counter> TakeAll()
    {
        lock (_gate)
        {
            var all = _counters;
            _counters = [];
            return all;
        }
    }
}
