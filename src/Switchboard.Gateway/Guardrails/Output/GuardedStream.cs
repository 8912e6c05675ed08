using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using Switchboard.Gateway.Configuration;
using Switchboard.Gateway.Guardrails.Texts;
using Switchboard.Gateway.Pipeline;
using Switchboard.Gateway.Surfaces;
using Switchboard.Gateway.Translation;
using Switchboard.Protocol.Sse;

namespace Switchboard.Gateway.Guardrails.Output;

/// <summary>
/// Takes the events of a stream and passes them on, each as soon as all its texts are decided; with its bytes as they
/// came where nothing was found in them. A refusal is one error event, and nothing follows it.
/// </summary>
internal sealed class GuardedStream(PipeWriter output, GuardedCall guarded, EventShape shape) : PipeWriter, IDisposable
{
    private readonly EventBuffer _events = new();
    private readonly StreamTexts _texts = new(guarded, shape);
    private readonly Queue<PendingEvent> _pending = new();
    private readonly Stack<PendingEvent> _spare = new();
    private GatewayError? _error;

    /// <inheritdoc/>
    public override bool CanGetUnflushedBytes => true;

    /// <inheritdoc/>
    public override long UnflushedBytes => _events.Waiting;

    /// <summary>Sends the head of a stream and begins it.</summary>
    public static GuardedStream Begin(IAnswerSink sink, GuardedCall guarded, AnswerHead head) =>
        new(sink.Commit(head), guarded, EventShape.Of(guarded.Call.Operation, head.Dialect));

    /// <inheritdoc/>
    public override void Advance(int bytes) => _events.Advance(bytes);

    /// <inheritdoc/>
    public override Memory<byte> GetMemory(int sizeHint = 0) => _events.GetMemory(sizeHint);

    /// <inheritdoc/>
    public override Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    /// <inheritdoc/>
    // Pooled: it runs once an event.
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public override async ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        while (_error is null && Read() is { } pending)
        {
            _error = await TakeAsync(pending, cancellationToken);
        }

        Pass();
        if (_error is null)
        {
            return await output.FlushAsync(cancellationToken);
        }

        // Nobody reads on: who writes this stream ends.
        _events.Clear();
        await output.FlushAsync(cancellationToken);
        return new FlushResult(isCanceled: false, isCompleted: true);
    }

    /// <summary>Passes on what was held back. Called once, when the call has come to its end.</summary>
    public async ValueTask<GatewayOutcome> EndAsync(GatewayOutcome outcome, CancellationToken cancellationToken)
    {
        if (_error is null && !outcome.IsCallerGone && guarded.Call.Fault is null)
        {
            _error = await EndTextsAsync(cancellationToken);
            Pass();
            await output.FlushAsync(cancellationToken);
        }

        Dispose();
        if (_error is null)
        {
            return outcome;
        }

        guarded.Call.Fault = _error;
        return GatewayOutcome.Answered;
    }

    /// <inheritdoc/>
    public void Dispose() => _events.Dispose();

    /// <inheritdoc/>
    public override void CancelPendingFlush() => output.CancelPendingFlush();

    /// <inheritdoc/>
    public override void Complete(Exception? exception = null)
    {
        // The answer's end is the call's.
    }

    // The next event that is not passed on at once.
    private PendingEvent? Read()
    {
        SseScanStatus status;
        while ((status = _events.TryRead(out var found)) == SseScanStatus.Event)
        {
            if (found is { HasData: true, Data.IsEmpty: false })
            {
                var pending = _spare.TryPop(out var spare) ? spare : new PendingEvent();
                pending.Begin(found);
                return pending;
            }

            // What keeps the connection open waits for nothing that is undecided.
            Pass();
            foreach (var segment in found.Raw)
            {
                output.Write(segment.Span);
            }
        }

        if (status != SseScanStatus.NeedMore)
        {
            Fail(GuardrailErrors.Unreadable);
        }

        return null;
    }

    private async ValueTask<GatewayError?> TakeAsync(PendingEvent pending, CancellationToken cancellationToken)
    {
        Refusal? refusal;
        try
        {
            refusal = pending.IsDone ? await _texts.EndAsync(TextEnd.Final, cancellationToken) : await _texts.TakeAsync(pending, cancellationToken);
        }
        catch (Exception exception) when (UnreadableAnswer.Is(exception))
        {
            return Fail(GuardrailErrors.Unreadable, pending);
        }

        if (refusal is null)
        {
            _pending.Enqueue(pending);
            return null;
        }

        return Fail(ErrorOf(refusal, pending), pending);
    }

    private async ValueTask<GatewayError?> EndTextsAsync(CancellationToken cancellationToken) =>
        await _texts.EndAsync(TextEnd.Final, cancellationToken) is { } refusal ? Fail(ErrorOf(refusal, null)) : null;

    private GatewayError ErrorOf(Refusal refusal, PendingEvent? pending)
    {
        guarded.NoteRefused(refusal.Guardrail, GuardrailSide.Output);
        var place = pending is { Pieces.Length: > 0 } ? JsonPlaces.PathOf(pending.Data, pending.Pieces[0].Found.Start) : null;
        return GuardrailErrors.Refused(refusal, GuardrailSide.Output, place);
    }

    // What is undecided is not sent: some of it may be what is refused.
    private GatewayError Fail(GatewayError error, PendingEvent? last = null)
    {
        _error = error;
        Pass();
        if ((_pending.TryPeek(out var first) ? first : last) is { } unsent && EventShape.NumberOf(unsent.Data) is { } number)
        {
            guarded.Call.NextEvent = number;
        }

        _pending.Clear();
        StreamErrors.Write(guarded.Call, output, error.Body);
        return error;
    }

    private void Pass()
    {
        while (_pending.TryPeek(out var first) && first.IsDecided)
        {
            first.WriteTo(output);
            _spare.Push(_pending.Dequeue());
        }
    }
}
