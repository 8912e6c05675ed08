namespace Switchboard.Protocol.Multipart;

/// <summary>A stream that is read asynchronously, from start to end.</summary>
internal abstract class ReadStream : Stream
{
    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public abstract override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default);

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("Read it asynchronously.");

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}

/// <summary>A stream that someone else disposes of.</summary>
internal sealed class BorrowedStream(Stream inner) : ReadStream
{
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => inner.ReadAsync(buffer, cancellationToken);
}

/// <summary>Some bytes of a stream that can seek. With a gate the stream is shared, and each read seeks anew; without one it is this stream's own.</summary>
internal sealed class SliceStream(Stream inner, long start, long length, SemaphoreSlim? gate) : ReadStream
{
    private long _read;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var wanted = buffer[..(int)Math.Min(buffer.Length, length - _read)];
        if (wanted.IsEmpty)
        {
            return 0;
        }

        await (gate?.WaitAsync(cancellationToken) ?? Task.CompletedTask).ConfigureAwait(false);
        try
        {
            if (gate is not null || _read == 0)
            {
                inner.Position = start + _read;
            }

            var count = await inner.ReadAsync(wanted, cancellationToken).ConfigureAwait(false);
            _read += count;
            return count;
        }
        finally
        {
            gate?.Release();
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing && gate is null)
        {
            inner.Dispose();
        }

        base.Dispose(disposing);
    }
}
