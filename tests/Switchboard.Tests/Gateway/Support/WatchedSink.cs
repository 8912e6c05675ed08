using System.IO.Pipelines;
using Switchboard.Gateway.Pipeline;

namespace Switchboard.Tests.Gateway.Support;

/// <summary>A slow caller whose connection, as Kestrel's does, would be lost with a flush that is cancelled.</summary>
internal sealed class WatchedSink : IAnswerSink
{
    private readonly TaskCompletionSource _waits = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>What reads what was written.</summary>
    public RecordingSink Inner { get; } = new(isSlow: true);

    /// <summary>Completed once a flush waits for the caller.</summary>
    public Task Waits => _waits.Task;

    /// <summary>A flush was cancelled.</summary>
    public bool WasCancelled { get; private set; }

    public bool IsCommitted => Inner.IsCommitted;

    public PipeWriter Commit(AnswerHead head) => new Writer(this, Inner.Commit(head));

    public void Abort() => Inner.Abort();

    private sealed class Writer(WatchedSink sink, PipeWriter inner) : PipeWriter
    {
        public override void Advance(int bytes) => inner.Advance(bytes);

        public override void CancelPendingFlush() => inner.CancelPendingFlush();

        public override void Complete(Exception? exception = null) => inner.Complete(exception);

        public override Memory<byte> GetMemory(int sizeHint = 0) => inner.GetMemory(sizeHint);

        public override Span<byte> GetSpan(int sizeHint = 0) => inner.GetSpan(sizeHint);

        public override async ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
        {
            var flush = inner.FlushAsync(cancellationToken);
            if (!flush.IsCompleted)
            {
                sink._waits.TrySetResult();
            }

            try
            {
                return await flush;
            }
            catch (OperationCanceledException)
            {
                sink.WasCancelled = true;
                throw;
            }
        }
    }
}
