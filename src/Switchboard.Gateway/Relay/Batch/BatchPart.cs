using System.IO.Pipelines;
using Switchboard.Gateway.Pipeline;

namespace Switchboard.Gateway.Relay.Batch;

/// <summary>One prompt of several: a call of its own, whose answer is read here instead of being sent.</summary>
internal sealed class BatchPart : IAnswerSink
{
    private static readonly PipeOptions s_whole = new(pauseWriterThreshold: 0, resumeWriterThreshold: 0, useSynchronizationContext: false);
    private static readonly PipeOptions s_stream = new(useSynchronizationContext: false);

    private readonly TaskCompletionSource _begun = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Pipe _pipe;

    public BatchPart(GatewayCall whole, int index)
    {
        Index = index;
        _pipe = new Pipe(whole.Facts.Stream ? s_stream : s_whole);
        Call = new GatewayCall
        {
            Operation = whole.Operation,
            Path = whole.Path,
            Body = whole.Body,
            Facts = whole.Facts,
            RequestId = FormattableString.Invariant($"{whole.RequestId}-{index}"),
            Caller = whole.Caller,
            Sink = this,
            ForwardedHeaders = whole.ForwardedHeaders,
            EngineHeaders = whole.EngineHeaders,
        };
    }

    /// <summary>Which prompt it is, from 0.</summary>
    public int Index { get; }

    /// <summary>The call.</summary>
    public GatewayCall Call { get; }

    /// <summary>The answer.</summary>
    public PipeReader Reader => _pipe.Reader;

    /// <summary>Completed once the answer has begun, or will not.</summary>
    public Task Begun => _begun.Task;

    /// <summary>The answer's head; null before it has begun.</summary>
    public AnswerHead? Head { get; private set; }

    /// <summary>The answer was given up in its middle.</summary>
    public bool IsAborted { get; private set; }

    /// <inheritdoc/>
    public bool IsCommitted => Head is not null;

    /// <inheritdoc/>
    public PipeWriter Commit(AnswerHead head)
    {
        Head = head;
        _begun.TrySetResult();
        return _pipe.Writer;
    }

    /// <inheritdoc/>
    public void Abort() => IsAborted = true;

    /// <summary>Notes that nothing more comes.</summary>
    public async ValueTask EndAsync()
    {
        _begun.TrySetResult();
        await _pipe.Writer.CompleteAsync();
    }
}
