using System.Globalization;
using System.Text;

namespace Switchboard.Benchmarks.Load;

/// <summary>What callers ask and upstreams answer, of the sizes that a provider's answers have.</summary>
internal static class Payloads
{
    /// <summary>Events of a stream with content; the role, the finish reason, the usage and <c>[DONE]</c> come on top.</summary>
    public const int ContentEvents = 196;

    /// <summary>All events of a stream.</summary>
    public const int StreamEvents = ContentEvents + 4;

    /// <summary>Events with content of a slow stream.</summary>
    public const int SlowContentEvents = 16;

    /// <summary>Digits of the time that an event of a slow stream tells in the place of words.</summary>
    public const int StampLength = 16;

    /// <summary>What stands in the place of the time before it is written.</summary>
    public static byte[] NoStamp { get; } = [.. Enumerable.Repeat((byte)'0', StampLength)];

    private const string Words =
        "A relay passes a message on as it came and keeps nothing for itself. What it costs is measured best beside " +
        "something simpler that does the same work: two programs, one upstream, one load, turn by turn. Where both slow " +
        "down together it was the machine, and where one alone does it was the program. ";

    /// <summary>A conversation of a few turns (about 1.2 KB).</summary>
    /// <param name="stream">Asks for a stream.</param>
    /// <param name="model">Whom it asks.</param>
    /// <param name="more">Characters by which the conversation is longer.</param>
    public static byte[] Request(bool stream, string model = "bench", int more = 0) => Encoding.UTF8.GetBytes(
        $$"""
        {"model":"{{model}}","messages":[{"role":"system","content":"You are a careful assistant. Answer in the caller's language, briefly."},{"role":"user","content":"{{Words}}What would you measure first?"},{"role":"assistant","content":"{{Words}}"},{"role":"user","content":"And then? Give me three points.{{Repeated(more)}}"}],"temperature":0.7,"max_completion_tokens":512,"user":"bench","stream":{{(stream ? "true,\"stream_options\":{\"include_usage\":true}" : "false")}}}
        """);

    /// <summary>An answer in one piece (about 1.2 KB).</summary>
    public static byte[] Completion { get; } = Encoding.UTF8.GetBytes(
        $$"""
        {
          "id": "chatcmpl-BenchBenchBenchBenchBenchBench",
          "object": "chat.completion",
          "created": 1760000000,
          "model": "gpt-4o-mini-2024-07-18",
          "choices": [
            {
              "index": 0,
              "message": {
                "role": "assistant",
                "content": "{{Words}}1. \"First\" the time to the first byte.\n2. Then the CPU of the process.\n3. Then the rest.",
                "refusal": null,
                "annotations": []
              },
              "logprobs": null,
              "finish_reason": "stop"
            }
          ],
          "usage": {
            "prompt_tokens": 187,
            "completion_tokens": 92,
            "total_tokens": 279,
            "prompt_tokens_details": { "cached_tokens": 0, "audio_tokens": 0 },
            "completion_tokens_details": { "reasoning_tokens": 0, "audio_tokens": 0, "accepted_prediction_tokens": 0, "rejected_prediction_tokens": 0 }
          },
          "service_tier": "default",
          "system_fingerprint": "fp_0123456789"
        }

        """);

    /// <summary>The events of a stream (about 300 bytes each), each with its blank line.</summary>
    public static byte[][] Events { get; } =
    [
        Chunk("""{"role":"assistant","content":"","refusal":null}"""),
        .. Enumerable.Range(0, ContentEvents).Select(i => Chunk($$"""{"content":" word{{i.ToString(CultureInfo.InvariantCulture)}}"}""")),
        Chunk("{}", "\"stop\""),
        Event(Head + "[],\"usage\":{\"prompt_tokens\":187,\"completion_tokens\":196,\"total_tokens\":383},\"obfuscation\":\"Zx81\"}"),
        Event("[DONE]"),
    ];

    /// <summary>The whole body of a stream.</summary>
    public static byte[] Stream { get; } = [.. Events.SelectMany(e => e)];

    /// <summary>The events of a slow stream; each with content has room for the time when it is sent.</summary>
    public static byte[][] SlowEvents { get; } =
    [
        Events[0],
        .. Enumerable.Repeat(Chunk($$"""{"content":"{{Encoding.ASCII.GetString(NoStamp)}}"}"""), SlowContentEvents),
        .. Events[^3..],
    ];

    /// <summary>What a provider tells beside the answer.</summary>
    public static KeyValuePair<string, string>[] AnswerHeaders { get; } =
    [
        new("x-request-id", "req_0123456789abcdef0123456789abcdef"),
        new("openai-processing-ms", "312"),
        new("openai-version", "2020-10-01"),
        new("x-ratelimit-limit-requests", "10000"),
        new("x-ratelimit-limit-tokens", "2000000"),
        new("x-ratelimit-remaining-requests", "9999"),
        new("x-ratelimit-remaining-tokens", "1999744"),
        new("x-ratelimit-reset-requests", "6ms"),
        new("x-ratelimit-reset-tokens", "7ms"),
    ];

    private const string Head =
        "{\"id\":\"chatcmpl-BenchBenchBenchBenchBenchBench\",\"object\":\"chat.completion.chunk\",\"created\":1760000000," +
        "\"model\":\"gpt-4o-mini-2024-07-18\",\"service_tier\":\"default\",\"system_fingerprint\":\"fp_0123456789\",\"choices\":";

    private static byte[] Chunk(string delta, string finishReason = "null") => Event(
        $$"""{{Head}}[{"index":0,"delta":{{delta}},"logprobs":null,"finish_reason":{{finishReason}}}],"usage":null,"obfuscation":"pX7q"}""");

    private static string Repeated(int length) =>
        string.Concat(Enumerable.Repeat(Words, (length / Words.Length) + 1))[..length];

    private static byte[] Event(string data) => Encoding.UTF8.GetBytes("data: " + data + "\n\n");
}
