namespace Switchboard.Tests.Protocol.Sse;

/// <summary>A body that brings one piece a read, some only after a wait; then it ends, or fails.</summary>
internal sealed class CutStream(IEnumerable<ReadOnlyMemory<byte>> pieces, Exception? fault = null, bool waits = true) : Stream
{
    private readonly Queue<ReadOnlyMemory<byte>> _pieces = new(pieces.Where(piece => !piece.IsEmpty));

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (waits && _pieces.Count % 3 == 0)
        {
            await Task.Yield();
        }

        return Read(buffer.Span);
    }

    public override int Read(Span<byte> buffer)
    {
        if (!_pieces.TryPeek(out var piece))
        {
            return fault is null ? 0 : throw fault;
        }

        var length = Math.Min(piece.Length, buffer.Length);
        piece.Span[..length].CopyTo(buffer);
        _pieces.Dequeue();
        if (length < piece.Length)
        {
            PutBack(piece[length..]);
        }

        return length;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Flush() => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    private void PutBack(ReadOnlyMemory<byte> rest)
    {
        var others = _pieces.ToArray();
        _pieces.Clear();
        _pieces.Enqueue(rest);
        foreach (var other in others)
        {
            _pieces.Enqueue(other);
        }
    }
}
