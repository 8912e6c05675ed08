using System.Buffers;
using System.IO.Pipelines;
using Microsoft.Extensions.Logging;
using Switchboard.Gateway.Pipeline;
using Switchboard.Gateway.Relay.Http;

namespace Switchboard.Gateway.Relay;

/// <summary>
/// Relays one stream. The status is sent with the first useful event or after <c>commit_after</c>; until then a fault
/// is an outcome, from then on it is one error event, and nothing follows it. What the events are, and what becomes of
/// them, is a derived relay's: <see cref="PassedStream"/> lets them pass as they came, <see cref="TranslatedStream"/>
/// writes others for them.
/// </summary>
/// <remarks>One relay serves one call. Not thread-safe: the clock and the pump only wake its loop.</remarks>
internal abstract partial class StreamRelay : IDisposable
{
    // The last chunk of a body often comes a moment after its last event; with it the connection can be used again.
    private static readonly TimeSpan s_graceForEnd = TimeSpan.FromMilliseconds(250);

    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly UpstreamPump _pump;
    private readonly RelayClock _clock;

    protected StreamRelay(UpstreamConnection connection, TimeProvider time, ILogger logger, GatewayCall call, string mediaType, ApiDialect dialect = ApiDialect.OpenAI)
    {
        Connection = connection;
        _time = time;
        _logger = logger;
        Call = call;
        _pump = new UpstreamPump(connection, time, mediaType);
        _clock = new RelayClock(time, connection.Settings, connection.Heartbeat, _pump.Body);
        Caller = new CallerStream(call, _clock, time) { Dialect = dialect };
    }

    /// <summary>Whom is asked.</summary>
    protected UpstreamConnection Connection { get; }

    /// <summary>What is answered.</summary>
    protected GatewayCall Call { get; }

    /// <summary>The caller's end.</summary>
    protected CallerStream Caller { get; }

    /// <summary>Why the stream does not come to its end; null while nothing speaks against it.</summary>
    protected GatewayError? Fault { get; set; }

    /// <summary>True once the answer is whole.</summary>
    protected bool IsEnded { get; set; }

    /// <summary>The usage that was told last.</summary>
    protected abstract TokenUsage? Usage { get; }

    /// <summary>What the answer says of itself beside its usage.</summary>
    protected abstract AnswerNotes Notes { get; }

    /// <summary>True where that is of the whole answer, though its end may not have come.</summary>
    protected virtual bool IsUsageLast => false;

    /// <summary>How many bytes the model said so far.</summary>
    protected abstract long SpokenBytes { get; }

    /// <summary>Nothing of the stream is looked at any more.</summary>
    protected bool IsOver => IsEnded || Fault is not null || Caller.IsGone;

    /// <summary>Sends the request and relays its answer.</summary>
    /// <exception cref="OperationCanceledException">The caller left; upstream has been cancelled.</exception>
    public ValueTask<GatewayOutcome> RunAsync(UpstreamRequest request, CancellationToken cancellationToken) =>
        RunAsync(token => Connection.SendAsync(request, token), cancellationToken);

    /// <summary>Relays an answer whose head has come.</summary>
    /// <exception cref="OperationCanceledException">The caller left; upstream has been cancelled.</exception>
    public ValueTask<GatewayOutcome> RunAsync(UpstreamAnswer answer, CancellationToken cancellationToken) =>
        RunAsync(_ => new ValueTask<UpstreamAnswer>(answer), cancellationToken);

    private async ValueTask<GatewayOutcome> RunAsync(Func<CancellationToken, ValueTask<UpstreamAnswer>> send, CancellationToken cancellationToken)
    {
        using var attempt = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var pumping = _pump.RunAsync(send, attempt.Token);
        try
        {
            await RelayAsync(cancellationToken);
            if (IsEnded && !Caller.IsGone && !_pump.IsAtEnd)
            {
                await pumping.WaitAsync(s_graceForEnd, _time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
        finally
        {
            await attempt.CancelAsync();
            await _pump.Body.CompleteAsync();
            await pumping;
            NoteUsage();
        }

        return await FinishAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Does what the events that have come ask for; leaves in <paramref name="rest"/> what waits for more.</summary>
    protected abstract void TakeEvents(ref ReadOnlySequence<byte> rest, in ReadOnlySequence<byte> buffer);

    /// <summary>Does what the end of the provider's bytes asks for, which came without a fault.</summary>
    protected abstract void TakeEnd(ref ReadOnlySequence<byte> rest, in ReadOnlySequence<byte> buffer);

    /// <summary>Sends the status, if that was not done.</summary>
    protected void Commit() => Caller.Commit(_pump.Head);

    /// <summary>Frees what the relay holds.</summary>
    protected virtual void Dispose(bool disposing) => _clock.Dispose();

    private async Task RelayAsync(CancellationToken cancellationToken)
    {
        var body = _pump.Body;
        while (!IsOver)
        {
            var read = await body.ReadAsync(cancellationToken);
            var waiting = Take(read);
            if (Caller.IsUnflushed)
            {
                await Caller.FlushAsync(cancellationToken);
            }

            body.AdvanceTo(waiting, read.Buffer.End);
        }
    }

    /// <summary>Does what one read of the pipe asks for; returns where the bytes begin that wait for more.</summary>
    private SequencePosition Take(in ReadResult read)
    {
        if (_pump.Head is { } head)
        {
            _clock.HeadArrived(head.ArrivedAt);
        }

        var rest = read.Buffer;
        TakeEvents(ref rest, read.Buffer);
        if (read.IsCompleted && !IsOver)
        {
            Fault = _pump.Fault;
            if (Fault is null)
            {
                TakeEnd(ref rest, read.Buffer);
            }
        }

        if (!read.Buffer.IsEmpty)
        {
            _clock.Passed(sent: Caller.IsUnflushed);
        }

        if (read.IsCanceled && !IsOver)
        {
            TakeTime();
        }

        return rest.Start;
    }

    private void TakeTime()
    {
        switch (_clock.Check())
        {
            case RelayDue.Commit:
                Commit();
                break;
            case RelayDue.Heartbeat:
                Caller.WriteKeepAlive();
                break;
            case RelayDue.HeadTimeout:
                Fault = UpstreamFaults.TimedOut(Connection.Provider, Connection.Settings.Timeout);
                break;
            case RelayDue.IdleTimeout:
                Fault = UpstreamFaults.Stalled(Connection.Provider, Connection.Settings.IdleTimeout);
                break;
            case RelayDue.TotalTimeout:
                Fault = UpstreamFaults.TookTooLong(Connection.Provider, Connection.Settings.TotalTimeout!.Value);
                break;
        }
    }

    // Whoever left before the usage came has had what passed until then.
    private void NoteUsage()
    {
        Call.Usage = Usage;
        Call.Notes = Notes;
        Call.Counted = Usage is not null && (IsEnded || IsUsageLast) ? null : SpokenTokens.Of(SpokenBytes);
    }

    private async ValueTask<GatewayOutcome> FinishAsync(CancellationToken cancellationToken)
    {
        if (Caller.IsGone)
        {
            return GatewayOutcome.CallerLeft;
        }

        if (Fault is null)
        {
            return GatewayOutcome.Answered;
        }

        Log.Failed(_logger, Call.RequestId, Connection.Provider, Fault.Status, Fault.Body.Code);
        if (!Caller.IsCommitted)
        {
            NoteRefusal();
            return GatewayOutcome.Failed(Fault);
        }

        Call.Fault = Fault;
        Caller.WriteError(Fault.Body);
        await Caller.FlushAsync(cancellationToken);
        return GatewayOutcome.Answered;
    }

    // The commit notes the times of a stream; what was answered instead of one has a head, too.
    private void NoteRefusal()
    {
        if (_pump.RefusedAt is { } at)
        {
            Call.Timings.Add(CallTimings.Connect, _time.GetElapsedTime(_clock.StartedAt, at));
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1200, LogLevel.Warning, "The stream of call {RequestId} from provider {Provider} failed: {Status} {Code}.")]
        public static partial void Failed(ILogger logger, string requestId, string provider, int status, string? code);
    }
}
