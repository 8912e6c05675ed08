using System.Buffers;

namespace Switchboard.Protocol.Json;

/// <summary>The names met in a value that is passed over, to find two of one name in one object. Not for keeping: it rents.</summary>
/// <remarks>One hash table serves all objects of the value: a name is looked for together with the object it is in.</remarks>
internal ref struct NameSet(ReadOnlySpan<byte> source)
{
    private const int FirstCapacity = 32;

    private readonly ReadOnlySpan<byte> _source = source;
    private Levels _objects;
    private int _level = -1;
    private int _lastObject;
    private Entry[]? _entries;
    private int _capacity;
    private int _count;
    private List<byte[]>? _unescaped;

    /// <summary>An object or array begins.</summary>
    public void Open() => _objects[++_level] = ++_lastObject;

    /// <summary>It ends.</summary>
    public void Close() => _level--;

    /// <summary>Takes a name of the object under way.</summary>
    /// <param name="name">The name without escapes: a part of the source, or else kept as it is.</param>
    /// <exception cref="JsonException">The object has it already.</exception>
    public void Add(ReadOnlySpan<byte> name)
    {
        var entry = new Entry { Object = _objects[_level], Length = name.Length };
        if (!_source.Overlaps(name, out entry.Start))
        {
            (_unescaped ??= []).Add(name.ToArray());
            entry.Start = -_unescaped.Count;
        }

        // Seeded per process: names that fall into one bucket cannot be made up in advance.
        var hash = new HashCode();
        hash.Add(entry.Object);
        hash.AddBytes(name);
        entry.Hash = hash.ToHashCode();
        if (Has(in entry, name))
        {
            throw JsonFault.Duplicate(name);
        }

        Insert(entry);
    }

    public void Dispose()
    {
        if (_entries is { } entries)
        {
            _entries = null;
            ArrayPool<Entry>.Shared.Return(entries);
        }
    }

    private readonly bool Has(in Entry wanted, ReadOnlySpan<byte> name)
    {
        if (_count == 0)
        {
            return false;
        }

        var entries = _entries!;
        for (var i = entries[wanted.Hash & (_capacity - 1)].First - 1; i >= 0; i = entries[i].Next)
        {
            ref readonly var entry = ref entries[i];
            if (entry.Hash == wanted.Hash && entry.Object == wanted.Object && NameOf(in entry).SequenceEqual(name))
            {
                return true;
            }
        }

        return false;
    }

    private void Insert(Entry entry)
    {
        if (_count == _capacity)
        {
            Grow();
        }

        var entries = _entries!;
        ref var first = ref entries[entry.Hash & (_capacity - 1)].First;
        entry.Next = first - 1;
        entry.First = entries[_count].First;
        entries[_count] = entry;
        entries[entry.Hash & (_capacity - 1)].First = ++_count;
    }

    private void Grow()
    {
        var old = _entries;
        _capacity = Math.Max(FirstCapacity, _capacity * 2);
        var entries = ArrayPool<Entry>.Shared.Rent(_capacity);
        entries.AsSpan(0, _capacity).Clear();
        for (var i = 0; i < _count; i++)
        {
            var entry = old![i];
            ref var first = ref entries[entry.Hash & (_capacity - 1)].First;
            var head = first;
            first = i + 1;
            entry.First = entries[i].First;
            entry.Next = head - 1;
            entries[i] = entry;
        }

        Dispose();
        _entries = entries;
    }

    private readonly ReadOnlySpan<byte> NameOf(in Entry entry) =>
        entry.Start < 0 ? _unescaped![-entry.Start - 1] : _source.Slice(entry.Start, entry.Length);

    private struct Entry
    {
        // One more than the newest entry whose hash falls here; it belongs to the place and not to the name.
        public int First;
        public int Next;
        public int Object;
        public int Hash;
        public int Start;
        public int Length;
    }

    [InlineArray(WireReader.MaxDepth + 1)]
    private struct Levels
    {
        private int _first;
    }
}
