using System.Buffers;
using System.IO.Pipelines;
using Microsoft.Extensions.Logging;
using Switchboard.Gateway.Pipeline;
using Switchboard.Gateway.Relay.Http;
using Switchboard.Protocol.Sse;

namespace Switchboard.Gateway.Relay;

/// <summary>
/// Relays one stream of completions, event by event as the bytes came. The status is sent with the first useful event
/// or after <c>commit_after</c>; until then a fault is an outcome, from then on it is one error event, and no
/// <c>[DONE]</c> follows it.
/// </summary>
/// <remarks>One relay serves one call. Not thread-safe: the clock and the pump only wake its loop.</remarks>
internal sealed partial class StreamRelay : IDisposable
{
    private static readonly ReadOnlySequence<byte> s_done = new(SseWriter.Done.ToArray());
    private static readonly ReadOnlySequence<byte> s_blankLine = new("\n\n"u8.ToArray());

    // The last chunk of a body often comes a moment after [DONE]; with it the connection can be used again.
    private static readonly TimeSpan s_graceForEnd = TimeSpan.FromMilliseconds(250);

    private readonly UpstreamConnection _connection;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly GatewayCall _call;
    private readonly UpstreamPump _pump;
    private readonly RelayClock _clock;
    private readonly CallerStream _caller;
    private readonly SseScanner _scanner = new();
    private readonly StreamKind _kind;
    private readonly ChunkTemplate _alike = new();
    private readonly bool _hidesUsage;
    private AnswerTap _tap;
    private GatewayError? _fault;
    private SequencePosition _runStart;
    private SequencePosition _runEnd;
    private bool _hasRun;
    private bool _isEnded;

    public StreamRelay(UpstreamConnection connection, TimeProvider time, ILogger logger, GatewayCall call, StreamKind kind)
    {
        _kind = kind;
        _tap = new AnswerTap(kind);
        _connection = connection;
        _time = time;
        _logger = logger;
        _call = call;
        _hidesUsage = kind == StreamKind.Choices && UsageQuestion.IsOurs(call, connection.Settings);
        _pump = new UpstreamPump(connection, time);
        _clock = new RelayClock(time, connection.Settings, connection.Heartbeat, _pump.Body);
        _caller = new CallerStream(call, _clock, time);
    }

    private bool IsOver => _isEnded || _fault is not null || _caller.IsGone;

    /// <summary>Sends the request and relays its answer.</summary>
    /// <exception cref="OperationCanceledException">The caller left; upstream has been cancelled.</exception>
    public ValueTask<GatewayOutcome> RunAsync(UpstreamRequest request, CancellationToken cancellationToken) =>
        RunAsync(token => _connection.SendAsync(request, token), cancellationToken);

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
            if (_isEnded && !_caller.IsGone && !_pump.IsAtEnd)
            {
                await pumping.WaitAsync(s_graceForEnd, _time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
        finally
        {
            await attempt.CancelAsync();
            await _pump.Body.CompleteAsync();
            await pumping;
        }

        return await FinishAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _clock.Dispose();
        _scanner.Dispose();
    }

    private async Task RelayAsync(CancellationToken cancellationToken)
    {
        var body = _pump.Body;
        while (!IsOver)
        {
            var read = await body.ReadAsync(cancellationToken);
            var waiting = Take(read);
            if (_caller.IsUnflushed)
            {
                await _caller.FlushAsync(cancellationToken);
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
        WriteRun(read.Buffer);
        if (read.IsCompleted && !IsOver)
        {
            TakeEnd(ref rest, read.Buffer);
        }

        if (!read.Buffer.IsEmpty)
        {
            _clock.Passed(sent: _caller.IsUnflushed);
        }

        if (read.IsCanceled && !IsOver)
        {
            TakeTime();
        }

        return rest.Start;
    }

    private void TakeEvents(ref ReadOnlySequence<byte> rest, in ReadOnlySequence<byte> buffer)
    {
        while (!IsOver)
        {
            PassAlike(ref rest);
            switch (_scanner.TryRead(ref rest, out var sseEvent))
            {
                case SseScanStatus.NeedMore:
                    return;
                case SseScanStatus.LineTooLong or SseScanStatus.EventTooLarge:
                    _fault = UpstreamFaults.Invalid(_connection.Provider, "an event larger than 16 MB");
                    return;
                default:
                    TakeEvent(sseEvent, buffer);
                    break;
            }
        }
    }

    /// <summary>Lets events pass that are like one before but for their words.</summary>
    private void PassAlike(ref ReadOnlySequence<byte> rest)
    {
        if (!_scanner.IsBetweenEvents)
        {
            return;
        }

        var bytes = rest.FirstSpan;
        var passed = 0;
        while (_alike.Match(bytes[passed..]) is > 0 and var length)
        {
            passed += length;
        }

        if (passed > 0)
        {
            var end = rest.GetPosition(passed);
            Pass(rest.Slice(rest.Start, end));
            rest = rest.Slice(end);
        }
    }

    // Events that came together leave in one piece.
    private void Pass(in ReadOnlySequence<byte> raw)
    {
        _runStart = _hasRun ? _runStart : raw.Start;
        _runEnd = raw.End;
        _hasRun = true;
    }

    private void WriteRun(in ReadOnlySequence<byte> buffer)
    {
        if (_hasRun)
        {
            _hasRun = false;
            _caller.Write(buffer.Slice(_runStart, _runEnd));
        }
    }

    private void TakeEvent(in SseEvent sseEvent, in ReadOnlySequence<byte> buffer)
    {
        if (!sseEvent.IsDone && !sseEvent.Data.IsEmpty && TryTakeData(sseEvent))
        {
            return;
        }

        // What does not pass ends the run of those that did.
        WriteRun(buffer);
        if (sseEvent.IsDone)
        {
            End(sseEvent.Raw, isMarked: true);
        }
        else if (!sseEvent.HasFields)
        {
            _caller.WriteComment(sseEvent.Raw);
        }

        // What is left is an event without data. It is dropped: by the standard nobody is told of it, and the SDKs of
        // OpenAI fail on it.
    }

    /// <summary>Reads along; false where the event is not for the caller.</summary>
    private bool TryTakeData(in SseEvent sseEvent)
    {
        var result = _tap.Read(sseEvent.Data);
        if (result == TapResult.Malformed)
        {
            _fault = UpstreamFaults.Invalid(_connection.Provider, "an event that is not a JSON object");
        }
        else if (result == TapResult.Error || sseEvent.IsOfType("error"u8))
        {
            _fault = _connection.Errors.FromBody(sseEvent.Data.IsSingleSegment ? sseEvent.Data.FirstSpan : sseEvent.Data.ToArray());
        }
        else if (result != TapResult.Usage || !_hidesUsage)
        {
            _call.NextEvent = _tap.NextEvent;
            _caller.Commit(_pump.Head);
            Pass(sseEvent.Raw);
            if (_tap.IsQuiet && sseEvent.IsComplete && sseEvent.Raw.IsSingleSegment && sseEvent.DataRange is { } range)
            {
                _alike.Learn(sseEvent.Raw.FirstSpan, range);
            }

            return true;
        }

        return false;
    }

    private void TakeEnd(ref ReadOnlySequence<byte> rest, in ReadOnlySequence<byte> buffer)
    {
        _fault = _pump.Fault;
        if (_fault is null && _scanner.TryReadLast(ref rest, out var last) && last.HasFields)
        {
            TakeUnterminated(last, buffer);
        }

        if (!IsOver)
        {
            End(s_done, isMarked: false);
        }
    }

    // An event without its blank line may be whole (some servers forget the line) or cut; its JSON tells.
    private void TakeUnterminated(in SseEvent last, in ReadOnlySequence<byte> buffer)
    {
        TakeEvent(last, buffer);
        WriteRun(buffer);
        if (_fault?.Body.Code == UpstreamFaults.InvalidResponse)
        {
            _fault = UpstreamFaults.Cut(_connection.Provider);
        }
        else if (_fault is null && _caller.IsCommitted)
        {
            _caller.Write(s_blankLine);
        }
    }

    // With [DONE] a stream is whole when all that began in it has ended. Without it (it is added then) also every
    // choice that was asked for must be there: one that never began would not be missed otherwise.
    private void End(in ReadOnlySequence<byte> done, bool isMarked)
    {
        var isWhole = isMarked ? _tap.IsWholeWithDone : _tap.IsWhole && (_kind != StreamKind.Choices || _tap.Finished >= _call.Facts.Choices);
        if (_kind == StreamKind.Plain)
        {
            // Nothing may have been said in it, and that is whole too.
            _caller.Commit(_pump.Head);
        }

        if (!_caller.IsCommitted || !isWhole)
        {
            _fault = UpstreamFaults.Cut(_connection.Provider);
            return;
        }

        _isEnded = true;
        if (isMarked || _kind == StreamKind.Choices)
        {
            _caller.Write(done);
        }
    }

    private void TakeTime()
    {
        switch (_clock.Check())
        {
            case RelayDue.Commit:
                _caller.Commit(_pump.Head);
                break;
            case RelayDue.Heartbeat:
                _caller.WriteKeepAlive();
                break;
            case RelayDue.HeadTimeout:
                _fault = UpstreamFaults.TimedOut(_connection.Provider, _connection.Settings.Timeout);
                break;
            case RelayDue.IdleTimeout:
                _fault = UpstreamFaults.Stalled(_connection.Provider, _connection.Settings.IdleTimeout);
                break;
            case RelayDue.TotalTimeout:
                _fault = UpstreamFaults.TookTooLong(_connection.Provider, _connection.Settings.TotalTimeout!.Value);
                break;
        }
    }

    private async ValueTask<GatewayOutcome> FinishAsync(CancellationToken cancellationToken)
    {
        _call.Usage = _tap.Usage;
        if (_caller.IsGone)
        {
            return GatewayOutcome.CallerLeft;
        }

        if (_fault is null)
        {
            return GatewayOutcome.Answered;
        }

        Log.Failed(_logger, _call.RequestId, _connection.Provider, _fault.Status, _fault.Body.Code);
        if (!_caller.IsCommitted)
        {
            NoteRefusal();
            return GatewayOutcome.Failed(_fault);
        }

        _call.Fault = _fault;
        _caller.WriteError(_fault.Body);
        await _caller.FlushAsync(cancellationToken);
        return GatewayOutcome.Answered;
    }

    // The commit notes the times of a stream; what was answered instead of one has a head, too.
    private void NoteRefusal()
    {
        if (_pump.RefusedAt is { } at)
        {
            _call.Timings.Add(CallTimings.Connect, _time.GetElapsedTime(_clock.StartedAt, at));
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1200, LogLevel.Warning, "The stream of call {RequestId} from provider {Provider} failed: {Status} {Code}.")]
        public static partial void Failed(ILogger logger, string requestId, string provider, int status, string? code);
    }
}
