using Switchboard.Gateway.Configuration;

namespace Switchboard.Gateway.State;

/// <summary>
/// Keeps responses in the memory of this process, for a gateway without a database. It is bounded by number, bytes and
/// age; what was used longest ago goes first.
/// </summary>
public sealed class MemoryResponseStore : IResponseStore
{
    private readonly Lock _lock = new();
    private readonly Dictionary<(string Tenant, string Id), LinkedListNode<Entry>> _entries = [];
    private readonly LinkedList<Entry> _byUse = new();
    private readonly TimeProvider _time;
    private long _bytes;

    /// <summary>An empty store.</summary>
    public MemoryResponseStore(ResponseStoreSettings settings, TimeProvider time)
    {
        Settings = settings;
        _time = time;
    }

    /// <inheritdoc/>
    public ResponseStoreSettings Settings { get; set; }

    /// <summary>How many responses it holds.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _entries.Count;
            }
        }
    }

    /// <inheritdoc/>
    public ValueTask<StoredResponse?> FindAsync(string tenant, string id, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            Expire();
            if (!_entries.TryGetValue((tenant, id), out var node))
            {
                return default;
            }

            Remove(node);
            Add(node.Value with { UsedAt = _time.GetTimestamp() });
            return new(node.Value.Kept);
        }
    }

    /// <inheritdoc/>
    public ValueTask PutAsync(string tenant, StoredResponse response, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(response);
        lock (_lock)
        {
            Expire();
            if (_entries.TryGetValue((tenant, response.Id), out var old))
            {
                Remove(old);
            }

            Add(new Entry(tenant, response, response.Size, _time.GetTimestamp()));
            while (_byUse.First is { } oldest && (_entries.Count > Settings.MaxStored || _bytes > Settings.MaxMegabytes * 1024L * 1024L))
            {
                Remove(oldest);
            }
        }

        return default;
    }

    /// <inheritdoc/>
    public ValueTask SweepAsync(CancellationToken cancellationToken) => default;

    /// <inheritdoc/>
    public ValueTask<bool> DeleteAsync(string tenant, string id, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            Expire();
            if (!_entries.TryGetValue((tenant, id), out var node))
            {
                return new(false);
            }

            Remove(node);
            return new(true);
        }
    }

    private void Expire()
    {
        while (_byUse.First is { } oldest && _time.GetElapsedTime(oldest.Value.UsedAt) >= Settings.MaxAge)
        {
            Remove(oldest);
        }
    }

    private void Add(Entry entry)
    {
        _entries[(entry.Tenant, entry.Kept.Id)] = _byUse.AddLast(entry);
        _bytes += entry.Size;
    }

    private void Remove(LinkedListNode<Entry> node)
    {
        _byUse.Remove(node);
        _entries.Remove((node.Value.Tenant, node.Value.Kept.Id));
        _bytes -= node.Value.Size;
    }

    private sealed record Entry(string Tenant, StoredResponse Kept, long Size, long UsedAt);
}
