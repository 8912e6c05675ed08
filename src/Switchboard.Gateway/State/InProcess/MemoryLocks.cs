using Switchboard.Gateway.State.Shared;

namespace Switchboard.Gateway.State.InProcess;

/// <summary>Locks of this process. Those whose life is over are cleared away as others are taken.</summary>
internal sealed class MemoryLocks(TimeProvider time) : ISharedLocks
{
    private const int FewEnough = 1024;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, Held> _held = new(StringComparer.Ordinal);
    private int _clearAt = FewEnough;

    /// <summary>How many are known, held or not cleared away yet.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _held.Count;
            }
        }
    }

    /// <inheritdoc/>
    public ValueTask<SharedLock?> TryTakeAsync(string name, TimeSpan life)
    {
        lock (_gate)
        {
            if (_held.TryGetValue(name, out var held) && !held.IsOver)
            {
                return default;
            }

            ClearAway();
            var taken = new Held(this, name);
            taken.Live(life);
            _held[name] = taken;
            return new(taken);
        }
    }

    private void ClearAway()
    {
        if (_held.Count < _clearAt)
        {
            return;
        }

        foreach (var (name, held) in _held)
        {
            if (held.IsOver)
            {
                _held.Remove(name);
            }
        }

        _clearAt = Math.Max(FewEnough, _held.Count * 2);
    }

    private sealed class Held(MemoryLocks locks, string name) : SharedLock
    {
        private long _endsAt;

        public bool IsOver => locks.Time.GetTimestamp() >= _endsAt;

        public void Live(TimeSpan life) => _endsAt = locks.Time.GetTimestamp() + (long)(life.TotalSeconds * locks.Time.TimestampFrequency);

        /// <inheritdoc/>
        public override ValueTask<bool> ExtendAsync(TimeSpan life)
        {
            lock (locks._gate)
            {
                if (IsOver || locks._held.GetValueOrDefault(name) != this)
                {
                    return new(false);
                }

                Live(life);
                return new(true);
            }
        }

        /// <inheritdoc/>
        protected override ValueTask GiveBackAsync()
        {
            lock (locks._gate)
            {
                if (locks._held.GetValueOrDefault(name) == this)
                {
                    locks._held.Remove(name);
                }
            }

            return default;
        }
    }

    private TimeProvider Time => time;
}
