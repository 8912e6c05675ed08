using Switchboard.Gateway.State.Shared;

namespace Switchboard.Gateway.State.InProcess;

/// <summary>Cached bytes in the memory of this process, bounded by their sum; what was used longest ago goes first.</summary>
internal sealed class MemoryCache(TimeProvider time, long maxBytes) : ISharedCache
{
    // What an entry takes beside its bytes and names.
    private const int Overhead = 200;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, Dictionary<string, LinkedListNode<Entry>>> _groups = new(StringComparer.Ordinal);
    private readonly LinkedList<Entry> _byUse = new();
    private long _bytes;
    private long _maxBytes = maxBytes;

    /// <summary>The most that entries take; what is too much goes at once.</summary>
    public long MaxBytes
    {
        get => Volatile.Read(ref _maxBytes);
        set
        {
            lock (_gate)
            {
                _maxBytes = value;
                MakeRoom(0);
            }
        }
    }

    /// <summary>How many entries there are, those too whose life is over and that nobody asked for since.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _byUse.Count;
            }
        }
    }

    /// <summary>What all entries take.</summary>
    public long Bytes
    {
        get
        {
            lock (_gate)
            {
                return _bytes;
            }
        }
    }

    /// <inheritdoc/>
    public ValueTask<ReadOnlyMemory<byte>?> GetAsync(CacheKey key) => new(Get(key));

    /// <summary>The entry; null where there is none.</summary>
    public ReadOnlyMemory<byte>? Get(CacheKey key)
    {
        lock (_gate)
        {
            if (Find(key) is not { } node)
            {
                return null;
            }

            if (time.GetTimestamp() >= node.Value.EndsAt)
            {
                Remove(node);
                return null;
            }

            _byUse.Remove(node);
            _byUse.AddLast(node);
            return node.Value.Value;
        }
    }

    /// <inheritdoc/>
    public ValueTask<bool> SetAsync(CacheKey key, ReadOnlyMemory<byte> value, TimeSpan life) => new(Set(key, value, life));

    /// <summary>Keeps an entry; false where it is too large.</summary>
    public bool Set(CacheKey key, ReadOnlyMemory<byte> value, TimeSpan life)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(life, ISharedCache.LongestLife);
        var size = value.Length + (2 * (key.Name.Length + key.Group.Length)) + Overhead;

        // One entry does not push out a good part of the others.
        if (size > MaxBytes / 4 || life <= TimeSpan.Zero)
        {
            return false;
        }

        lock (_gate)
        {
            if (Find(key) is { } old)
            {
                Remove(old);
            }

            MakeRoom(size);
            if (!_groups.TryGetValue(key.Group, out var group))
            {
                _groups[key.Group] = group = new(StringComparer.Ordinal);
            }

            var endsAt = time.GetTimestamp() + (long)(life.TotalSeconds * time.TimestampFrequency);
            group[key.Name] = _byUse.AddLast(new Entry(key, value, size, endsAt));
            _bytes += size;
        }

        return true;
    }

    /// <inheritdoc/>
    public ValueTask DeleteAsync(CacheKey key)
    {
        lock (_gate)
        {
            if (Find(key) is { } node)
            {
                Remove(node);
            }
        }

        return default;
    }

    /// <inheritdoc/>
    public ValueTask<bool> FlushAsync(string group)
    {
        lock (_gate)
        {
            Forget(group);
        }

        return new(true);
    }

    /// <summary>Forgets all entries of the groups that are meant.</summary>
    public void Flush(Func<string, bool> isMeant)
    {
        lock (_gate)
        {
            foreach (var group in _groups.Keys.Where(isMeant).ToArray())
            {
                Forget(group);
            }
        }
    }

    private void Forget(string group)
    {
        if (_groups.Remove(group, out var entries))
        {
            foreach (var node in entries.Values)
            {
                _byUse.Remove(node);
                _bytes -= node.Value.Size;
            }
        }
    }

    private void MakeRoom(int size)
    {
        while (_bytes + size > _maxBytes && _byUse.First is { } oldest)
        {
            Remove(oldest);
        }
    }

    private LinkedListNode<Entry>? Find(CacheKey key) =>
        _groups.TryGetValue(key.Group, out var group) && group.TryGetValue(key.Name, out var node) ? node : null;

    private void Remove(LinkedListNode<Entry> node)
    {
        var key = node.Value.Key;
        _byUse.Remove(node);
        _bytes -= node.Value.Size;
        var group = _groups[key.Group];
        group.Remove(key.Name);
        if (group.Count == 0)
        {
            _groups.Remove(key.Group);
        }
    }

    private sealed record Entry(CacheKey Key, ReadOnlyMemory<byte> Value, int Size, long EndsAt);
}
