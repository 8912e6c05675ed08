using Switchboard.Client.Transport;

namespace Switchboard.Client.Batches;

/// <summary>The file of a batch, made while it is read: no more than a line is in memory.</summary>
internal sealed class BatchFileStream(IEnumerable<BatchEntry> entries) : Stream
{
    private readonly IEnumerator<BatchEntry> _entries = entries.GetEnumerator();
    private readonly PooledBuffer _line = new();
    private int _read;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(Span<byte> buffer)
    {
        var count = 0;
        while (count < buffer.Length && (_read < _line.Length || MoveNext()))
        {
            var part = _line.WrittenSpan[_read..];
            part = part[..Math.Min(part.Length, buffer.Length - count)];
            part.CopyTo(buffer[count..]);
            count += part.Length;
            _read += part.Length;
        }

        return count;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => ValueTask.FromResult(Read(buffer.Span));

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => Task.FromResult(Read(buffer.AsSpan(offset, count)));

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _entries.Dispose();
            _line.Dispose();
        }

        base.Dispose(disposing);
    }

    private bool MoveNext()
    {
        _line.Clear();
        _read = 0;
        if (!_entries.MoveNext())
        {
            return false;
        }

        _entries.Current.WriteTo(_line);
        return true;
    }
}
