using System.Globalization;
using System.Text;

namespace Switchboard.Benchmarks.Load;

/// <summary>A stream of another dialect with the words of <see cref="Payloads.Stream"/>.</summary>
/// <param name="Name">The kind of its provider.</param>
/// <param name="Mark">By what the simulator knows a request for it, event by event: the end of a model's name, or how the body begins.</param>
/// <param name="MarkAtOnce">The same, where all events are sent at once.</param>
/// <param name="Events">Its events, each with its blank line.</param>
internal sealed record ForeignPayload(string Name, string Mark, string MarkAtOnce, byte[][] Events);

/// <summary>Streams of other dialects, of the sizes that their providers' have.</summary>
internal static class ForeignPayloads
{
    public static ForeignPayload[] All { get; } =
    [
        new("anthropic", "anthropic", "anthropic-once",
        [
            Named("message_start", """{"type":"message_start","message":{"id":"msg_01BenchBenchBenchBenchBench","type":"message","role":"assistant","model":"claude-haiku-4-5-20251001","content":[],"stop_reason":null,"stop_sequence":null,"usage":{"input_tokens":187,"cache_creation_input_tokens":0,"cache_read_input_tokens":0,"output_tokens":1,"service_tier":"standard"}}}"""),
            Named("content_block_start", """{"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}"""),
            .. Words.Select(word => Named("content_block_delta", $$$"""{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"{{{word}}}"}}""")),
            Named("content_block_stop", """{"type":"content_block_stop","index":0}"""),
            Named("message_delta", """{"type":"message_delta","delta":{"stop_reason":"end_turn","stop_sequence":null},"usage":{"input_tokens":187,"cache_creation_input_tokens":0,"cache_read_input_tokens":0,"output_tokens":196}}"""),
            Named("message_stop", """{"type":"message_stop"}"""),
        ]),
        new("gemini", "{\"contents\":[{\"role\":\"user\",\"parts\":[{\"text\":\"step", "{\"contents\":[{\"role\":\"user\",\"parts\":[{\"text\":\"once",
        [
            .. Words.Select(word => Unnamed($$$"""{"candidates": [{"content": {"parts": [{"text": "{{{word}}}"}],"role": "model"},"index": 0}],"usageMetadata": {"promptTokenCount": 187,"candidatesTokenCount": 100,"totalTokenCount": 287,"promptTokensDetails": [{"modality": "TEXT","tokenCount": 187}]},"modelVersion": "gemini-2.5-flash","responseId": "BenchBenchBenchBench"}""")),
            Unnamed("""{"candidates": [{"content": {"parts": [{"text": "."}],"role": "model"},"finishReason": "STOP","index": 0}],"usageMetadata": {"promptTokenCount": 187,"candidatesTokenCount": 196,"totalTokenCount": 383,"promptTokensDetails": [{"modality": "TEXT","tokenCount": 187}]},"modelVersion": "gemini-2.5-flash","responseId": "BenchBenchBenchBench"}"""),
        ]),
    ];

    private static IEnumerable<string> Words => Enumerable.Range(0, Payloads.ContentEvents).Select(i => $" word{i.ToString(CultureInfo.InvariantCulture)}");

    private static byte[] Named(string name, string data) => Encoding.UTF8.GetBytes($"event: {name}\ndata: {data}\n\n");

    private static byte[] Unnamed(string data) => Encoding.UTF8.GetBytes($"data: {data}\r\n\r\n");
}
