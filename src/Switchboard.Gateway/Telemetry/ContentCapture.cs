using System.Buffers;
using System.Diagnostics;
using Switchboard.Gateway.Pipeline;
using Switchboard.Protocol.Sse;
using Switchboard.Protocol.Telemetry;

namespace Switchboard.Gateway.Telemetry;

/// <summary>Puts what is asked and answered on a call's span, where operators want that. What is asked is told at once, what is answered at the end.</summary>
internal sealed class ContentCapture
{
    private readonly MessageCapture _messages;
    private readonly CapturingSink _sink;

    private ContentCapture(MessageCapture messages, CapturingSink sink) => (_messages, _sink) = (messages, sink);

    /// <summary>Begins, and lets the answer pass by.</summary>
    /// <param name="span">The call's span.</param>
    /// <param name="call">The call.</param>
    /// <param name="redact">Takes secrets out.</param>
    public static ContentCapture Start(Activity span, GatewayCall call, Func<string, string> redact)
    {
        var messages = MessageCapture.Start(span, call.EditedBody, redact);
        var sink = new CapturingSink(call.Sink);
        call.SendTo(sink);
        return new ContentCapture(messages, sink);
    }

    /// <summary>Tells what was answered.</summary>
    public void End()
    {
        if (_sink.IsStream)
        {
            ReadEvents(new ReadOnlySequence<byte>(_sink.Written));
        }
        else
        {
            _messages.Answered(_sink.Written.Span);
        }

        _messages.Tell();
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
