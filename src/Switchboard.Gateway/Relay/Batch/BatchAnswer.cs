using Switchboard.Gateway.Pipeline;

namespace Switchboard.Gateway.Relay.Batch;

/// <summary>What the answers to several prompts have in common: one id, one first fault.</summary>
internal abstract class BatchAnswer(GatewayCall call)
{
    private GatewayError? _fault;

    /// <summary>The call with all prompts.</summary>
    protected GatewayCall Call => call;

    /// <summary>The id of the one completion that they become, as a JSON string.</summary>
    protected byte[] Id { get; } = Requests.BodyEdits.Quote($"cmpl-{call.RequestId}");

    /// <summary>The first fault of any part; it is the fault of the whole.</summary>
    protected GatewayError? Fault => Volatile.Read(ref _fault);

    /// <summary>Reads the answer of a part while it is made. Throws only when cancelled.</summary>
    /// <param name="part">The part.</param>
    /// <param name="all">Fires when no part is read any more: one has failed, or the caller left.</param>
    /// <param name="cancellationToken">Fires when the caller leaves.</param>
    public abstract Task TakeAsync(BatchPart part, CancellationToken all, CancellationToken cancellationToken);

    /// <summary>Ends the answer, now that all parts have.</summary>
    public abstract ValueTask<GatewayOutcome> FinishAsync(IReadOnlyList<BatchPart> parts, CancellationToken cancellationToken);

    /// <summary>Notes a fault; all parts end with it.</summary>
    public void Fail(GatewayError fault) => Interlocked.CompareExchange(ref _fault, fault, null);

    /// <summary>True once a part failed.</summary>
    public bool HasFailed => Fault is not null;
}
