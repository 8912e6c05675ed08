using Switchboard.Gateway.Pipeline;

namespace Switchboard.Gateway.Caching;

/// <summary>Gives answers again: one that is kept, or one that is still being written.</summary>
internal static class AnswerReplay
{
    // What a connection takes at once; a large answer waits for its caller.
    private const int Piece = 64 * 1024;

    /// <summary>Gives an answer that is kept.</summary>
    public static async ValueTask<GatewayOutcome> SendAsync(GatewayCall call, CachedAnswer answer, CancellationToken cancellationToken)
    {
        Note(call, answer.Target, answer.Dropped);
        var head = new AnswerHead(200, answer.ContentType) { ContentLength = answer.IsStream ? null : answer.Body.Length, Dialect = answer.Dialect };
        var output = call.Sink.Commit(head);
        var rest = answer.Body;
        while (!rest.IsEmpty)
        {
            var length = answer.IsStream ? LengthOfEvents(rest.Span) : Math.Min(rest.Length, Piece);
            var flush = await output.WriteAsync(rest[..length], cancellationToken);
            if (flush.IsCompleted)
            {
                return GatewayOutcome.CallerLeft;
            }

            rest = rest[length..];
        }

        return GatewayOutcome.Answered;
    }

    /// <summary>Gives a stream as it is written by the call that it is the answer of.</summary>
    public static async ValueTask<GatewayOutcome> FollowAsync(GatewayCall call, AnswerRecording recording, CancellationToken cancellationToken)
    {
        Note(call, recording.Target!, recording.Dropped);
        var output = call.Sink.Commit(recording.Head! with { Headers = [] });
        for (var sent = 0L; ;)
        {
            var version = recording.Version;
            var isOver = recording.IsOver;
            var published = recording.Published;
            if (published > sent)
            {
                recording.CopyTo(output, sent, published);
                sent = published;
                if ((await output.FlushAsync(cancellationToken)).IsCompleted)
                {
                    return GatewayOutcome.CallerLeft;
                }
            }
            else if (isOver)
            {
                return End(call, recording);
            }
            else
            {
                await recording.WaitAsync(version, cancellationToken);
            }
        }
    }

    /// <summary>Notes who gave an answer, and that it costs this call nothing.</summary>
    private static void Note(GatewayCall call, CallTarget target, IReadOnlyList<string> dropped)
    {
        call.Target = target;
        call.Usage = new TokenUsage(0, 0);
        for (var i = call.Dropped.Count; i < dropped.Count; i++)
        {
            call.Drop(dropped[i]);
        }
    }

    // The event that tells the fault was passed on with the others. What ended without one must not look whole.
    private static GatewayOutcome End(GatewayCall call, AnswerRecording recording)
    {
        call.Fault = recording.Fault;
        if (!recording.IsWhole && recording.Fault is null)
        {
            call.Fault = GatewayError.Upstream("The answer broke off.", "upstream_incomplete");
            call.Sink.Abort();
        }

        return GatewayOutcome.Answered;
    }

    // Whole events, so that one more could follow at any time.
    private static int LengthOfEvents(ReadOnlySpan<byte> events)
    {
        if (events.Length <= Piece)
        {
            return events.Length;
        }

        var end = events[..Piece].LastIndexOf("\n\n"u8);
        return end > 0 ? end + 2 : events.Length;
    }
}
