using System.Text;

namespace Switchboard.Benchmarks.Load.Upstream;

/// <summary>What the simulator sends, head and framing with it, made once. The name of the model asked for says which.</summary>
internal static class Answers
{
    /// <summary>Between two events of a slow stream.</summary>
    public static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(150);

    private static readonly string s_head =
        "HTTP/1.1 200 OK\r\n" + string.Concat(Payloads.AnswerHeaders.Select(header => $"{header.Key}: {header.Value}\r\n"));

    private static readonly byte[] s_streamHead =
        Encoding.ASCII.GetBytes(s_head + "Content-Type: text/event-stream; charset=utf-8\r\nTransfer-Encoding: chunked\r\n\r\n");

    private static readonly byte[] s_noMoreChunks = "0\r\n\r\n"u8.ToArray();

    /// <summary>An answer in one piece.</summary>
    public static byte[] Whole { get; } =
        [.. Encoding.ASCII.GetBytes($"{s_head}Content-Type: application/json\r\nContent-Length: {Payloads.Completion.Length}\r\n\r\n"), .. Payloads.Completion];

    /// <summary>A stream, as fast as it goes: each event is a chunk of HTTP, and all are sent at once.</summary>
    public static byte[] Stream { get; } = [.. s_streamHead, .. Payloads.Events.SelectMany(Chunk), .. s_noMoreChunks];

    /// <summary>A stream in the pieces that are sent one by one; head and first event go together, as do the last event and the end.</summary>
    public static byte[][] Slow { get; } =
    [
        [.. s_streamHead, .. Chunk(Payloads.SlowEvents[0])],
        .. Payloads.SlowEvents[1..^1].Select(Chunk),
        [.. Chunk(Payloads.SlowEvents[^1]), .. s_noMoreChunks],
    ];

    /// <summary>Where in each piece of <see cref="Slow"/> the time is written when it is sent, or -1.</summary>
    public static int[] Stamps { get; } = Array.ConvertAll(Slow, piece => piece.AsSpan().IndexOf(Payloads.NoStamp));

    private static byte[] Chunk(byte[] data) => [.. Encoding.ASCII.GetBytes($"{data.Length:x}\r\n"), .. data, .. "\r\n"u8];
}
