using Switchboard.Gateway.Configuration;

namespace Switchboard.Gateway.State;

/// <summary>
/// Keeps responses and conversations in the memory of this process. It is bounded by number, bytes and age; what was
/// used longest ago goes first.
/// </summary>
public sealed class MemoryResponseStore : IResponseStore
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, LinkedListNode<Entry>> _entries = new(StringComparer.Ordinal);
    private readonly LinkedList<Entry> _byUse = new();
    private readonly TimeProvider _time;
    private long _bytes;

    /// <summary>An empty store.</summary>
    public MemoryResponseStore(ResponseStoreSettings settings, TimeProvider time)
    {
        Settings = settings;
        _time = time;
    }

    /// <summary>Its bounds; others hold from the next use on.</summary>
    public ResponseStoreSettings Settings { get; set; }

    /// <summary>How many responses and conversations it holds.</summary>
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
    public ValueTask<StoredResponse?> FindResponseAsync(string id, CancellationToken cancellationToken) => new(Find(id) as StoredResponse);

    /// <inheritdoc/>
    public ValueTask PutResponseAsync(StoredResponse response, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(response);
        Put(response.Id, response, response.Size);
        return default;
    }

    /// <inheritdoc/>
    public ValueTask<bool> DeleteResponseAsync(string id, CancellationToken cancellationToken) => new(Delete<StoredResponse>(id));

    /// <inheritdoc/>
    public ValueTask<StoredConversation?> FindConversationAsync(string id, CancellationToken cancellationToken) => new(Find(id) as StoredConversation);

    /// <inheritdoc/>
    public ValueTask PutConversationAsync(StoredConversation conversation, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(conversation);
        Put(conversation.Id, conversation, conversation.Size);
        return default;
    }

    /// <inheritdoc/>
    public ValueTask<StoredConversation?> ChangeConversationAsync(string id, Func<StoredConversation, StoredConversation> change, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(change);
        lock (_lock)
        {
            if (Find(id) is not StoredConversation conversation)
            {
                return default;
            }

            var changed = change(conversation);
            Put(id, changed, changed.Size);
            return new(changed);
        }
    }

    /// <inheritdoc/>
    public ValueTask<bool> DeleteConversationAsync(string id, CancellationToken cancellationToken) => new(Delete<StoredConversation>(id));

    private object? Find(string id)
    {
        lock (_lock)
        {
            Expire();
            if (!_entries.TryGetValue(id, out var node))
            {
                return null;
            }

            Remove(node);
            Add(node.Value with { UsedAt = _time.GetTimestamp() });
            return node.Value.Kept;
        }
    }

    private void Put(string id, object kept, long size)
    {
        lock (_lock)
        {
            Expire();
            if (_entries.TryGetValue(id, out var old))
            {
                Remove(old);
            }

            Add(new Entry(id, kept, size, _time.GetTimestamp()));
            while (_byUse.First is { } oldest && (_entries.Count > Settings.MaxStored || _bytes > Settings.MaxMegabytes * 1024L * 1024L))
            {
                Remove(oldest);
            }
        }
    }

    private bool Delete<T>(string id)
    {
        lock (_lock)
        {
            Expire();
            if (!_entries.TryGetValue(id, out var node) || node.Value.Kept is not T)
            {
                return false;
            }

            Remove(node);
            return true;
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
        _entries[entry.Id] = _byUse.AddLast(entry);
        _bytes += entry.Size;
    }

    private void Remove(LinkedListNode<Entry> node)
    {
        _byUse.Remove(node);
        _entries.Remove(node.Value.Id);
        _bytes -= node.Value.Size;
    }

    private sealed record Entry(string Id, object Kept, long Size, long UsedAt);
}
