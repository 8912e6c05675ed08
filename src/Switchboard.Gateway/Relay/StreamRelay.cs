using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using Switchboard.Gateway.Pipeline;
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

    // The last chunk of a body often comes a moment after [DONE]; with it the connection can be used again.
    private static readonly TimeSpan s_graceForEnd = TimeSpan.FromMilliseconds(250);

    private readonly UpstreamConnection _connection;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly GatewayCall _call;
    private readonly UpstreamPump _pump;
    private readonly RelayClock _clock;
    private readonly SseScanner _scanner = new();
    private CompletionTap _tap;
    private PipeWriter? _caller;
    private GatewayError? _fault;
    private ArrayBufferWriter<byte>? _held;
    private bool _isEnded;
    private bool _isCallerGone;
    private bool _isUnflushed;

    public StreamRelay(UpstreamConnection connection, TimeProvider time, ILogger logger, GatewayCall call)
    {
        _connection = connection;
        _time = time;
        _logger = logger;
        _call = call;
        _pump = new UpstreamPump(connection, time);
        _clock = new RelayClock(time, connection.Settings, _pump.Body);
    }

    /// <summary>Sends the request and relays its answer.</summary>
    /// <exception cref="OperationCanceledException">The caller left; upstream has been cancelled.</exception>
    public async ValueTask<GatewayOutcome> RunAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        using var attempt = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var pumping = _pump.RunAsync(request, attempt.Token);
        try
        {
            await RelayAsync(cancellationToken);
            if (_fault is null && !_isCallerGone)
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
        while (!_isEnded && _fault is null)
        {
            var read = await body.ReadAsync(cancellationToken);
            var rest = Take(read);
            if (_isUnflushed)
            {
                await FlushAsync(cancellationToken);
            }

            body.AdvanceTo(rest, read.Buffer.End);
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
        TakeEvents(ref rest);
        if (read.IsCompleted && !_isEnded && _fault is null)
        {
            TakeEnd(ref rest);
        }

        if (!read.Buffer.IsEmpty)
        {
            _clock.Passed(_isUnflushed);
        }

        if (read.IsCanceled && !_isEnded && _fault is null)
        {
            TakeTime();
        }

        return rest.Start;
    }

    private void TakeEvents(ref ReadOnlySequence<byte> rest)
    {
        while (!_isEnded && _fault is null)
        {
            switch (_scanner.TryRead(ref rest, out var sseEvent))
            {
                case SseScanStatus.NeedMore:
                    return;
                case SseScanStatus.TooLarge:
                    _fault = UpstreamFaults.Invalid(_connection.Provider, "an event larger than 16 MB");
                    return;
                default:
                    TakeEvent(sseEvent);
                    break;
            }
        }
    }

    private void TakeEvent(in SseEvent sseEvent)
    {
        if (sseEvent.IsDone)
        {
            End(sseEvent.Raw);
        }
        else if (!sseEvent.Data.IsEmpty)
        {
            TakeData(sseEvent);
        }
        else if (!sseEvent.HasFields)
        {
            TakeComment(sseEvent.Raw);
        }

        // What is left is an event without data. It is dropped: by the standard nobody is told of it, and the SDKs of
        // OpenAI fail on it.
    }

    // Comments and blank lines pass, but the status does not leave for them.
    private void TakeComment(in ReadOnlySequence<byte> raw)
    {
        const int MostHeld = 64 * 1024;
        if (_caller is not null)
        {
            Write(raw);
        }
        else if ((_held?.WrittenCount ?? 0) + raw.Length <= MostHeld)
        {
            _held ??= new ArrayBufferWriter<byte>();
            foreach (var segment in raw)
            {
                _held.Write(segment.Span);
            }
        }
    }

    private void TakeData(in SseEvent sseEvent)
    {
        var result = _tap.Read(sseEvent.Data);
        if (result == TapResult.Malformed)
        {
            _fault = UpstreamFaults.Invalid(_connection.Provider, "an event that is not a JSON object");
        }
        else if (result == TapResult.Error || IsNamedError(sseEvent))
        {
            _fault = _connection.Errors.FromBody(sseEvent.Data.IsSingleSegment ? sseEvent.Data.FirstSpan : sseEvent.Data.ToArray());
        }
        else
        {
            Commit();
            Write(sseEvent.Raw);
        }
    }

    // Choices that never began count here: without [DONE] only the request tells how many there should be.
    private void TakeEnd(ref ReadOnlySequence<byte> rest)
    {
        if (_pump.Fault is { } fault)
        {
            _fault = fault;
            return;
        }

        var isTerminated = !_scanner.TryReadLast(ref rest, out var last) || !last.HasFields;
        if (!isTerminated)
        {
            TakeEvent(last);
            if (_fault is not null && _fault.Body.Code == UpstreamFaults.InvalidResponse)
            {
                _fault = UpstreamFaults.Cut(_connection.Provider);
            }
        }

        if (_fault is not null)
        {
            return;
        }

        if (_caller is not null && !isTerminated)
        {
            _caller.Write("\n\n"u8);
        }

        if (!_isEnded)
        {
            if (_tap.Finished >= _call.Facts.Choices)
            {
                End(s_done);
            }
            else
            {
                _fault = UpstreamFaults.Cut(_connection.Provider);
            }
        }
    }

    private void End(in ReadOnlySequence<byte> done)
    {
        if (_caller is null || !_tap.IsWhole)
        {
            _fault = UpstreamFaults.Cut(_connection.Provider);
            return;
        }

        _isEnded = true;
        Write(done);
    }

    private void TakeTime()
    {
        switch (_clock.Check())
        {
            case RelayDue.Commit:
                Commit();
                _isUnflushed = true;
                break;
            case RelayDue.Heartbeat:
                _caller!.Write(SseWriter.KeepAlive);
                _isUnflushed = true;
                _clock.Beat();
                break;
            case RelayDue.HeadTimeout:
                _fault = UpstreamFaults.TimedOut(_connection.Provider, _connection.Settings.Timeout);
                break;
            case RelayDue.IdleTimeout:
                _fault = UpstreamFaults.Stalled(_connection.Provider, _connection.Settings.IdleTimeout);
                break;
        }
    }

    private void Commit()
    {
        if (_caller is not null)
        {
            return;
        }

        var head = _pump.Head;
        if (head is not null)
        {
            _call.Timings.Add("connect", _time.GetElapsedTime(_clock.StartedAt, head.ArrivedAt));
            _call.Timings.Add("first_byte", _time.GetElapsedTime(head.ArrivedAt));
        }

        _caller = _call.Sink.Commit(head is null ? AnswerHead.EventStream : AnswerHead.EventStream with { Headers = head.Headers });
        _clock.Committed();
        if (_held is not null)
        {
            _caller.Write(_held.WrittenSpan);
        }
    }

    private void Write(in ReadOnlySequence<byte> bytes)
    {
        foreach (var segment in bytes)
        {
            _caller!.Write(segment.Span);
        }

        _isUnflushed = true;
    }

    // Pooled: it runs once an event, and suspends whenever the caller is slower than upstream.
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask FlushAsync(CancellationToken cancellationToken)
    {
        _isUnflushed = false;
        var flush = await _caller!.FlushAsync(cancellationToken);
        _clock.Passed(sent: true);
        if (flush.IsCompleted)
        {
            _isCallerGone = true;
            _isEnded = true;
        }
    }

    private async ValueTask<GatewayOutcome> FinishAsync(CancellationToken cancellationToken)
    {
        _call.Usage = _tap.Usage;
        if (_fault is null || _isCallerGone)
        {
            return GatewayOutcome.Answered;
        }

        Log.Failed(_logger, _call.RequestId, _connection.Provider, _fault.Status, _fault.Body.Code);
        if (_caller is null)
        {
            return GatewayOutcome.Failed(_fault);
        }

        SseWriter.WriteError(_caller, _fault.Body);
        await FlushAsync(cancellationToken);
        return GatewayOutcome.Answered;
    }

    private static bool IsNamedError(in SseEvent sseEvent)
    {
        const int Length = 5;
        if (sseEvent.Type.Length != Length)
        {
            return false;
        }

        Span<byte> type = stackalloc byte[Length];
        sseEvent.Type.CopyTo(type);
        return type.SequenceEqual("error"u8);
    }

    private static partial class Log
    {
        [LoggerMessage(1200, LogLevel.Warning, "The stream of call {RequestId} from provider {Provider} failed: {Status} {Code}.")]
        public static partial void Failed(ILogger logger, string requestId, string provider, int status, string? code);
    }
}
