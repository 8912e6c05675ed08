using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Switchboard.Gateway.Translation.Markup;
using Switchboard.Gateway.Translation.Markup.Tools;

namespace Switchboard.Tests.Gateway.Translation.Markup;

public sealed partial class MarkupChunksTests
{
    private const string Call = """<tool_call>{\"name\": \"f\", \"arguments\": {\"a\": 1}}</tool_call>""";

    public static TheoryData<string[], string[]> Streams => new()
    {
        // Nothing to do: the same bytes.
        {
            ["""{ "id":"x","choices":[{"index":0,"delta":{"role":"assistant","content":""},"logprobs":null}]}""", Text("a \\u00e9 < b"), """{"choices":[],"usage":{"total_tokens":1}}""", """{"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}"""],
            ["""{ "id":"x","choices":[{"index":0,"delta":{"role":"assistant","content":""},"logprobs":null}]}""", Text("a \\u00e9 < b"), """{"choices":[],"usage":{"total_tokens":1}}""", """{"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}"""]
        },

        // Reasoning, with a marker over several chunks and the role where it was.
        {
            ["""{"id":"x","odd":1,"choices":[{"index":0,"delta":{"role":"assistant","content":"<thi"},"finish_reason":null}]}""", Text("nk>why"), Text("</think>"), Text("\\n\\nso"), """{"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}"""],
            ["""{"id":"x","odd":1,"choices":[{"index":0,"delta":{"role":"assistant"},"finish_reason":null}]}""", """{"id":"x","choices":[{"index":0,"delta":{"reasoning_content":"why"}}]}""", Text("so"), """{"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}"""]
        },

        // Several things in one chunk: usage and log probabilities go with the last, the role with the first.
        {
            [$$$"""{"id":"x","choices":[{"index":0,"delta":{"role":"assistant","content":"<think>a</think>b {{{Call}}}{{{Call}}}","refusal":null},"logprobs":{"content":[]},"finish_reason":null}],"usage":{"n":1}}"""],
            [
                """{"id":"x","choices":[{"index":0,"delta":{"role":"assistant","reasoning_content":"a"},"logprobs":null,"finish_reason":null}],"usage":null}""",
                """{"id":"x","choices":[{"index":0,"delta":{"content":"b "},"logprobs":null,"finish_reason":null}],"usage":null}""",
                """{"id":"x","choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"id":"ID","type":"function","function":{"name":"f","arguments":"{\"a\": 1}"}}]},"logprobs":null,"finish_reason":null}],"usage":null}""",
                """{"id":"x","choices":[{"index":0,"delta":{"tool_calls":[{"index":1,"id":"ID","type":"function","function":{"name":"f","arguments":"{\"a\": 1}"}}]},"logprobs":{"content":[]},"finish_reason":null}],"usage":{"n":1}}""",
            ]
        },

        // The reason to finish: what is held comes before it, and calls are the reason.
        {
            [Text("<tool_call>{\\\"name\\\": \\\"f\\\", \\\"arguments\\\": {}}"), """{"id":"x","choices":[{"index":0,"delta":{"content":"\n"},"finish_reason":"stop"}],"usage":{"n":1}}"""],
            [
                """{"id":"x","choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"id":"ID","type":"function","function":{"name":"f","arguments":"{}"}}]},"finish_reason":null}],"usage":null}""",
                """{"id":"x","choices":[{"index":0,"delta":{},"finish_reason":"tool_calls"}],"usage":{"n":1}}""",
            ]
        },
        { [Text("a <thin"), """{"choices":[{"index":0,"finish_reason":"length"}]}"""], [Text("a "), """{"choices":[{"index":0,"finish_reason":null,"delta":{"content":"<thin"}}]}""", """{"choices":[{"index":0,"finish_reason":"length"}]}"""] },

        // An empty reason to finish is none, and what is held stays so.
        {
            ["""{"choices":[{"index":0,"delta":{"content":"<thi"},"finish_reason":""}]}""", """{"choices":[{"index":0,"delta":{"content":"nk>a</think>b"},"finish_reason":""}]}"""],
            ["""{"choices":[{"index":0,"delta":{"reasoning_content":"a"},"finish_reason":null}]}""", """{"choices":[{"index":0,"delta":{"content":"b"},"finish_reason":""}]}"""]
        },

        // A chunk that holds its text back leaves where it has anything else.
        {
            ["""{"choices":[{"index":0,"delta":{"content":"<"}}],"usage":null}""", """{"choices":[{"index":0,"delta":{"content":"t"}}],"usage":{"n":1}}""", """{"choices":[{"index":0,"delta":{"content":"h"},"logprobs":{}}]}""", """{"choices":[{"index":0,"delta":{"content":"e","tool_calls":[{"index":0}]}}]}"""],
            ["""{"choices":[{"index":0,"delta":{}}],"usage":{"n":1}}""", """{"choices":[{"index":0,"delta":{},"logprobs":{}}]}""", """{"choices":[{"index":0,"delta":{"tool_calls":[{"index":0}]}}]}""", """{"choices":[{"index":0,"delta":{"content":"<the"}}]}"""]
        },

        // A stream that ends without a reason.
        { [Text("a"), Text("<think"), "[DONE]"], [Text("a"), Text("<think")] },
        { [Text(Call), "[DONE]"], ["""{"id":"x","choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"id":"ID","type":"function","function":{"name":"f","arguments":"{\"a\": 1}"}}]}}]}"""] },

        // Each choice has its own text.
        {
            ["""{"choices":[{"index":0,"delta":{"content":"<think>a"}},{"index":1,"delta":{"content":"<thi"}}]}""", """{"choices":[{"index":1,"delta":{"content":"ng"}}]}""", """{"choices":[{"index":0,"delta":{"content":"b</think>c"}},{"index":1,"delta":{"content":"d"}}]}"""],
            [
                """{"choices":[{"index":0,"delta":{"reasoning_content":"a"}},{"index":1,"delta":{}}]}""",
                """{"choices":[{"index":1,"delta":{"content":"<thing"}}]}""",
                """{"choices":[{"index":0,"delta":{"reasoning_content":"b"}}]}""",
                """{"choices":[{"index":0,"delta":{"content":"c"}},{"index":1,"delta":{"content":"d"}}]}""",
            ]
        },

        // What is none of ours.
        { ["""{"choices":[{"index":0,"delta":{"content":"\ud800"}}]}""", "{", """{"choices":null}""", """{"choices":[1,{"index":0,"delta":null}]}"""], ["""{"choices":[{"index":0,"delta":{"content":"\ud800"}}]}""", "{", """{"choices":null}""", """{"choices":[1,{"index":0,"delta":null}]}"""] },
    };

    [Theory]
    [MemberData(nameof(Streams))]
    public void Markup_becomes_members(string[] chunks, string[] expected) => Assert.Equal(expected, Rewrite("qwen3", "hermes", chunks));

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(1000)]
    public void A_stream_says_the_same_however_its_text_is_cut(int charsPerChunk)
    {
        const string Said = "<think>Hm, é.</think>\n\nI look. <tool_call>{\"name\": \"f\", \"arguments\": {\"q\": \"</tool_call>\"}}</tool_call>\n<tool_call>{\"name\": \"g\", \"arguments\": {}}</tool_call> Done";
        var chunks = Said.Chunk(charsPerChunk).Select(piece => Text(System.Text.Json.JsonEncodedText.Encode(new string(piece)).ToString()));

        var written = Rewrite("qwen3", "hermes", [.. chunks, """{"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}"""]).Select(chunk => JsonNode.Parse(chunk)!["choices"]![0]!).ToArray();

        Assert.Equal("Hm, é.", string.Concat(written.Select(choice => (string?)choice["delta"]!["reasoning_content"])));
        Assert.Equal("I look. Done", string.Concat(written.Select(choice => (string?)choice["delta"]!["content"])));
        Assert.Equal(
            ["""{"index":0,"id":"ID","type":"function","function":{"name":"f","arguments":"{\u0022q\u0022: \u0022\u003C/tool_call\u003E\u0022}"}}""", """{"index":1,"id":"ID","type":"function","function":{"name":"g","arguments":"{}"}}"""],
            written.SelectMany(choice => choice["delta"]!["tool_calls"]?.AsArray() ?? []).Select(call => call!.ToJsonString()));
        Assert.Equal("tool_calls", (string?)written[^1]["finish_reason"]);
        Assert.All(written[..^1], choice => Assert.Null((string?)choice["finish_reason"]));
    }

    [Fact]
    public void An_id_that_the_model_wrote_is_kept()
    {
        var chunks = Rewrite(null, "kimi_k2", [Text("<|tool_calls_section_begin|><|tool_call_begin|>functions.f:0<|tool_call_argument_begin|>{}<|tool_call_end|><|tool_calls_section_end|>")]);

        Assert.Contains("\"id\":\"functions.f:0\"", Assert.Single(chunks), StringComparison.Ordinal);
    }

    [Fact]
    public void What_comes_after_the_reason_to_finish_is_text()
    {
        const string End = """{"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}""";

        Assert.Equal(
            ["""{"choices":[{"index":0,"delta":{"content":"not decided"},"finish_reason":null}]}""", End, Text("x")],
            Rewrite("minimax_m3", "", [Text("not decided"), End, Text("x")]));
    }

    [Fact]
    public void A_chunk_with_no_marker_in_sight_costs_no_garbage()
    {
        var output = new Discarding();
        var stream = new MarkupChunks(MarkupLog.Format("qwen3", "hermes"), new ToolSchemas(default));
        var chunk = Encoding.UTF8.GetBytes(Text(" word \\u00e9 \\\"x\\\""));
        stream.Write(chunk, output);

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
        {
            stream.Write(chunk, output);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal(1001L * chunk.Length, output.Bytes);
    }

    private static string Text(string json) => $$$"""{"id":"x","choices":[{"index":0,"delta":{"content":"{{{json}}}"}}]}""";

    private static string[] Rewrite(string? reasoning, string tools, IEnumerable<string> chunks)
    {
        var output = new Chunks();
        var stream = new MarkupChunks(MarkupLog.Format(reasoning, tools), new ToolSchemas(default));
        foreach (var chunk in chunks)
        {
            if (chunk == "[DONE]")
            {
                stream.Finish(output);
            }
            else
            {
                stream.Write(Encoding.UTF8.GetBytes(chunk), output);
            }
        }

        return [.. output.Select(chunk => Id().Replace(chunk, "\"ID\""))];
    }

    [GeneratedRegex("(?<=\"id\":)\"[0-9A-Za-z]{9}\"")]
    private static partial Regex Id();

    private sealed class Chunks : List<string>, IChunkOutput
    {
        public void Chunk(ReadOnlySpan<byte> json) => Add(Encoding.UTF8.GetString(json));
    }

    private sealed class Discarding : IChunkOutput
    {
        public long Bytes { get; private set; }

        public void Chunk(ReadOnlySpan<byte> json) => Bytes += json.Length;
    }
}
