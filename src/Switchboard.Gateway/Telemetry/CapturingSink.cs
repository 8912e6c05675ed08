using System.Buffers;
using System.IO.Pipelines;
using Switchboard.Gateway.Pipeline;

namespace Switchboard.Gateway.Telemetry;

/// <summary>Passes an answer on, and keeps a copy of its first bytes.</summary>
internal sealed class CapturingSink(IAnswerSink inner) : IAnswerSink
{
    private const int MostKept = 256 * 1024;

    private readonly ArrayBufferWriter<byte> _kept = new();
    private CapturingWriter? _writer;

    /// <inheritdoc/>
    public bool IsCommitted => inner.IsCommitted;

    /// <inheritdoc/>
    public PipeWriter? Events => inner.Events is null ? null : _writer;

    /// <inheritdoc/>
    public ApiDialect Dialect => inner.Dialect;

    /// <summary>It is a stream of events.</summary>
    public bool IsStream { get; private set; }

    /// <summary>What was written, up to a limit.</summary>
    public ReadOnlyMemory<byte> Written => _kept.WrittenMemory;

    /// <inheritdoc/>
    public PipeWriter Commit(AnswerHead head)
    {
        IsStream = head.ContentType?.StartsWith("text/event-stream", StringComparison.OrdinalIgnoreCase) is true;
        return _writer = new CapturingWriter(inner.Commit(head), _kept);
    }

    /// <inheritdoc/>
    public void Abort() => inner.Abort();

    private sealed class CapturingWriter(PipeWriter output, ArrayBufferWriter<byte> kept) : PipeWriter
    {
        private Memory<byte> _lent;

        public override bool CanGetUnflushedBytes => output.CanGetUnflushedBytes;

        public override long UnflushedBytes => output.UnflushedBytes;

        public override Memory<byte> GetMemory(int sizeHint = 0) => _lent = output.GetMemory(sizeHint);

        public override Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

        public override void Advance(int bytes)
        {
            if (kept.WrittenCount + bytes <= MostKept)
            {
                kept.Write(_lent.Span[..bytes]);
            }

            // More may be written into the same memory before the next is asked for.
            _lent = _lent[bytes..];
            output.Advance(bytes);
        }

        public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default) => output.FlushAsync(cancellationToken);

        public override void CancelPendingFlush() => output.CancelPendingFlush();

        public override void Complete(Exception? exception = null) => output.Complete(exception);
    }
}
