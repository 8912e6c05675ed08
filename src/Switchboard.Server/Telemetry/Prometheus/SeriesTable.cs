using System.Numerics;
using System.Runtime.InteropServices;

namespace Switchboard.Server.Telemetry.Prometheus;

/// <summary>
/// The series of an instrument by the tags of a measurement. What is there already is found without a lock and without
/// allocation; what is new is added under one. Beyond so many, all that is new is one series.
/// </summary>
/// <param name="most">The most series.</param>
/// <param name="make">Makes one.</param>
internal sealed class SeriesTable<T>(int most, Func<string, KeyValuePair<string, object?>[], T> make)
    where T : MetricSeries
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, T> _byLabels = new(StringComparer.Ordinal);
    private Node?[] _buckets = new Node?[8];
    private int _nodes;
    private T[] _all = new T[4];
    private int _count;
    private T? _overflow;
    private long _overflowed;

    /// <summary>Measurements that came to the one series of what is too much.</summary>
    public long Overflowed => Volatile.Read(ref _overflowed);

    /// <summary>All of them, as they are now.</summary>
    public ReadOnlySpan<T> All
    {
        get
        {
            // The count first: what is counted is in any array that is read later.
            var count = Volatile.Read(ref _count);
            return Volatile.Read(ref _all).AsSpan(0, count);
        }
    }

    /// <summary>The series of these tags.</summary>
    public T Of(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var hash = HashOf(tags);
        return Find(tags, hash) ?? Add(tags, hash);
    }

    /// <summary>Leaves only those that are wanted. Nothing else may change the table meanwhile.</summary>
    public void Keep(Predicate<T> isWanted)
    {
        lock (_gate)
        {
            var wanted = Array.FindAll(All.ToArray(), isWanted);
            if (wanted.Length == _count)
            {
                return;
            }

            _byLabels.Clear();
            (_buckets, _nodes, _overflow) = (new Node?[8], 0, null);
            Volatile.Write(ref _count, 0);
            _all = new T[Math.Max(4, wanted.Length)];
            foreach (var series in wanted)
            {
                // By which tags they are found is learned again.
                _byLabels.Add(series.Labels, series);
                Append(series);
                _overflow = series.IsOverflow ? series : _overflow;
            }
        }
    }

    private T? Find(ReadOnlySpan<KeyValuePair<string, object?>> tags, int hash)
    {
        var buckets = Volatile.Read(ref _buckets);
        var node = Volatile.Read(ref buckets[hash & (buckets.Length - 1)]);
        while (node is not null && !(node.Hash == hash && AreSame(node.Tags, tags)))
        {
            node = node.Next;
        }

        return node?.Series;
    }

    private T Add(ReadOnlySpan<KeyValuePair<string, object?>> tags, int hash)
    {
        // Once it is full, what is new costs neither a lock nor text.
        if (Volatile.Read(ref _overflow) is { } overflow)
        {
            Interlocked.Increment(ref _overflowed);
            return overflow;
        }

        lock (_gate)
        {
            if (Find(tags, hash) is { } already)
            {
                return already;
            }

            var labels = MetricLabels.Of(tags);
            if (!_byLabels.TryGetValue(labels, out var series))
            {
                if (_byLabels.Count >= most)
                {
                    Interlocked.Increment(ref _overflowed);
                    return _overflow ?? Overflow();
                }

                series = make(labels, tags.ToArray());
                _byLabels.Add(labels, series);
                Append(series);
            }

            Link(new Node(hash, tags.ToArray(), series));
            return series;
        }
    }

    private T Overflow()
    {
        var series = make(MetricLabels.Overflow, []);
        Append(series);
        Volatile.Write(ref _overflow, series);
        return series;
    }

    private void Append(T series)
    {
        if (_count == _all.Length)
        {
            var larger = new T[_all.Length * 2];
            _all.CopyTo(larger, 0);
            Volatile.Write(ref _all, larger);
        }

        _all[_count] = series;
        Volatile.Write(ref _count, _count + 1);
    }

    // Tags in another order are another node of the same series.
    private void Link(Node node)
    {
        if (++_nodes > _buckets.Length)
        {
            var larger = new Node?[_buckets.Length * 2];
            foreach (var first in _buckets)
            {
                for (var old = first; old is not null; old = old.Next)
                {
                    Put(larger, old with { });
                }
            }

            Volatile.Write(ref _buckets, larger);
        }

        Put(_buckets, node);
    }

    private static void Put(Node?[] buckets, Node node)
    {
        ref var bucket = ref buckets[node.Hash & (buckets.Length - 1)];
        node.Next = bucket;
        Volatile.Write(ref bucket, node);
    }

    private static int HashOf(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var hash = 0UL;
        foreach (var (_, value) in tags)
        {
            hash = Mix(hash, value is string text ? HashOf(text) : (uint)(value?.GetHashCode() ?? 0));
        }

        return (int)(hash ^ (hash >> 32));
    }

    // Four letters at once, and no secret seed: a name that a caller chooses is no label unless the configuration has it.
    private static ulong HashOf(string text)
    {
        var words = MemoryMarshal.Cast<char, ulong>(text);
        var hash = (ulong)text.Length;
        foreach (var word in words)
        {
            hash = Mix(hash, word);
        }

        foreach (var letter in text.AsSpan(words.Length * (sizeof(ulong) / sizeof(char))))
        {
            hash = Mix(hash, letter);
        }

        return hash;
    }

    private static ulong Mix(ulong hash, ulong word) => (BitOperations.RotateLeft(hash, 5) ^ word) * 0x9E37_79B9_7F4A_7C15;

    private static bool AreSame(KeyValuePair<string, object?>[] known, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (known.Length != tags.Length)
        {
            return false;
        }

        for (var i = 0; i < known.Length; i++)
        {
            if (known[i].Key != tags[i].Key || !AreSame(known[i].Value, tags[i].Value))
            {
                return false;
            }
        }

        return true;
    }

    private static bool AreSame(object? known, object? value) =>
        ReferenceEquals(known, value) || (known is string text ? text.Equals(value as string, StringComparison.Ordinal) : Equals(known, value));

    private sealed record Node(int Hash, KeyValuePair<string, object?>[] Tags, T Series)
    {
        public Node? Next { get; set; }
    }
}
