using System.Buffers;
using System.Text;
using System.Text.Json.Nodes;
using Switchboard.Gateway.Translation;
using Switchboard.Gateway.Translation.Chat;
using Switchboard.Gateway.Translation.Cohere;
using Switchboard.Testing.Fixtures;
using Switchboard.Testing.Places;

namespace Switchboard.Tests.Gateway.Translation.Cohere;

public sealed class CohereAnswerToChatTests
{
    private const string Stream =
        """
        event: message-start
        data: {"id":"c1","type":"message-start","delta":{"message":{"role":"assistant","content":[],"tool_plan":"","tool_calls":[],"citations":[]}}}

        event: content-start
        data: {"type":"content-start","index":0,"delta":{"message":{"content":{"type":"thinking","thinking":""}}}}

        event: content-delta
        data: {"type":"content-delta","index":0,"delta":{"message":{"content":{"thinking":"hm\n"}}}}

        event: content-end
        data: {"type":"content-end","index":0}

        event: content-start
        data: {"type":"content-start","index":1,"delta":{"message":{"content":{"type":"text","text":""}}}}

        event: content-delta
        data: {"type":"content-delta","index":1,"delta":{"message":{"content":{"text":"Gr\u00fc\u00dfe \"😀\""}}}}

        event: citation-start
        data: {"type":"citation-start","index":0,"delta":{"message":{"citations":{"start":0,"end":5,"text":"Grüße","sources":[{"type":"document","id":"d","document":{"id":"d","title":"T","url":"https://a"}}],"type":"TEXT_CONTENT"}}}}

        event: citation-end
        data: {"type":"citation-end","index":0}

        event: tool-plan-delta
        data: {"type":"tool-plan-delta","delta":{"message":{"tool_plan":"I will ask."}}}

        event: tool-call-start
        data: {"type":"tool-call-start","index":0,"delta":{"message":{"tool_calls":{"id":"t1","type":"function","function":{"name":"add","arguments":""}}}}}

        event: tool-call-delta
        data: {"type":"tool-call-delta","index":0,"delta":{"message":{"tool_calls":{"function":{"arguments":"{\"a\":"}}}}}

        event: tool-call-delta
        data: {"type":"tool-call-delta","index":0,"delta":{"message":{"tool_calls":{"function":{"arguments":"1}"}}}}}

        event: tool-call-end
        data: {"type":"tool-call-end","index":0}

        event: tool-call-start
        data: {"type":"tool-call-start","index":1,"delta":{"message":{"tool_calls":{"id":"t2","type":"function","function":{"name":"now","arguments":""}}}}}

        event: tool-call-end
        data: {"type":"tool-call-end","index":1}

        event: message-end
        data: {"type":"message-end","delta":{"finish_reason":"TOOL_CALL","usage":{"billed_units":{"input_tokens":3,"output_tokens":4},"tokens":{"input_tokens":30,"output_tokens":40,"reasoning_tokens":7},"cached_tokens":16}}}


        """;

    [Fact]
    public void A_stream_of_all_kinds_of_events_becomes_chunks()
    {
        var data = Data(ForeignStreams.Translate(new CohereDialect(), [Encoding.UTF8.GetBytes(Stream)]));

        Assert.Empty(new ChatFacts { Content = "Grüße \"😀\"", Reasoning = "hm\nI will ask.", Tools = ["add({\"a\":1})", "now({})"], Prompt = 30, Completion = 40, Cached = 16, Finish = "tool_calls" }.DifferencesTo(OpenAIOracle.ReadStream(data)));
        var deltas = data.Select(chunk => JsonNode.Parse(chunk)!["choices"] is JsonArray { Count: > 0 } choices ? choices[0]!["delta"]! : new JsonObject()).ToArray();
        Assert.Equal(
            [
                """{"type":"reasoning.text","text":"hm\n","format":"cohere-thinking-v2","index":0}""",
                """{"type":"reasoning.text","text":"I will ask.","format":"cohere-tool-plan-v2","index":1}""",
            ],
            deltas.Where(delta => delta["reasoning_details"] is not null).Select(delta => delta["reasoning_details"]![0]!.ToJsonString()));
        Assert.Equal(
            """{"type":"url_citation","url_citation":{"url":"https://a","title":"T","start_index":0,"end_index":5}}""",
            deltas.Single(delta => delta["annotations"] is not null)["annotations"]![0]!.ToJsonString());
        Assert.Equal(7, (int)JsonNode.Parse(data[^1])!["usage"]!["completion_tokens_details"]!["reasoning_tokens"]!);
    }

    [Fact]
    public void Wherever_a_stream_is_cut_it_becomes_the_same() => ForeignStreams.CheckEveryCut(new CohereDialect(), Encoding.UTF8.GetBytes(Stream));

    [Fact]
    public void The_smaller_real_streams_become_the_same_wherever_they_are_cut()
    {
        Assert.SkipWhen(SharedFolder.SkipReason is not null, SharedFolder.SkipReason ?? "");
        var streams = ChatFixtures.Of("cohere").Where(fixture => fixture is { IsStream: true, Status: 200 } && fixture.Body.Length < 3000).ToArray();

        Assert.All(streams, fixture => ForeignStreams.CheckEveryCut(new CohereDialect(), fixture.Body));
        Assert.NotEmpty(streams);
    }

    [Fact]
    public void A_source_without_an_address_is_told_as_it_is()
    {
        const string Citation = """{"start":0,"end":1,"text":"x","sources":[{"type":"document","id":"doc:0","document":{"text":"x"}}],"type":"TEXT_CONTENT"}""";

        var message = Whole($$$"""{"id":"c","message":{"role":"assistant","content":[{"type":"text","text":"x"}],"citations":[{{{Citation}}}]},"finish_reason":"STOP_SEQUENCE"}""")["choices"]![0]!["message"]!;

        Assert.Equal($$"""{"type":"file_citation","file_citation":{{Citation}}}""", message["annotations"]![0]!.ToJsonString());
    }

    [Theory]
    [InlineData("COMPLETE", "stop")]
    [InlineData("MAX_TOKENS", "length")]
    [InlineData("ERROR_TOXIC", "content_filter")]
    [InlineData("SOMETHING_NEW", "stop")]
    public void Reasons_to_finish_are_OpenAIs(string reason, string expected) =>
        Assert.Equal(expected, (string?)Whole($$$"""{"id":"c","message":{"role":"assistant","content":[]},"finish_reason":"{{{reason}}}"}""")["choices"]![0]!["finish_reason"]);

    [Theory]
    [InlineData("""{"type":"message-end","delta":{"finish_reason":"ERROR","error":"oops"}}""", 1)]
    [InlineData("""{"message":"internal server error"}""", 1)]
    [InlineData("""{"type":"something-new"}""", 0)]
    [InlineData("""{"x":1}""", 2)]
    public void An_event_is_taken_an_error_or_none(string data, int expected)
    {
        var output = new ArrayBufferWriter<byte>();
        var chunks = new ChatChunks(output, new("m", TimeProvider.System), includeUsage: false);

        Assert.Equal((ForeignPiece)expected, new CohereAnswerToChat().ReadEvent(default, Encoding.UTF8.GetBytes(data), chunks));
        Assert.Equal(0, output.WrittenCount);
    }

    private static JsonNode Whole(string body)
    {
        var output = new ArrayBufferWriter<byte>();
        var translation = WholeTranslations.OfChat(new CohereAnswerToChat(), new("m", TimeProvider.System));

        Assert.Equal(ForeignPiece.Taken, translation(Encoding.UTF8.GetBytes(body), output));
        return JsonNode.Parse(output.WrittenSpan)!;
    }

    private static string[] Data(string chunks) => [.. chunks.Split('\n').Where(line => line.StartsWith("data: {", StringComparison.Ordinal)).Select(line => line[6..])];
}
