using System.Buffers;
using System.IO.Pipelines;
using Switchboard.Gateway.Pipeline;

namespace Switchboard.Gateway.Caching;

/// <summary>
/// An answer as it is written, in pooled segments that never move: one writes, and others read what was published. Who
/// holds it keeps the segments from going back to the pool.
/// </summary>
internal sealed class AnswerRecording
{
    private const int FirstSegment = 4 * 1024;
    private const int Segment = 64 * 1024;

    private readonly Lock _gate = new();
    private readonly List<ArraySegment<byte>> _segments = [];
    private byte[] _current = [];
    private int _used;
    private long _full;
    private long _published;
    private int _holders = 1;
    private TaskCompletionSource? _waiting;
    private int _version;
    private volatile bool _isOver;
    private volatile bool _isTooLarge;

    /// <summary>The head of the answer; null before it has begun.</summary>
    public AnswerHead? Head { get; private set; }

    /// <summary>Who gives the answer.</summary>
    public CallTarget? Target { get; private set; }

    /// <summary>The members of the request that did not reach them.</summary>
    public IReadOnlyList<string> Dropped { get; private set; } = [];

    /// <summary>True once nothing more comes.</summary>
    public bool IsOver => _isOver;

    /// <summary>True for more than is kept.</summary>
    public bool IsTooLarge => _isTooLarge;

    /// <summary>True for an answer that came to its end.</summary>
    public bool IsWhole { get; private set; }

    /// <summary>True for one that may be given again, too.</summary>
    public bool IsKept { get; private set; }

    /// <summary>What broke it off; null for nothing.</summary>
    public GatewayError? Fault { get; private set; }

    /// <summary>How many bytes were written.</summary>
    public long Length => _full + _used;

    /// <summary>How many bytes can be read.</summary>
    public long Published => Volatile.Read(ref _published);

    /// <summary>Whether it is a stream of events.</summary>
    public bool IsStream => Head?.ContentType?.StartsWith("text/event-stream", StringComparison.OrdinalIgnoreCase) is true;

    /// <summary>Notes that the answer begins.</summary>
    public void Begin(AnswerHead head, GatewayCall call)
    {
        Target = call.Target;
        Dropped = [.. call.Dropped];
        Head = head;
        Wake();
    }

    /// <summary>Room to write to.</summary>
    public Memory<byte> GetMemory(int sizeHint)
    {
        var needed = Math.Max(sizeHint, 1);
        if (_current.Length - _used < needed)
        {
            NextSegment(needed);
        }

        return _current.AsMemory(_used);
    }

    /// <summary>Takes so many bytes of the room as written.</summary>
    public void Advance(int bytes) => _used += bytes;

    /// <summary>Lets others read all that was written.</summary>
    public void Publish()
    {
        Volatile.Write(ref _published, Length);
        Wake();
    }

    /// <summary>Notes that more comes than is kept.</summary>
    public void NoteTooLarge()
    {
        if (!_isTooLarge)
        {
            _isTooLarge = true;
            Wake();
        }
    }

    /// <summary>Notes that nothing more comes.</summary>
    public void End(bool isWhole, bool isKept, GatewayError? fault)
    {
        if (_isOver)
        {
            return;
        }

        IsWhole = isWhole;
        IsKept = isKept;
        Fault = fault;
        Volatile.Write(ref _published, Length);
        _isOver = true;
        Wake();
    }

    /// <summary>Writes what lies between two places.</summary>
    public void CopyTo(PipeWriter output, long from, long to)
    {
        foreach (var part in Between(from, to))
        {
            output.Write(part.Span);
        }
    }

    /// <summary>The bytes between two places.</summary>
    public IEnumerable<ReadOnlyMemory<byte>> Between(long from, long to)
    {
        var at = 0L;
        foreach (var part in Segments())
        {
            var start = Math.Max(from - at, 0);
            var end = Math.Min(to - at, part.Length);
            if (start < end)
            {
                yield return part[(int)start..(int)end];
            }

            at += part.Length;
        }
    }

    /// <summary>Another number after each change.</summary>
    public int Version => Volatile.Read(ref _version);

    /// <summary>Waits until there is a change.</summary>
    /// <param name="version">The number that was read before anything else was looked at.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public ValueTask WaitAsync(int version, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (_version != version)
            {
                return default;
            }

            _waiting ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return new(_waiting.Task.WaitAsync(cancellationToken));
        }
    }

    /// <summary>Keeps the segments for one more reader.</summary>
    public void Hold() => Interlocked.Increment(ref _holders);

    /// <summary>Lets go of the segments; the last one out gives them back.</summary>
    public void Release()
    {
        if (Interlocked.Decrement(ref _holders) > 0)
        {
            return;
        }

        foreach (var segment in _segments)
        {
            ArrayPool<byte>.Shared.Return(segment.Array!);
        }

        _segments.Clear();
        if (_current.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_current);
            _current = [];
        }
    }

    private void NextSegment(int needed)
    {
        lock (_gate)
        {
            if (_used > 0)
            {
                _segments.Add(new(_current, 0, _used));
            }
            else if (_current.Length > 0)
            {
                ArrayPool<byte>.Shared.Return(_current);
            }

            _full += _used;
            _used = 0;
            _current = ArrayPool<byte>.Shared.Rent(Math.Max(needed, _segments.Count == 0 ? FirstSegment : Segment));
        }
    }

    private ReadOnlyMemory<byte>[] Segments()
    {
        lock (_gate)
        {
            var parts = new ReadOnlyMemory<byte>[_segments.Count + 1];
            for (var i = 0; i < _segments.Count; i++)
            {
                parts[i] = _segments[i];
            }

            parts[^1] = _current;
            return parts;
        }
    }

    private void Wake()
    {
        TaskCompletionSource? waiting;
        lock (_gate)
        {
            _version++;
            (waiting, _waiting) = (_waiting, null);
        }

        waiting?.SetResult();
    }
}
