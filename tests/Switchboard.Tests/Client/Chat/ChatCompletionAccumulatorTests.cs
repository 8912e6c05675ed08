using System.Text;
using System.Text.Json.Serialization;
using Switchboard.Client.Chat;
using Switchboard.Protocol.Chat;
using Switchboard.Protocol.Json;
using Switchboard.Tests.Client.Helpers;

namespace Switchboard.Tests.Client.Chat;

public sealed class ChatCompletionAccumulatorTests
{
    [Fact]
    public void The_final_completion_is_what_the_call_without_a_stream_answers()
    {
        var accumulator = Accumulated(
            """{"id":"c","object":"chat.completion.chunk","created":5,"model":"m","service_tier":"default","choices":[{"index":0,"delta":{"role":"assistant","content":""},"logprobs":null,"finish_reason":null}],"obfuscation":"xyz"}""",
            """{"id":"c","object":"chat.completion.chunk","created":5,"model":"m","system_fingerprint":"fp","choices":[{"index":1,"delta":{"role":"assistant","refusal":"I "},"finish_reason":null}]}""",
            """{"id":"c","object":"chat.completion.chunk","created":5,"model":"m","choices":[{"index":0,"delta":{"content":"Hi"},"logprobs":{"content":[{"token":"Hi","logprob":-0.5,"bytes":[72,105],"top_logprobs":[]}],"refusal":null},"finish_reason":null}]}""",
            """{"id":"c","object":"chat.completion.chunk","created":5,"model":"m","choices":[{"index":1,"delta":{"refusal":"won't"},"finish_reason":"stop"},{"index":0,"delta":{"content":"!"},"logprobs":{"content":[{"token":"!","logprob":-1,"bytes":[33],"top_logprobs":[]}],"refusal":null},"finish_reason":""}]}""",
            """{"id":"c","object":"chat.completion.chunk","created":5,"model":"m","choices":[{"index":0,"delta":{},"finish_reason":"length"}]}""",
            """{"id":"c","object":"chat.completion.chunk","created":5,"model":"m","choices":[],"usage":{"prompt_tokens":1,"completion_tokens":2,"total_tokens":3}}""");

        Assert.Equal(
            WireJson.Deserialize<ChatCompletion>("""
                {"id":"c","choices":[
                    {"finish_reason":"length","index":0,"message":{"content":"Hi!"},
                     "logprobs":{"content":[{"token":"Hi","logprob":-0.5,"bytes":[72,105],"top_logprobs":[]},{"token":"!","logprob":-1,"bytes":[33],"top_logprobs":[]}],"refusal":null}},
                    {"finish_reason":"stop","index":1,"message":{"refusal":"I won't","content":null}}],
                 "created":5,"model":"m","service_tier":"default","system_fingerprint":"fp","usage":{"prompt_tokens":1,"completion_tokens":2,"total_tokens":3}}
                """),
            WithoutConstants(accumulator.GetFinal()));
        Assert.Equal(("Hi!", "length"), (accumulator.GetFinal().Text, accumulator.GetFinal().FinishReason?.Value));
    }

    [Theory]
    [InlineData("each with its index, in turns",
        """[{"index":0,"id":"a","type":"function","function":{"name":"f","arguments":""}}]""", """[{"index":1,"id":"b","type":"function","function":{"name":"g","arguments":"{"}}]""",
        """[{"index":0,"function":{"arguments":"{\"x\":1}"}}]""", """[{"index":1,"function":{"arguments":"}"}}]""")]
    [InlineData("the id in each piece",
        """[{"index":0,"id":"a","function":{"name":"f","arguments":"{\"x\""}}]""", """[{"index":0,"id":"a","function":{"name":"f","arguments":":1}"}}]""",
        """[{"index":1,"id":"b","function":{"name":"g","arguments":"{"}}]""", """[{"index":1,"id":"b","function":{"name":"g","arguments":"}"}}]""")]
    [InlineData("no index, an id",
        """[{"id":"a","function":{"name":"f","arguments":"{\"x\":1}"}},{"id":"b","function":{"name":"g","arguments":"{}"}}]""")]
    [InlineData("one index for all",
        """[{"index":0,"id":"a","function":{"name":"f","arguments":"{\"x\":"}}]""", """[{"index":0,"function":{"arguments":"1}"}}]""",
        """[{"index":0,"id":"b","function":{"name":"g","arguments":""}}]""", """[{"index":0,"function":{"arguments":"{}"}}]""")]
    [InlineData("a new id for each piece, the name once",
        """[{"index":0,"id":"a","function":{"name":"f","arguments":"{\"x\":"}}]""", """[{"index":0,"id":"z","function":{"arguments":"1}"}}]""",
        """[{"index":1,"id":"b","function":{"name":"g","arguments":"{"}}]""", """[{"index":1,"id":"y","function":{"name":"","arguments":"}"}}]""")]
    [InlineData("the whole call again", """[{"index":0,"id":"a","function":{"name":"f","arguments":"{\"x\":1}"}}]""",
        """[{"index":1,"id":"b","function":{"name":"g","arguments":""}}]""", """[{"index":1,"id":"b","function":{"name":"g","arguments":"{}"}}]""")]
    public void Tool_calls_are_told_apart(string how, params string[] pieces)
    {
        var accumulator = Accumulated([.. pieces.Select(calls => Chunk("{\"tool_calls\":" + calls + "}")), Chunk("{}", "tool_calls")]);

        Assert.True(how.Length > 0);
        Assert.Equal([("a", "f", """{"x":1}"""), ("b", "g", "{}")], Calls(accumulator.GetFinal()));
    }

    [Fact]
    public void Calls_without_index_and_id_are_told_apart_by_arguments_that_are_whole() => Assert.Equal(
        [("", "f", """{"x":1}"""), ("", "f", "{}")],
        Calls(Accumulated(
            Chunk("""{"tool_calls":[{"function":{"name":"f","arguments":"{\"x\":"}}]}"""),
            Chunk("""{"tool_calls":[{"function":{"name":"f","arguments":"1}"}}]}"""),
            Chunk("""{"tool_calls":[{"function":{"name":"f","arguments":"{}"}}]}"""),
            Chunk("{}", "tool_calls")).GetFinal()));

    [Fact]
    public void A_name_may_come_in_pieces() => Assert.Equal(
        [("a", "get_it", "{}")],
        Calls(Accumulated(
            Chunk("""{"tool_calls":[{"index":0,"id":"a","function":{"name":"get_"}},{"index":0,"function":{"name":"it"}},{"index":0,"function":{"arguments":"{}"}}]}"""),
            Chunk("{}", "tool_calls")).GetFinal()));

    [Fact]
    public void Members_beyond_the_specification_are_joined()
    {
        var final = Accumulated(
            Chunk("""{"reasoning_content":"Let ","reasoning_details":[{"index":0,"type":"reasoning.text","text":"a"}],"content":null}"""),
            Chunk("""{"reasoning_content":"me","reasoning_details":[{"index":0,"type":"reasoning.text","text":"b"},{"index":1,"type":"reasoning.encrypted","data":"x"}]}"""),
            Chunk("""{"tool_calls":[{"index":0,"id":"a","extra_content":{"google":{"thought_signature":"s"}},"function":{"name":"f","arguments":"{}"}}],"annotations":[{"type":"url_citation","url_citation":{"start_index":0,"end_index":1,"url":"u","title":"t"}}]}"""),
            """{"id":"c","created":1,"model":"m","x_groq":{"id":"q"},"citations":["a"],"choices":[{"index":0,"delta":{},"finish_reason":"stop","content_filter_results":{"hate":{"filtered":false}}}]}""",
            """{"id":"c","created":1,"model":"m","x_groq":{"usage":1},"citations":["a","b"],"choices":[]}""").GetFinal();
        var message = final.Choices[0].Message;

        Assert.Equal("Let me", message.Reasoning);
        Assert.Null(message.Content);
        Assert.Equal("u", Assert.Single(message.Annotations!).UrlCitation.Url);
        Assert.Equal("""[{"index":0,"type":"reasoning.text","text":"ab"},{"index":1,"type":"reasoning.encrypted","data":"x"}]""", message.Extra["reasoning_details"].ToString());
        Assert.Equal("""{"google":{"thought_signature":"s"}}""", Assert.IsType<ChatFunctionToolCall>(final.ToolCalls[0]).Extra["extra_content"].ToString());
        Assert.Equal("""{"hate":{"filtered":false}}""", final.Choices[0].Extra["content_filter_results"].ToString());
        Assert.Equal("""{"id":"q","usage":1}""", final.Extra["x_groq"].ToString());
        Assert.Equal("""["a","b"]""", final.Extra["citations"].ToString());
        Assert.Equal("Let me", message.ToAssistantMessage().Extra["reasoning_content"].ToElement().GetString());
        Assert.Equal(final.ToolCalls, message.ToAssistantMessage().ToolCalls);
    }

    [Fact]
    public void Audio_custom_calls_and_the_deprecated_function_call_are_put_together()
    {
        var message = Accumulated(
            Chunk($$$"""{"audio":{"id":"au","transcript":"He"},"function_call":{"name":"f","arguments":"{"},"tool_calls":[{"index":0,"id":"a","type":"custom","custom":{"name":"sql","input":"sel"}}]}"""),
            Chunk($$$"""{"audio":{"data":"{{{Convert.ToBase64String("12"u8)}}}","transcript":"y"},"function_call":{"arguments":"}"},"tool_calls":[{"index":0,"custom":{"input":"ect"}}]}"""),
            Chunk($$$"""{"audio":{"data":"{{{Convert.ToBase64String("3"u8)}}}","expires_at":9}}""", "stop")).GetFinal().Choices[0].Message;

        Assert.Equal(("au", "Hey", "123", 9), (message.Audio!.Id, message.Audio.Transcript, Encoding.ASCII.GetString(message.Audio.Data.Span), message.Audio.ExpiresAt.ToUnixTimeSeconds()));
        Assert.Equal(("f", "{}"), (message.FunctionCall!.Name, message.FunctionCall.Arguments));
        Assert.Equal(new ChatCustomToolCall("a", new ChatCustomCall("sql", "select")).Custom, Assert.IsType<ChatCustomToolCall>(message.ToolCalls![0]).Custom);
        Assert.Equal("au", message.ToAssistantMessage().Audio!.Id);
    }

    [Fact]
    public async Task Events_come_in_the_order_of_what_happens()
    {
        var seen = new List<string>();
        await foreach (var happened in RecordedStreams.Live(Chunks(
            Chunk("""{"role":"assistant","content":""}"""),
            Chunk("""{"content":"{\"a\":"}"""),
            Chunk("""{"content":"1"}"""),
            Chunk("""{"tool_calls":[{"index":0,"id":"a","function":{"name":"f","arguments":"{}"}}]}"""),
            Chunk("""{"tool_calls":[{"index":1,"id":"b","function":{"name":"g","arguments":"{\"n\":"}}]}"""),
            Chunk("""{"tool_calls":[{"index":1,"function":{"arguments":"12"}}]}"""),
            Chunk("{}", "tool_calls"),
            """{"id":"c","created":1,"model":"m","choices":[],"usage":{"prompt_tokens":1,"completion_tokens":2,"total_tokens":3}}"""))
            .AccumulateAsync(cancellationToken: TestContext.Current.CancellationToken))
        {
            seen.Add(happened switch
            {
                ChatContentDelta e => $"text {e.Delta} {e.Snapshot} {e.Json}",
                ChatToolCallDelta e => $"call {e.Index} {e.Id} {e.Name} {e.Snapshot} {e.Json}",
                ChatToolCallDone e => $"called {e.Index} {((ChatFunctionToolCall)e.Call).Function.Arguments}",
                ChatContentDone e => $"said {e.Content}",
                ChatChoiceDone e => $"done {e.Reason}",
                ChatUsageUpdate e => $"used {e.Usage.TotalTokens}",
                ChatCompletionDone e => $"all {e.Completion.Usage!.TotalTokens}",
                _ => happened.GetType().Name,
            });
        }

        Assert.Equal(
            [
                """text {"a": {"a": {}""", """text 1 {"a":1 {"a":1}""", "call 0 a f {} {}", "called 0 {}", """call 1 b g {"n": {}""", """call 1 b g {"n":12 {"n":12}""",
                """called 1 {"n":12""", """said {"a":1""", "done tool_calls", "used 3", "all 3",
            ],
            seen);
    }

    [Fact]
    public void What_an_event_says_of_the_text_so_far_stays_what_it_was()
    {
        var accumulator = new ChatCompletionAccumulator();
        var events = new List<ChatStreamEvent>();
        foreach (var chunk in Chunks(Chunk("""{"content":"a"}"""), Chunk("""{"content":"b"}""")))
        {
            accumulator.Add(chunk, events);
        }

        Assert.Equal(["a", "ab"], events.OfType<ChatContentDelta>().Select(e => e.Snapshot));
        Assert.Equal("ab", accumulator.Snapshot.Text);
        Assert.Same(accumulator.Snapshot, accumulator.Snapshot);
    }

    [Fact]
    public async Task A_stream_that_is_cut_off_is_no_completion()
    {
        var accumulator = new ChatCompletionAccumulator();
        var empty = Assert.Throws<InvalidOperationException>(accumulator.GetFinal);
        var fault = await Assert.ThrowsAsync<InvalidOperationException>(async () =>
        {
            await foreach (var _ in RecordedStreams.Live(Chunks(Chunk("""{"content":"a"}"""))).AccumulateAsync(accumulator, TestContext.Current.CancellationToken))
            {
            }
        });

        Assert.Contains("before a choice came", empty.Message, StringComparison.Ordinal);
        Assert.Contains("cut off", fault.Message, StringComparison.Ordinal);
        Assert.False(accumulator.IsComplete);
        Assert.Equal("a", accumulator.Snapshot.Text);
        await Assert.ThrowsAsync<InvalidOperationException>(() => RecordedStreams.Live(Chunks(Chunk("{}"))).GetFinalAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public void Arguments_are_read_as_a_type()
    {
        Assert.Equal(1, new ChatFunctionToolCall("a", new ChatFunctionCall("f", """{"X":1}""")).ReadArguments(XJson.Default.XArguments)!.X);
        Assert.Equal(0, new ChatFunctionToolCall("a", new ChatFunctionCall("f", " ")).ReadArguments(XJson.Default.XArguments)!.X);
        Assert.Throws<System.Text.Json.JsonException>(() => new ChatFunctionToolCall("a", new ChatFunctionCall("f", "{")).ReadArguments(XJson.Default.XArguments));
    }

    private static List<(string Id, string Name, string Arguments)> Calls(ChatCompletion completion) =>
        [.. completion.ToolCalls.Cast<ChatFunctionToolCall>().Select(call => (call.Id, call.Function.Name, call.Function.Arguments))];

    // What is written where it is the same for all: "object", "role".
    private static ChatCompletion WithoutConstants(ChatCompletion completion)
    {
        var node = System.Text.Json.Nodes.JsonNode.Parse(completion.ToString())!;
        node.AsObject().Remove("object");
        foreach (var choice in node["choices"]!.AsArray())
        {
            choice!["message"]!.AsObject().Remove("role");
        }

        return WireJson.Deserialize<ChatCompletion>(node.ToJsonString());
    }

    private static string Chunk(string delta, string? finishReason = null) =>
        $$"""{"id":"c","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":{{delta}},"finish_reason":{{(finishReason is null ? "null" : $"\"{finishReason}\"")}}}]}""";

    private static IEnumerable<ChatCompletionChunk> Chunks(params string[] json) => json.Select(WireJson.Deserialize<ChatCompletionChunk>);

    private static ChatCompletionAccumulator Accumulated(params string[] json)
    {
        var accumulator = new ChatCompletionAccumulator();
        foreach (var chunk in Chunks(json))
        {
            accumulator.Add(chunk);
        }

        return accumulator;
    }
}

internal sealed record XArguments(int X);

[JsonSerializable(typeof(XArguments))]
internal sealed partial class XJson : JsonSerializerContext;
