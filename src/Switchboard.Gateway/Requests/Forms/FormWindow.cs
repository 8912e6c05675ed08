using System.Buffers;

namespace Switchboard.Gateway.Requests.Forms;

/// <summary>
/// The part of a form that came and has not left yet, in one pooled buffer: scanned ahead of what leaves, and changed in
/// one place at most at a time. Positions count from the form's first byte.
/// </summary>
internal sealed class FormWindow : IDisposable
{
    private const int UsualBytes = 32 * 1024;

    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(UsualBytes);
    private long _base;
    private int _sent;
    private int _scanned;
    private int _filled;
    private long _barrier = long.MaxValue;
    private (long Start, long End, byte[] Text)? _edit;
    private ReadOnlyMemory<byte> _leaving;

    /// <summary>What came and is not scanned yet.</summary>
    public ReadOnlySpan<byte> Unscanned => _buffer.AsSpan(_scanned, _filled - _scanned);

    /// <summary>How far the scan has come.</summary>
    public long Position => _base + _scanned;

    /// <summary>How many bytes are held.</summary>
    public int Held => _filled - _sent;

    /// <summary>Notes that bytes are scanned.</summary>
    public void Advance(int count) => _scanned += count;

    /// <summary>Lets nothing leave from the scan's position on, until <see cref="Lift"/>.</summary>
    public void Bar() => _barrier = Position;

    /// <summary>Lets all leave that is scanned.</summary>
    public void Lift() => _barrier = long.MaxValue;

    /// <summary>Puts another text in the place of bytes that have not left. The change before must have left.</summary>
    public void Replace(long start, long end, byte[] text) => _edit = (start, end, text);

    /// <summary>Takes back a change that has not left.</summary>
    public void Keep() => _edit = null;

    /// <summary>Room for more bytes.</summary>
    public Memory<byte> Room()
    {
        if (_sent > 0)
        {
            _buffer.AsSpan(_sent, _filled - _sent).CopyTo(_buffer);
            _base += _sent;
            _scanned -= _sent;
            _filled -= _sent;
            _sent = 0;
        }

        if (_filled == _buffer.Length)
        {
            Resize(_buffer.Length * 2);
        }
        else if (_filled <= UsualBytes / 2 && _buffer.Length > 2 * UsualBytes)
        {
            // A large window was filled while the model was looked for; from then on a small one does.
            Resize(UsualBytes);
        }

        return _buffer.AsMemory(_filled);
    }

    /// <summary>Notes that bytes came.</summary>
    public void Fill(int count) => _filled += count;

    /// <summary>Moves bytes that may leave out; 0 when there are none.</summary>
    public int Take(Span<byte> to)
    {
        if (_leaving.IsEmpty && _edit is { } edit && _base + _sent == edit.Start && Position >= edit.End && _barrier > edit.Start)
        {
            _leaving = edit.Text;
            _sent += (int)(edit.End - edit.Start);
            _edit = null;
        }

        if (!_leaving.IsEmpty)
        {
            var part = _leaving[..Math.Min(_leaving.Length, to.Length)];
            part.Span.CopyTo(to);
            _leaving = _leaving[part.Length..];
            return part.Length;
        }

        var end = Math.Min(Position, Math.Min(_barrier, _edit?.Start ?? long.MaxValue));
        var count = (int)Math.Min(end - _base - _sent, to.Length);
        _buffer.AsSpan(_sent, count).CopyTo(to);
        _sent += count;
        return count;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = [];
        _sent = _scanned = _filled = 0;
    }

    private void Resize(int length)
    {
        var other = ArrayPool<byte>.Shared.Rent(length);
        _buffer.AsSpan(0, _filled).CopyTo(other);
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = other;
    }
}
