using System.IO.Pipelines;
using Switchboard.Gateway.Pipeline;

namespace Switchboard.Gateway.Caching;

/// <summary>The sink of a call whose answer is kept: what is written to it goes to the caller, and is recorded on the way.</summary>
internal sealed class KeepingSink(IAnswerSink inner, GatewayCall call, Flight flight, int mostBytes) : IAnswerSink
{
    private KeepingWriter? _writer;

    /// <inheritdoc/>
    public bool IsCommitted => inner.IsCommitted;

    /// <inheritdoc/>
    public PipeWriter? Events => inner.Events is null ? null : _writer;

    /// <inheritdoc/>
    public ApiDialect Dialect => inner.Dialect;

    /// <summary>The answer was cut.</summary>
    public bool IsAborted { get; private set; }

    /// <inheritdoc/>
    public PipeWriter Commit(AnswerHead head)
    {
        flight.Recording.Begin(head, call);
        return _writer = new KeepingWriter(inner.Commit(head), flight, mostBytes);
    }

    /// <inheritdoc/>
    public void Abort()
    {
        IsAborted = true;
        inner.Abort();
    }

    /// <summary>Sends the caller what it was too slow for while others did not wait for it.</summary>
    /// <returns>False where the caller has left.</returns>
    public ValueTask<bool> CatchUpAsync(CancellationToken cancellationToken) => _writer?.CatchUpAsync(cancellationToken) ?? new(true);
}
