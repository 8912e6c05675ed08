using System.Text;

namespace Switchboard.Benchmarks.Load.Upstream;

/// <summary>What the simulator sends for one kind of model, head and framing with it, made once.</summary>
/// <param name="Kind">The end of the model's name.</param>
/// <param name="Pieces">Each is sent at once; the first as soon as the request is whole.</param>
/// <param name="Pace">Between two pieces.</param>
internal sealed record Script(string Kind, byte[][] Pieces, TimeSpan Pace)
{
    private static readonly string s_head =
        "HTTP/1.1 200 OK\r\n" + string.Concat(Payloads.AnswerHeaders.Select(header => $"{header.Key}: {header.Value}\r\n"));

    private static readonly byte[] s_streamHead =
        Encoding.ASCII.GetBytes(s_head + "Content-Type: text/event-stream; charset=utf-8\r\nTransfer-Encoding: chunked\r\n\r\n");

    private static readonly byte[] s_end = "0\r\n\r\n"u8.ToArray();

    // An answer in one piece.
    private static readonly Script s_answer = new(
        Models.Answer,
        [[.. Encoding.ASCII.GetBytes($"{s_head}Content-Type: application/json\r\nContent-Length: {Payloads.Completion.Length}\r\n\r\n"), .. Payloads.Completion]],
        TimeSpan.Zero);

    // All at once; each event is a chunk of HTTP.
    private static readonly Script s_stream = new(
        Models.Stream,
        [[.. s_streamHead, .. Payloads.Events.SelectMany(Chunk), .. s_end]],
        TimeSpan.Zero);

    // Each event by itself, in turn with those of other streams.
    private static readonly Script s_step = new(
        Models.Step,
        [[.. s_streamHead, .. Chunk(Payloads.Events[0])], .. Payloads.Events[1..^1].Select(Chunk), [.. Chunk(Payloads.Events[^1]), .. s_end]],
        TimeSpan.Zero);

    // The first event, and after a moment the rest: nothing else delays the first.
    private static readonly Script s_first = new(
        Models.First,
        [[.. s_streamHead, .. Chunk(Payloads.Events[0])], [.. Payloads.Events[1..].SelectMany(Chunk), .. s_end]],
        TimeSpan.FromMilliseconds(1));

    // One event after the other, as a model makes them.
    private static readonly Script s_slow = new(
        Models.Slow,
        [[.. s_streamHead, .. Chunk(Payloads.SlowEvents[0])], .. Payloads.SlowEvents[1..^1].Select(Chunk), [.. Chunk(Payloads.SlowEvents[^1]), .. s_end]],
        TimeSpan.FromMilliseconds(150));

    // The same words in other dialects, event by event and all at once. Google's requests name no model: their paths do.
    private static readonly Script[] s_foreign =
    [
        .. ForeignPayloads.All.Select(dialect => Steps(dialect.Events, dialect.Mark)),
        .. ForeignPayloads.All.Select(dialect => AtOnce(dialect.Events, dialect.MarkAtOnce)),
    ];

    private static readonly Script[] s_all = [s_answer, s_stream, s_step, s_first, s_slow, .. s_foreign];

    private readonly byte[] _nameEnd = Encoding.ASCII.GetBytes(Kind.StartsWith('{') ? Kind : $"-{Kind}\"");

    public static TimeSpan SlowPace => s_slow.Pace;

    /// <summary>Where in each piece the time is written when it is sent, or -1.</summary>
    public int[] Stamps { get; } = Array.ConvertAll(Pieces, piece => piece.AsSpan().IndexOf(Payloads.NoStamp));

    /// <param name="beginning">The first bytes of a request's body, where the model stands.</param>
    public static Script? For(ReadOnlySpan<byte> beginning)
    {
        foreach (var script in s_all)
        {
            if (beginning.IndexOf(script._nameEnd) >= 0)
            {
                return script;
            }
        }
        return null;
    }

    private static Script Steps(byte[][] events, string kind) =>
        new(kind, [[.. s_streamHead, .. Chunk(events[0])], .. events[1..^1].Select(Chunk), [.. Chunk(events[^1]), .. s_end]], TimeSpan.Zero);

    private static Script AtOnce(byte[][] events, string kind) => new(kind, [[.. s_streamHead, .. events.SelectMany(Chunk), .. s_end]], TimeSpan.Zero);

    private static byte[] Chunk(byte[] data) => [.. Encoding.ASCII.GetBytes($"{data.Length:x}\r\n"), .. data, .. "\r\n"u8];
}
