using System.IO.Pipelines;
using Switchboard.Gateway.Pipeline;
using Switchboard.Gateway.State;
using Switchboard.Gateway.Surfaces;

namespace Switchboard.Gateway.Responses;

/// <summary>
/// The sink of a call for a response: whoever keeps it (<see cref="AnswerHead.Keeper"/>) gets it before its caller sees the
/// end of it. What nobody keeps passes.
/// </summary>
/// <param name="call">The call, as yet with the sink of its caller.</param>
/// <param name="noteFault">Told why it could not be kept.</param>
internal sealed class KeptResponseSink(GatewayCall call, Action<RecordsException> noteFault) : IHoldingSink
{
    private readonly IAnswerSink _inner = call.Sink;
    private KeptResponseStream? _stream;
    private BodyBuffer? _body;
    private AnswerHead? _head;

    /// <inheritdoc/>
    public bool IsCommitted => _head is not null;

    /// <inheritdoc/>
    public PipeWriter? Events => _stream ?? _inner.Events;

    /// <inheritdoc/>
    public ApiDialect Dialect => _inner.Dialect;

    /// <inheritdoc/>
    public PipeWriter Commit(AnswerHead head)
    {
        ArgumentNullException.ThrowIfNull(head);
        _head = head;
        return head.Keeper is null ? _inner.Commit(head)
            : head.ContentLength is null ? _stream = KeptResponseStream.Begin(_inner, head, call, KeepAsync)
            : _body = new BodyBuffer();
    }

    /// <inheritdoc/>
    public void Abort() => _inner.Abort();

    /// <inheritdoc/>
    public async ValueTask<GatewayOutcome> CompleteAsync(GatewayOutcome outcome, CancellationToken cancellationToken)
    {
        _stream?.Dispose();
        if (_body is null || outcome.IsError || outcome.IsCallerGone)
        {
            return outcome;
        }

        if (!await KeepAsync(_body.Written))
        {
            return GatewayOutcome.Failed(RecordsErrors.Unavailable);
        }

        var flush = await _inner.Commit(_head!).WriteAsync(_body.Written, cancellationToken);
        return flush.IsCompleted ? GatewayOutcome.CallerLeft : outcome;
    }

    private async ValueTask<bool> KeepAsync(ReadOnlyMemory<byte> response)
    {
        try
        {
            await _head!.Keeper!.KeepAsync(response);
            return true;
        }
        catch (RecordsException fault)
        {
            noteFault(fault);
            return false;
        }
    }
}
