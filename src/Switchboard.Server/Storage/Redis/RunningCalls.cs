using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Switchboard.Gateway.State.Shared;

namespace Switchboard.Server.Storage.Redis;

/// <summary>
/// How many calls of this process run, by concurrent counter, as far as it knows. Redis has the same number in the place of
/// this node; where the two may differ, it is told this one. Used under the lock of <see cref="CounterBatches"/>.
/// </summary>
internal sealed class RunningCalls
{
    private readonly Dictionary<Counter, long> _calls = [];
    private readonly HashSet<Counter> _doubtful = [];

    /// <summary>Those that Redis is to be told of: calls run, or the number there may be another.</summary>
    public IEnumerable<Counter> Counters => _calls.Keys.Union(_doubtful);

    /// <summary>Calls have begun.</summary>
    public void Begin(Counter counter, long calls) => _calls[counter] = _calls.GetValueOrDefault(counter) + calls;

    /// <summary>One has ended.</summary>
    public void End(Counter counter)
    {
        ref var calls = ref CollectionsMarshal.GetValueRefOrNullRef(_calls, counter);
        if (!Unsafe.IsNullRef(ref calls) && --calls == 0)
        {
            _calls.Remove(counter);
        }
    }

    /// <summary>What Redis has may be another number: it is told with the next renewal.</summary>
    public void Doubt(Counter counter) => _doubtful.Add(counter);

    /// <summary>The number, for Redis.</summary>
    public long Tell(Counter counter)
    {
        _doubtful.Remove(counter);
        return _calls.GetValueOrDefault(counter);
    }
}
