namespace Switchboard.Tests.Protocol.Multipart;

/// <summary>A stream of so many zeros that no memory holds, at most so many bytes a read; it counts what becomes of it.</summary>
internal sealed class ZeroStream(long length, int bytesPerRead = int.MaxValue) : ReadOnlyTestStream
{
    private long _read;

    public Action<long>? BeforeRead { get; init; }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        BeforeRead?.Invoke(_read);
        cancellationToken.ThrowIfCancellationRequested();
        var read = (int)Math.Min(Math.Min(buffer.Length, bytesPerRead), length - _read);
        buffer.Span[..read].Clear();
        _read += read;
        return ValueTask.FromResult(read);
    }
}

/// <summary>Bytes that cannot be taken back, as those of a network.</summary>
internal sealed class ForwardStream(byte[] content) : ReadOnlyTestStream
{
    private readonly MemoryStream _content = new(content);

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => _content.ReadAsync(buffer, cancellationToken);
}

/// <summary>Takes bytes and only counts them.</summary>
internal sealed class CountingStream : Stream
{
    public long Written { get; private set; }

    public long LargestWrite { get; private set; }

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        Written += buffer.Length;
        LargestWrite = Math.Max(LargestWrite, buffer.Length);
        return ValueTask.CompletedTask;
    }

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException("Nobody may block.");

    public override void Flush() => throw new NotSupportedException("Flushing is the destination's owner's.");

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();
}

internal abstract class ReadOnlyTestStream : Stream
{
    public bool IsDisposed { get; private set; }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public abstract override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default);

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("Nobody may block.");

    public override void Flush() => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        IsDisposed = true;
        base.Dispose(disposing);
    }
}
