using System.IO.Pipelines;
using Switchboard.Gateway.Pipeline;

namespace Switchboard.Tests.Gateway.Support;

/// <summary>A sink that counts flushes and forgets the bytes. It allocates nothing.</summary>
internal sealed class DiscardingSink : PipeWriter, IAnswerSink
{
    private readonly byte[] _buffer = new byte[64 * 1024];

    public bool IsCommitted { get; private set; }

    public int Flushes { get; private set; }

    public long Bytes { get; private set; }

    public PipeWriter Commit(AnswerHead head)
    {
        IsCommitted = true;
        return this;
    }

    public void Abort()
    {
    }

    public override void Advance(int bytes) => Bytes += bytes;

    public override Memory<byte> GetMemory(int sizeHint = 0) => _buffer;

    public override Span<byte> GetSpan(int sizeHint = 0) => _buffer;

    public override void CancelPendingFlush()
    {
    }

    public override void Complete(Exception? exception = null)
    {
    }

    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        Flushes++;
        return default;
    }
}
