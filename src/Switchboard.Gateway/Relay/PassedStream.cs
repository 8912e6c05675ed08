using System.Buffers;
using Microsoft.Extensions.Logging;
using Switchboard.Gateway.Pipeline;
using Switchboard.Gateway.Translation.Markup;
using Switchboard.Protocol.Sse;

namespace Switchboard.Gateway.Relay;

/// <summary>
/// Relays a stream whose provider speaks as the caller does, event by event as the bytes came. With <c>[DONE]</c>, or
/// the last event of its kind, it is whole.
/// </summary>
internal sealed class PassedStream : StreamRelay
{
    /// <summary>The media type of the events.</summary>
    public const string MediaType = "text/event-stream";

    private static readonly ReadOnlySequence<byte> s_done = new(SseWriter.Done.ToArray());
    private static readonly ReadOnlySequence<byte> s_blankLine = new("\n\n"u8.ToArray());

    private readonly SseScanner _scanner = new();
    private readonly StreamKind _kind;
    private readonly ChunkTemplate _alike = new();
    private readonly bool _hidesUsage;
    private readonly MarkupStream? _markup;
    private AnswerTap _tap;
    private SequencePosition _runStart;
    private SequencePosition _runEnd;
    private bool _hasRun;

    /// <summary>A relay of one call.</summary>
    /// <param name="connection">Whom is asked.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Where faults are told.</param>
    /// <param name="call">What is answered.</param>
    /// <param name="kind">How the stream shows that it is whole.</param>
    /// <param name="markup">Reads what the model writes as text; null where it writes nothing so.</param>
    public PassedStream(UpstreamConnection connection, TimeProvider time, ILogger logger, GatewayCall call, StreamKind kind, MarkupChunks? markup = null)
        : base(connection, time, logger, call, MediaType, StreamKinds.DialectOf(kind))
    {
        _markup = markup is null ? null : new MarkupStream(markup, Commit, Caller);
        _kind = kind;
        _tap = new AnswerTap(kind) { ReadsModel = call.IsTraced };
        _hidesUsage = kind == StreamKind.Choices && !call.ReadsUsage && UsageQuestion.IsOurs(call, connection.Settings);
    }

    /// <inheritdoc/>
    protected override TokenUsage? Usage => _tap.Usage;

    /// <inheritdoc/>
    protected override AnswerNotes Notes => _tap.Notes;

    /// <inheritdoc/>
    protected override bool IsUsageLast => _tap.IsUsageLast;

    /// <inheritdoc/>
    protected override long SpokenBytes => _tap.SpokenBytes + _alike.WordBytes;

    /// <inheritdoc/>
    protected override void TakeEvents(ref ReadOnlySequence<byte> rest, in ReadOnlySequence<byte> buffer)
    {
        ReadEvents(ref rest, buffer);
        WriteRun(buffer);
    }

    private void ReadEvents(ref ReadOnlySequence<byte> rest, in ReadOnlySequence<byte> buffer)
    {
        while (!IsOver)
        {
            PassAlike(ref rest);
            switch (_scanner.TryRead(ref rest, out var sseEvent))
            {
                case SseScanStatus.NeedMore:
                    return;
                case SseScanStatus.LineTooLong or SseScanStatus.EventTooLarge:
                    Fault = UpstreamFaults.Invalid(Connection.Provider, "an event larger than 16 MB");
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
            NoteNumber();
        }
    }

    // Events that pass unread have numbers, too.
    private void NoteNumber() => Call.NextEvent = Math.Max(_tap.NextEvent, _alike.NextNumber);

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
            Caller.Write(buffer.Slice(_runStart, _runEnd));
        }
    }

    private void TakeEvent(in SseEvent sseEvent, in ReadOnlySequence<byte> buffer)
    {
        if (!sseEvent.IsDone && !sseEvent.Data.IsEmpty && TryTakeData(sseEvent))
        {
            // Anthropic's last event is the end; nothing is waited for.
            IsEnded = _kind == StreamKind.Messages && _tap.IsWhole;
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
            Caller.WriteComment(sseEvent.Raw);
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
            Fault = UpstreamFaults.Invalid(Connection.Provider, "an event that is not a JSON object");
        }
        else if (result == TapResult.Error || sseEvent.IsOfType("error"u8))
        {
            Fault = Connection.Errors.FromBody(sseEvent.Data.IsSingleSegment ? sseEvent.Data.FirstSpan : sseEvent.Data.ToArray());
        }
        else if (result != TapResult.Usage || !_hidesUsage)
        {
            NoteNumber();
            if (_markup is not null)
            {
                _markup.Write(sseEvent.Data);
                return true;
            }

            Commit();
            Pass(sseEvent.Raw);
            if (_tap.IsQuiet && sseEvent.IsComplete && sseEvent.Raw.IsSingleSegment && sseEvent.DataRange is { } range)
            {
                _alike.Learn(sseEvent.Raw.FirstSpan, range);
            }

            return true;
        }

        return false;
    }

    /// <inheritdoc/>
    protected override void TakeEnd(ref ReadOnlySequence<byte> rest, in ReadOnlySequence<byte> buffer)
    {
        if (_scanner.TryReadLast(ref rest, out var last) && last.HasFields)
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
        if (Fault?.Body.Code == UpstreamFaults.InvalidResponse)
        {
            Fault = UpstreamFaults.Cut(Connection.Provider);
        }
        else if (Fault is null && Caller.IsCommitted)
        {
            Caller.Write(s_blankLine);
        }
    }

    // With [DONE] a stream is whole when all that began in it has ended. Without it (it is added then) also every
    // choice that was asked for must be there: one that never began would not be missed otherwise.
    private void End(in ReadOnlySequence<byte> done, bool isMarked)
    {
        var isWhole = isMarked ? _tap.IsWholeWithDone : _tap.IsWhole && (_kind != StreamKind.Choices || _tap.Finished >= Call.Facts.Choices);
        if (_kind == StreamKind.Plain)
        {
            // Nothing may have been said in it, and that is whole too.
            Commit();
        }

        if (!Caller.IsCommitted || !isWhole)
        {
            Fault = UpstreamFaults.Cut(Connection.Provider);
            return;
        }

        IsEnded = true;
        _markup?.Finish();
        if (isMarked || _kind == StreamKind.Choices)
        {
            Caller.Write(done);
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        _scanner.Dispose();
        base.Dispose(disposing);
    }
}
