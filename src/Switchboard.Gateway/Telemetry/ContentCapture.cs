using System.Buffers;
using System.Diagnostics;
using Switchboard.Gateway.Pipeline;
using Switchboard.Gateway.Translation;
using Switchboard.Gateway.Translation.Anthropic;
using Switchboard.Gateway.Translation.Chat;
using Switchboard.Gateway.Translation.Framing;
using Switchboard.Gateway.Translation.Gemini;
using Switchboard.Protocol.Sse;
using Switchboard.Protocol.Telemetry;

namespace Switchboard.Gateway.Telemetry;

/// <summary>Puts what is asked and answered on a call's span, where operators want that. What is asked is told at once, what is answered at the end.</summary>
internal sealed class ContentCapture
{
    private readonly MessageCapture _messages;
    private readonly CapturingSink _sink;
    private readonly TimeProvider _time;

    private ContentCapture(MessageCapture messages, CapturingSink sink, TimeProvider time) => (_messages, _sink, _time) = (messages, sink, time);

    /// <summary>Begins, and lets the answer pass by.</summary>
    /// <param name="span">The call's span.</param>
    /// <param name="call">The call.</param>
    /// <param name="redact">Takes secrets out.</param>
    /// <param name="time">The clock.</param>
    public static ContentCapture Start(Activity span, GatewayCall call, Func<string, string> redact, TimeProvider time)
    {
        var messages = MessageCapture.Start(span, call.EditedBody, redact);
        var sink = new CapturingSink(call.Sink);
        call.SendTo(sink);
        return new ContentCapture(messages, sink, time);
    }

    /// <summary>Tells what was answered.</summary>
    public void End()
    {
        if (ForeignOf(_sink.Dialect) is { } foreign)
        {
            ReadEvents(new ReadOnlySequence<byte>(ToChat(foreign)));
        }
        else if (_sink.IsStream)
        {
            ReadEvents(new ReadOnlySequence<byte>(_sink.Written));
        }
        else
        {
            _messages.Answered(_sink.Written.Span);
        }

        _messages.Tell();
    }

    // A provider that speaks as its caller does, and not as OpenAI.
    private static ForeignAnswer? ForeignOf(ApiDialect dialect) => dialect switch
    {
        ApiDialect.Anthropic => new AnthropicAnswerToChat(),
        ApiDialect.Gemini => new GeminiAnswerToChat(),
        _ => null,
    };

    // Spans have one shape for all dialects, and chat has what it takes. What cannot be read ends it.
    private ReadOnlyMemory<byte> ToChat(ForeignAnswer foreign)
    {
        var events = new ArrayBufferWriter<byte>();
        var chunks = new ChatChunks(events, new ChatStamp("", _time), includeUsage: false);
        try
        {
            if (_sink.IsStream)
            {
                ReadForeign(foreign, chunks);
            }
            else
            {
                foreign.ReadWhole(_sink.Written, chunks);
            }
        }
        catch (Exception exception) when (UnreadableAnswer.Is(exception))
        {
            // It was told up to there.
        }

        return events.WrittenMemory;
    }

    private void ReadForeign(ForeignAnswer foreign, ChatChunks chunks)
    {
        using var framing = new SseFraming();
        var rest = new ReadOnlySequence<byte>(_sink.Written);
        while (framing.TryRead(ref rest, isLast: false, out var framed) is var status && status is FramingStatus.Event or FramingStatus.Nothing)
        {
            if (status == FramingStatus.Event && foreign.ReadEvent(framed.Type, framed.Data, chunks) != ForeignPiece.Taken)
            {
                return;
            }
        }
    }

    private void ReadEvents(ReadOnlySequence<byte> rest)
    {
        using var scanner = new SseScanner();
        while (scanner.TryRead(ref rest, out var sseEvent) is not (SseScanStatus.NeedMore or SseScanStatus.LineTooLong or SseScanStatus.EventTooLarge))
        {
            if (!sseEvent.IsDone && !sseEvent.Data.IsEmpty)
            {
                _messages.Received(sseEvent.Data.IsSingleSegment ? sseEvent.Data.FirstSpan : sseEvent.Data.ToArray());
            }
        }
    }
}
