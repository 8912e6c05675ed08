using System.Buffers;
using Switchboard.Protocol.Sse;

namespace Switchboard.Gateway.Surfaces;

/// <summary>Takes the bytes of a stream as they are written, and gives its events as soon as they are whole.</summary>
/// <param name="limits">How large events may be; <see cref="SseLimits.Default"/> when null.</param>
internal sealed class EventBuffer(SseLimits? limits = null) : IDisposable
{
    private const int LeastRoom = 1024;

    private readonly SseScanner _scanner = new(limits);
    private byte[] _bytes = new byte[4 * LeastRoom];
    private int _start;
    private int _end;

    /// <summary>How many bytes wait for the rest of their event.</summary>
    public int Waiting => _end - _start;

    /// <summary>Notes that bytes were written.</summary>
    public void Advance(int bytes) => _end += bytes;

    /// <summary>Room for more.</summary>
    public Memory<byte> GetMemory(int sizeHint)
    {
        var needed = Math.Max(sizeHint, LeastRoom);
        if (_bytes.Length - _end < needed)
        {
            MakeRoom(needed);
        }

        return _bytes.AsMemory(_end);
    }

    /// <summary>Reads the next event. It is valid until more is written.</summary>
    public SseScanStatus TryRead(out SseEvent found)
    {
        var rest = new ReadOnlySequence<byte>(_bytes, _start, Waiting);
        var status = _scanner.TryRead(ref rest, out found);
        _start = _end - (int)rest.Length;
        if (_start == _end)
        {
            (_start, _end) = (0, 0);
        }

        return status;
    }

    /// <summary>Forgets what waits.</summary>
    public void Clear() => (_start, _end) = (0, 0);

    /// <inheritdoc/>
    public void Dispose() => _scanner.Dispose();

    private void MakeRoom(int needed)
    {
        var waiting = Waiting;
        var room = waiting + needed <= _bytes.Length ? _bytes : new byte[Math.Max(_bytes.Length * 2, waiting + needed)];
        _bytes.AsSpan(_start, waiting).CopyTo(room);
        (_bytes, _start, _end) = (room, 0, waiting);
    }
}
