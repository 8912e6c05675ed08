using System.Buffers;
using System.Text;
using System.Text.Json.Nodes;
using Switchboard.Gateway.Translation;
using Switchboard.Gateway.Translation.Bedrock;
using Switchboard.Gateway.Translation.Chat;
using Switchboard.Testing.Fixtures;
using Switchboard.Testing.Places;

namespace Switchboard.Tests.Gateway.Translation.Bedrock;

public sealed class BedrockAnswerToChatTests
{
    private static readonly byte[] s_stream =
    [
        .. AwsEventMessages.Event("messageStart", """{"role":"assistant","p":"ab"}"""),
        .. AwsEventMessages.Event("contentBlockDelta", """{"contentBlockIndex":0,"delta":{"reasoningContent":{"text":"hm\n"}},"p":"abc"}"""),
        .. AwsEventMessages.Event("contentBlockDelta", """{"contentBlockIndex":0,"delta":{"reasoningContent":{"signature":"c2ln"}}}"""),
        .. AwsEventMessages.Event("contentBlockStop", """{"contentBlockIndex":0}"""),
        .. AwsEventMessages.Event("contentBlockDelta", """{"contentBlockIndex":1,"delta":{"reasoningContent":{"redactedContent":"cmVk"}}}"""),
        .. AwsEventMessages.Event("contentBlockStop", """{"contentBlockIndex":1}"""),
        .. AwsEventMessages.Event("contentBlockDelta", """{"contentBlockIndex":2,"delta":{"text":"Gr\u00fc\u00dfe \"😀\""},"p":"abcdef"}"""),
        .. AwsEventMessages.Event("contentBlockDelta", """{"delta":{"citation":{"location":{"web":{"domain":"a","url":"https://a"}}}},"contentBlockIndex":2}"""),
        .. AwsEventMessages.Event("contentBlockStop", """{"contentBlockIndex":2}"""),
        .. AwsEventMessages.Event("contentBlockStart", """{"contentBlockIndex":3,"start":{"toolUse":{"toolUseId":"s","name":"nova_grounding","type":"server_tool_use"}}}"""),
        .. AwsEventMessages.Event("contentBlockDelta", """{"contentBlockIndex":3,"delta":{"toolUse":{"input":"{}"}}}"""),
        .. AwsEventMessages.Event("contentBlockStop", """{"contentBlockIndex":3}"""),
        .. AwsEventMessages.Event("contentBlockStart", """{"contentBlockIndex":4,"start":{"toolUse":{"toolUseId":"t1","name":"now"}}}"""),
        .. AwsEventMessages.Event("contentBlockStop", """{"contentBlockIndex":4}"""),
        .. AwsEventMessages.Event("contentBlockStart", """{"contentBlockIndex":5,"start":{"toolUse":{"toolUseId":"t2","name":"add"}}}"""),
        .. AwsEventMessages.Event("contentBlockDelta", """{"contentBlockIndex":5,"delta":{"toolUse":{"input":"{\"a\":"}}}"""),
        .. AwsEventMessages.Event("contentBlockDelta", """{"contentBlockIndex":5,"delta":{"toolUse":{"input":"1}"}}}"""),
        .. AwsEventMessages.Event("contentBlockStop", """{"contentBlockIndex":5}"""),
        .. AwsEventMessages.Event("somethingNew", """{"x":1}"""),
        .. AwsEventMessages.Event("messageStop", """{"stopReason":"tool_use"}"""),
        .. AwsEventMessages.Event("metadata", """{"usage":{"inputTokens":3,"outputTokens":20,"cacheReadInputTokens":2,"cacheWriteInputTokens":1,"totalTokens":26},"metrics":{"latencyMs":1}}"""),
    ];

    [Fact]
    public void A_stream_of_all_kinds_of_blocks_becomes_chunks()
    {
        var data = ForeignStreams.Translate(new BedrockDialect(), [s_stream]).Split('\n').Where(line => line.StartsWith("data: {", StringComparison.Ordinal)).Select(line => line[6..]).ToArray();

        Assert.Empty(new ChatFacts { Content = "Grüße \"😀\"", Reasoning = "hm\n", Tools = ["now({})", "add({\"a\":1})"], Prompt = 6, Completion = 20, Cached = 2, Finish = "tool_calls" }.DifferencesTo(OpenAIOracle.ReadStream(data)));
        var deltas = data.Select(chunk => JsonNode.Parse(chunk)!["choices"] is JsonArray { Count: > 0 } choices ? choices[0]!["delta"]! : new JsonObject()).ToArray();
        Assert.Equal(
            [
                """{"type":"reasoning.text","text":"hm\n","signature":"c2ln","format":"anthropic-claude-v1","index":0}""",
                """{"type":"reasoning.encrypted","data":"cmVk","format":"anthropic-claude-v1","index":1}""",
            ],
            deltas.Where(delta => delta["reasoning_details"] is not null).Select(delta => delta["reasoning_details"]![0]!.ToJsonString()));
        Assert.Equal("https://a", (string?)deltas.Single(delta => delta["annotations"] is not null)["annotations"]![0]!["url_citation"]!["url"]);
        Assert.Equal(1, (int?)JsonNode.Parse(data[^1])!["usage"]!["prompt_tokens_details"]!["cache_creation_tokens"]);
    }

    [Fact]
    public void Wherever_a_stream_is_cut_it_becomes_the_same() => ForeignStreams.CheckEveryCut(new BedrockDialect(), s_stream);

    [Fact]
    public void The_smaller_real_streams_become_the_same_wherever_they_are_cut()
    {
        Assert.SkipWhen(SharedFolder.SkipReason is not null, SharedFolder.SkipReason ?? "");
        var streams = ChatFixtures.Of("bedrock").Where(fixture => fixture is { IsStream: true, Status: 200 } && fixture.Body.Length < 2500).ToArray();

        Assert.All(streams, fixture => ForeignStreams.CheckEveryCut(new BedrockDialect(), fixture.Body));
        Assert.NotEmpty(streams);
    }

    [Theory]
    [InlineData("end_turn", "stop")]
    [InlineData("max_tokens", "length")]
    [InlineData("model_context_window_exceeded", "length")]
    [InlineData("guardrail_intervened", "content_filter")]
    [InlineData("content_filtered", "content_filter")]
    public void Reasons_to_stop_are_OpenAIs(string reason, string expected) =>
        Assert.Equal(expected, (string?)Whole("""{"text":"x"}""", reason)["choices"]![0]!["finish_reason"]);

    [Fact]
    public void A_picture_is_a_data_url() =>
        Assert.Equal("data:image/jpeg;base64,AAAA", (string?)Whole("""{"image":{"format":"jpeg","source":{"bytes":"AAAA"}}}""")["choices"]![0]!["message"]!["images"]![0]!["image_url"]!["url"]);

    [Fact]
    public void A_picture_in_pieces_is_one_data_url()
    {
        // Each piece is base64 of its own bytes: 1, then 2 and 3, then 4.
        byte[] stream =
        [
            .. AwsEventMessages.Event("messageStart", """{"role":"assistant"}"""),
            .. AwsEventMessages.Event("contentBlockStart", """{"contentBlockIndex":0,"start":{"image":{"format":"webp"}}}"""),
            .. AwsEventMessages.Event("contentBlockDelta", """{"contentBlockIndex":0,"delta":{"image":{"source":{"bytes":"AQ=="}}}}"""),
            .. AwsEventMessages.Event("contentBlockDelta", """{"contentBlockIndex":0,"delta":{"image":{"source":{"bytes":"AgM="}}}}"""),
            .. AwsEventMessages.Event("contentBlockDelta", """{"contentBlockIndex":0,"delta":{"image":{"source":{"bytes":"BA=="}}}}"""),
            .. AwsEventMessages.Event("contentBlockStop", """{"contentBlockIndex":0}"""),
            .. AwsEventMessages.Event("contentBlockDelta", """{"contentBlockIndex":1,"delta":{"text":"There."}}"""),
            .. AwsEventMessages.Event("messageStop", """{"stopReason":"end_turn"}"""),
            .. AwsEventMessages.Event("metadata", """{"usage":{"inputTokens":1,"outputTokens":1}}"""),
        ];

        var chunks = ForeignStreams.Translate(new BedrockDialect(), [stream]);

        Assert.Contains("""{"images":[{"type":"image_url","image_url":{"url":"data:image/webp;base64,AQIDBA=="}}]}""", chunks, StringComparison.Ordinal);
        Assert.Contains("\"content\":\"There.\"", chunks, StringComparison.Ordinal);
        ForeignStreams.CheckEveryCut(new BedrockDialect(), stream);
    }

    [Theory]
    [InlineData("contentBlockDelta", """{"contentBlockIndex":0,"delta":{"image":{"error":{"message":"broken"}}}}""")]
    [InlineData("contentBlockDelta", """{"contentBlockIndex":0,"delta":{"image":{"source":{"bytes":"no base64!"}}}}""")]
    public void A_picture_that_failed_is_an_error(string type, string data)
    {
        var chunks = new ChatChunks(new ArrayBufferWriter<byte>(), new("m", TimeProvider.System), includeUsage: false);

        Assert.Equal(ForeignPiece.Error, new BedrockAnswerToChat().ReadEvent(Encoding.ASCII.GetBytes(type), Encoding.UTF8.GetBytes(data), chunks));
    }

    [Theory]
    [InlineData("throttlingException", """{"message":"slow"}""", 1)]
    [InlineData("modelStreamErrorException", """{"message":"broke","originalStatusCode":500}""", 1)]
    [InlineData("somethingNew", """{"x":1}""", 0)]
    public void An_event_is_taken_or_an_error(string type, string data, int expected)
    {
        var output = new ArrayBufferWriter<byte>();
        var chunks = new ChatChunks(output, new("m", TimeProvider.System), includeUsage: false);

        Assert.Equal((ForeignPiece)expected, new BedrockAnswerToChat().ReadEvent(Encoding.ASCII.GetBytes(type), Encoding.UTF8.GetBytes(data), chunks));
        Assert.Equal(0, output.WrittenCount);
    }

    private static JsonNode Whole(string block, string reason = "end_turn")
    {
        var output = new ArrayBufferWriter<byte>();
        var translation = WholeTranslations.OfChat(new BedrockAnswerToChat(), new("m", TimeProvider.System));
        var body = "{\"output\":{\"message\":{\"role\":\"assistant\",\"content\":[" + block + "]}},\"stopReason\":\"" + reason + "\",\"usage\":{\"inputTokens\":1,\"outputTokens\":1,\"totalTokens\":2}}";

        Assert.Equal(ForeignPiece.Taken, translation(Encoding.UTF8.GetBytes(body), output));
        return JsonNode.Parse(output.WrittenSpan)!;
    }
}
