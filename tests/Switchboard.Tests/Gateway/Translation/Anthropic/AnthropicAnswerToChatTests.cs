using System.Text;
using System.Text.Json.Nodes;
using Switchboard.Gateway.Translation;
using Switchboard.Gateway.Translation.Anthropic;
using Switchboard.Testing.Fixtures;
using Switchboard.Testing.Places;

namespace Switchboard.Tests.Gateway.Translation.Anthropic;

public sealed class AnthropicAnswerToChatTests
{
    private const string Stream =
        """
        event: message_start
        data: {"type":"message_start","message":{"id":"msg_1","model":"claude","content":[],"usage":{"input_tokens":3,"cache_read_input_tokens":2,"cache_creation_input_tokens":1,"output_tokens":1}}}

        event: ping
        data: {"type":"ping"}

        event: content_block_start
        data: {"type":"content_block_start","index":0,"content_block":{"type":"thinking","thinking":"","signature":""}}

        event: content_block_delta
        data: {"type":"content_block_delta","index":0,"delta":{"type":"thinking_delta","thinking":"hm\n"}}

        event: content_block_delta
        data: {"type":"content_block_delta","index":0,"delta":{"signature":"c2ln","type":"signature_delta"}}

        event: content_block_stop
        data: {"type":"content_block_stop","index":0}

        event: content_block_start
        data: {"type":"content_block_start","index":1,"content_block":{"type":"text","text":""}}

        event: content_block_delta
        data: {"type":"content_block_delta","index":1,"delta":{"type":"text_delta","text":"Gr\u00fc\u00dfe \"😀\""}}

        event: content_block_delta
        data: {"index":1,"delta":{"text":"!","type":"text_delta"},"type":"content_block_delta"}

        event: content_block_stop
        data: {"type":"content_block_stop","index":1}

        event: content_block_start
        data: {"type":"content_block_start","index":2,"content_block":{"type":"tool_use","id":"t1","name":"now","input":{}}}

        event: content_block_stop
        data: {"type":"content_block_stop","index":2}

        event: content_block_start
        data: {"type":"content_block_start","index":3,"content_block":{"type":"tool_use","id":"t2","name":"add","input":{}}}

        event: content_block_delta
        data: {"type":"content_block_delta","index":3,"delta":{"type":"input_json_delta","partial_json":"{\"a\":"}}

        event: content_block_delta
        data: {"type":"content_block_delta","index":3,"delta":{"type":"input_json_delta","partial_json":"1}"}}

        event: content_block_stop
        data: {"type":"content_block_stop","index":3}

        event: message_delta
        data: {"type":"message_delta","delta":{"stop_reason":"tool_use"},"usage":{"output_tokens":20,"output_tokens_details":{"thinking_tokens":7}}}

        event: message_stop
        data: {"type":"message_stop"}


        """;

    [Fact]
    public void A_stream_of_all_kinds_of_blocks_becomes_chunks()
    {
        var chunks = ForeignStreams.Translate(new AnthropicDialect(), [Encoding.UTF8.GetBytes(Stream)]);

        var told = OpenAIOracle.ReadStream(Data(chunks));
        Assert.Empty(new ChatFacts { Content = "Grüße \"😀\"!", Reasoning = "hm\n", Tools = ["now({})", """add({"a":1})"""], Prompt = 6, Completion = 20, Cached = 2, Finish = "tool_calls" }.DifferencesTo(told));
        var details = Data(chunks).Select(data => JsonNode.Parse(data)!["choices"] is JsonArray { Count: > 0 } choices ? choices[0]!["delta"]!["reasoning_details"] : null).Single(detail => detail is not null)!;
        Assert.Equal("""[{"type":"reasoning.text","text":"hm\n","signature":"c2ln","format":"anthropic-claude-v1","index":0}]""", details.ToJsonString());
        var usage = JsonNode.Parse(Data(chunks)[^1])!["usage"]!;
        Assert.Equal("""{"prompt_tokens":6,"completion_tokens":20,"total_tokens":26,"prompt_tokens_details":{"cached_tokens":2,"audio_tokens":0,"cache_creation_tokens":1},"completion_tokens_details":{"reasoning_tokens":7,"audio_tokens":0}}""", usage.ToJsonString());
    }

    [Fact]
    public void Wherever_a_stream_is_cut_it_becomes_the_same() =>
        ForeignStreams.CheckEveryCut(new AnthropicDialect(), Encoding.UTF8.GetBytes(Stream));

    [Fact]
    public void The_smaller_real_streams_become_the_same_wherever_they_are_cut()
    {
        Assert.SkipWhen(SharedFolder.SkipReason is not null, SharedFolder.SkipReason ?? "");
        var streams = ChatFixtures.Of("anthropic").Where(fixture => fixture is { IsStream: true, Status: 200 } && fixture.Body.Length < 2500).ToArray();

        Assert.All(streams, fixture => ForeignStreams.CheckEveryCut(new AnthropicDialect(), fixture.Body));
        Assert.NotEmpty(streams);
    }

    [Fact]
    public void A_refusal_says_why()
    {
        var message = Whole("""{"id":"m","model":"c","content":[],"stop_reason":"refusal","stop_details":{"explanation":"No."},"usage":{"input_tokens":1,"output_tokens":0}}""");

        Assert.Equal("content_filter", (string?)message["choices"]![0]!["finish_reason"]);
        Assert.Equal("No.", (string?)message["choices"]![0]!["message"]!["refusal"]);
    }

    [Fact]
    public void Pages_that_are_cited_are_annotations()
    {
        var message = Whole("""{"id":"m","model":"c","content":[{"type":"text","text":"x","citations":[{"type":"web_search_result_location","url":"https://a","title":"A","cited_text":"y","encrypted_index":"z"},{"type":"char_location","document_index":0,"cited_text":"q"}]}],"stop_reason":"end_turn","usage":{"input_tokens":1,"output_tokens":1}}""");

        var annotations = message["choices"]![0]!["message"]!["annotations"]!.AsArray();
        Assert.Equal("""{"type":"url_citation","url_citation":{"url":"https://a","title":"A","start_index":0,"end_index":0,"content":"y"}}""", annotations[0]!.ToJsonString());
        Assert.Equal("file_citation", (string?)annotations[1]!["type"]);
    }

    [Theory]
    [InlineData("""{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}""", 1)]
    [InlineData("""{"type":"something_new","x":1}""", 0)]
    [InlineData("""{"x":1}""", 2)]
    [InlineData("""{"type":"message_start"}""", 2)]
    [InlineData("""{"type":"content_block_start","index":0,"content_block":null}""", 2)]
    [InlineData("""{"type":"content_block_delta","index":0}""", 2)]
    public void An_event_is_taken_an_error_or_none(string data, int expected)
    {
        var output = new System.Buffers.ArrayBufferWriter<byte>();
        var chunks = new Switchboard.Gateway.Translation.Chat.ChatChunks(output, new("m", TimeProvider.System), includeUsage: false);

        Assert.Equal((ForeignPiece)expected, new AnthropicAnswerToChat().ReadEvent(default, Encoding.UTF8.GetBytes(data), chunks));
        Assert.Equal(0, output.WrittenCount);
    }

    private static JsonNode Whole(string body)
    {
        var output = new System.Buffers.ArrayBufferWriter<byte>();
        var translation = WholeTranslations.OfChat(new AnthropicAnswerToChat(), new("m", TimeProvider.System));

        Assert.Equal(ForeignPiece.Taken, translation(Encoding.UTF8.GetBytes(body), output));
        return JsonNode.Parse(output.WrittenSpan)!;
    }

    private static IReadOnlyList<string> Data(string chunks) =>
        [.. chunks.Split('\n').Where(line => line.StartsWith("data: {", StringComparison.Ordinal)).Select(line => line[6..])];
}
