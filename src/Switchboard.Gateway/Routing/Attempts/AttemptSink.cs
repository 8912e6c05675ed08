using System.IO.Pipelines;
using Switchboard.Gateway.Pipeline;

namespace Switchboard.Gateway.Routing.Attempts;

/// <summary>The sink of one of several attempts: the first to commit has the caller's, the others are told to end.</summary>
internal sealed class AttemptSink(Race race, GatewayCall call) : IAnswerSink
{
    private PipeWriter? _writer;

    /// <inheritdoc/>
    public bool IsCommitted => _writer is not null;

    /// <inheritdoc/>
    public PipeWriter? Events => IsCommitted ? call.Sink.Events : null;

    /// <inheritdoc/>
    public ApiDialect Dialect => call.Sink.Dialect;

    /// <inheritdoc/>
    /// <exception cref="OperationCanceledException">Another attempt answers, or the time of this one is up.</exception>
    public PipeWriter Commit(AnswerHead head)
    {
        race.Win(this);
        return _writer = call.Sink.Commit(head);
    }

    /// <inheritdoc/>
    public void Abort()
    {
        if (IsCommitted)
        {
            call.Sink.Abort();
        }
    }
}
