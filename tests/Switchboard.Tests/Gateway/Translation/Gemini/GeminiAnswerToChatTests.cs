using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Switchboard.Gateway.Translation;
using Switchboard.Gateway.Translation.Chat;
using Switchboard.Gateway.Translation.Gemini;
using Switchboard.Testing.Fixtures;
using Switchboard.Testing.Places;

namespace Switchboard.Tests.Gateway.Translation.Gemini;

/// <summary>Answers of Google as chat completions: what the recorded ones do not show.</summary>
public sealed partial class GeminiAnswerToChatTests
{
    [Theory]
    [InlineData("STOP", "stop")]
    [InlineData("MAX_TOKENS", "length")]
    [InlineData("SAFETY", "content_filter")]
    [InlineData("RECITATION", "content_filter")]
    [InlineData("PROHIBITED_CONTENT", "content_filter")]
    [InlineData("IMAGE_SAFETY", "content_filter")]
    [InlineData("OTHER", "stop")]
    [InlineData("A_NEW_ONE", "stop")]
    public void Reasons_to_finish(string reason, string expected)
    {
        var choice = Choice($$"""{"candidates":[{"content":{"parts":[{"text":"a"}]},"finishReason":"{{reason}}"}]}""");

        Assert.Equal(expected, choice.GetProperty("finish_reason").GetString());
    }

    [Fact]
    public void A_blocked_prompt_is_a_refusal()
    {
        var choice = Choice("""{"promptFeedback":{"blockReason":"PROHIBITED_CONTENT"},"usageMetadata":{"promptTokenCount":4}}""");

        Assert.Equal("content_filter", choice.GetProperty("finish_reason").GetString());
        Assert.Equal("The provider blocked the prompt (PROHIBITED_CONTENT).", choice.GetProperty("message").GetProperty("refusal").GetString());
        Assert.Equal(JsonValueKind.Null, choice.GetProperty("message").GetProperty("content").ValueKind);
    }

    [Fact]
    public void A_prompt_that_is_blocked_in_each_event_is_refused_once()
    {
        const string Blocked = "data: {\"promptFeedback\":{\"blockReason\":\"SAFETY\"},\"usageMetadata\":{\"promptTokenCount\":4}}\n\n";
        var stream = Stream(Blocked + Blocked);

        Assert.Equal(2, stream.Split("\"refusal\":").Length);
        Assert.Contains("\"finish_reason\":\"content_filter\"", stream, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(",\"finishMessage\":\"Malformed function call: f(\\\"\"", "Malformed function call: f(\"")]
    [InlineData("", "The provider ended its answer (MALFORMED_FUNCTION_CALL).")]
    public void A_failed_call_is_explained(string told, string expected)
    {
        var choice = Choice($$"""{"candidates":[{"finishReason":"MALFORMED_FUNCTION_CALL"{{told}},"index":0}]}""");

        Assert.Equal("stop", choice.GetProperty("finish_reason").GetString());
        Assert.Equal(expected, choice.GetProperty("message").GetProperty("refusal").GetString());
    }

    [Fact]
    public void Calls_without_ids_get_some_and_keep_their_signature()
    {
        var calls = Choice("""{"candidates":[{"content":{"parts":[{"functionCall":{"name":"f","args":{"a":"\u00e4\n"}},"thoughtSignature":"c2ln"},{"functionCall":{"id":"own","name":"g"}}]},"finishReason":"STOP"}]}""")
            .GetProperty("message").GetProperty("tool_calls");

        Assert.Equal("""{"a":"\u00e4\n"}""", calls[0].GetProperty("function").GetProperty("arguments").GetString());
        Assert.Equal("c2ln", calls[0].GetProperty("extra_content").GetProperty("google").GetProperty("thought_signature").GetString());
        Assert.Matches("^call_[0-9a-f]{32}$", calls[0].GetProperty("id").GetString());
        Assert.Equal("own", calls[1].GetProperty("id").GetString());
        Assert.Equal("{}", calls[1].GetProperty("function").GetProperty("arguments").GetString());
    }

    [Theory]
    [InlineData("""{"functionCall":{"name":"","args":{"a":1}}}""")]
    [InlineData("""{"functionCall":{"partialArgs":[{"jsonPath":"$.a","numberValue":1}]}}""")]
    [InlineData("""{"functionCall":{"name":"f","args":{"a":1}}},{"functionCall":{"args":{"b":2}}}""")]
    public void Arguments_that_belong_to_no_call_are_no_answer(string parts) =>
        Assert.Throws<InvalidOperationException>(() => Choice($$"""{"candidates":[{"content":{"parts":[{{parts}}]},"finishReason":"STOP"}]}"""));

    [Fact]
    public void A_part_of_a_call_with_nothing_in_it_says_nothing()
    {
        var choice = Choice("""{"candidates":[{"content":{"parts":[{"functionCall":{}},{"text":"a"}]},"finishReason":"STOP"}]}""");

        Assert.Equal(("a", "stop"), (choice.GetProperty("message").GetProperty("content").GetString(), choice.GetProperty("finish_reason").GetString()));
    }

    [Fact]
    public void Pages_are_cited_by_character()
    {
        // 2 bytes each are ä and ö, 4 is the picture.
        var annotations = Choice("""
            {"candidates":[{"content":{"parts":[{"text":"ä\u00f6 \ud83d\ude00 end"}]},"finishReason":"STOP","groundingMetadata":{
              "groundingChunks":[{"web":{"uri":"https://a","title":"A"}},{"web":{"uri":"https://b"}}],
              "groundingSupports":[{"segment":{"startIndex":5,"endIndex":13},"groundingChunkIndices":[0,1,7]},{"segment":{"startIndex":5,"endIndex":13},"groundingChunkIndices":[0]}]},
              "citationMetadata":{"citationSources":[{"startIndex":0,"endIndex":2,"uri":"https://c"}]}}]}
            """).GetProperty("message").GetProperty("annotations");

        Assert.Equal(
            """[{"type":"url_citation","url_citation":{"url":"https://a","title":"A","start_index":3,"end_index":8}},{"type":"url_citation","url_citation":{"url":"https://b","title":"","start_index":3,"end_index":8}},{"type":"url_citation","url_citation":{"url":"https://c","title":"","start_index":0,"end_index":1}}]""",
            annotations.GetRawText());
    }

    [Fact]
    public void Probabilities_stand_in_one_list()
    {
        var content = Choice("""
            {"candidates":[{"content":{"parts":[{"text":"ä"}]},"finishReason":"STOP","logprobsResult":{
              "chosenCandidates":[{"token":"ä","tokenId":1,"logProbability":-0.5}],
              "topCandidates":[{"candidates":[{"token":"ä","logProbability":-0.5},{"token":"b"}]}]}}]}
            """).GetProperty("logprobs").GetProperty("content");

        Assert.Equal(
            """[{"token":"\u00E4","logprob":-0.5,"bytes":[195,164],"top_logprobs":[{"token":"\u00E4","logprob":-0.5,"bytes":[195,164]},{"token":"b","logprob":0,"bytes":[98]}]}]""",
            content.GetRawText());
    }

    [Fact]
    public void Pictures_code_and_signatures_are_told()
    {
        var message = Choice("""
            {"candidates":[{"content":{"parts":[{"text":"sketch","thought":true,"thoughtSignature":"dA=="},{"inlineData":{"mimeType":"image/png","data":"BBBB"},"thought":true},
              {"text":"Here"},{"executableCode":{"language":"PYTHON","code":"print(1)"}},{"codeExecutionResult":{"outcome":"OUTCOME_OK","output":"1\n"}},
              {"inlineData":{"mimeType":"image/png","data":"AAAA"},"thoughtSignature":"aQ=="}]},"finishReason":"STOP"}]}
            """).GetProperty("message");

        Assert.Equal("Here\n```python\nprint(1)\n```\n\n```\n1\n```\n", message.GetProperty("content").GetString());
        Assert.Equal("sketch", message.GetProperty("reasoning_content").GetString());
        Assert.Equal("data:image/png;base64,AAAA", Assert.Single(message.GetProperty("images").EnumerateArray()).GetProperty("image_url").GetProperty("url").GetString());
        Assert.Equal(
            """[{"type":"reasoning.text","text":"sketch","signature":"dA==","format":"google-gemini-v1","index":0},{"type":"reasoning.encrypted","data":"aQ==","id":"image-0","format":"google-gemini-v1","index":1}]""",
            message.GetProperty("reasoning_details").GetRawText());
    }

    [Fact]
    public void Spoken_answers_are_a_wav_file_or_bare_samples()
    {
        const string Answer = """{"candidates":[{"content":{"parts":[{"inlineData":{"mimeType":"audio/L16;codec=pcm;rate=24000","data":"AQIDBA=="}}]},"finishReason":"STOP"}]}""";
        var file = Choice(Answer).GetProperty("message").GetProperty("audio").GetProperty("data").GetBytesFromBase64();
        var stream = Stream($"data: {Answer}\n\n");

        Assert.Equal("RIFF"u8.ToArray(), file[..4]);
        Assert.Equal([1, 2, 3, 4], file[44..]);
        Assert.Contains("\"audio\":{\"id\":\"audio_*\",\"data\":\"AQIDBA==\"}", stream, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("audio/L16")]
    [InlineData("image/png")]
    public void Data_that_is_missing_is_nothing(string mediaType)
    {
        var message = Choice($$$"""{"candidates":[{"content":{"parts":[{"inlineData":{"mimeType":"{{{mediaType}}}"}}]},"finishReason":"STOP"}]}""").GetProperty("message");

        Assert.False(message.TryGetProperty("audio", out _) || message.TryGetProperty("images", out _));
        Assert.Equal("", message.GetProperty("content").GetString());
    }

    [Fact]
    public void Several_candidates_are_several_choices()
    {
        var stream = Stream("""
            data: {"candidates":[{"content":{"parts":[{"text":"a"}]},"index":0},{"content":{"parts":[{"text":"b"}]},"index":1}],"responseId":"r"}

            data: {"candidates":[{"content":{"parts":[{"text":"c"}]},"index":1}]}

            data: {"candidates":[{"finishReason":"STOP","index":0},{"finishReason":"MAX_TOKENS","index":1}]}

            data: {"usageMetadata":{"promptTokenCount":3,"candidatesTokenCount":2,"thoughtsTokenCount":4,"toolUsePromptTokenCount":1,"promptTokensDetails":[{"modality":"TEXT","tokenCount":1},{"modality":"AUDIO","tokenCount":2}]}}


            """);

        Assert.Contains("""{"index":1,"delta":{"content":"c"}""", stream, StringComparison.Ordinal);
        Assert.Contains("""{"index":1,"delta":{},"finish_reason":"length"}""", stream, StringComparison.Ordinal);
        Assert.Contains(
            """],"usage":{"prompt_tokens":4,"completion_tokens":6,"total_tokens":10,"prompt_tokens_details":{"cached_tokens":0,"audio_tokens":2},"completion_tokens_details":{"reasoning_tokens":4,"audio_tokens":0}}""",
            stream,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""[{"error":{"code":500,"message":"m","status":"INTERNAL"}}]""", ForeignPiece.Error)]
    [InlineData("""{"hello":1}""", ForeignPiece.Malformed)]
    [InlineData("""[]""", ForeignPiece.Malformed)]
    public void What_is_no_answer_is_told_apart(string body, object expected) =>
        Assert.Equal((ForeignPiece)expected, new GeminiAnswerToChat().ReadWhole(Encoding.UTF8.GetBytes(body), new ChatCompletion(new("m", TimeProvider.System))));

    [Theory]
    [InlineData("$")]
    [InlineData("$x")]
    [InlineData("$.a[")]
    [InlineData("$.a[-1]")]
    [InlineData("$[")]
    [InlineData("$['a")]
    [InlineData("")]
    public void A_place_that_is_none_is_no_answer(string place) =>
        Assert.Throws<InvalidOperationException>(() => Choice($$$"""{"candidates":[{"content":{"parts":[{"functionCall":{"name":"f","partialArgs":[{"jsonPath":"{{{place}}}","numberValue":1}]}}]},"finishReason":"STOP"}]}"""));

    [Fact]
    public void Places_are_read_as_they_are_written()
    {
        var arguments = Choice("""
            {"candidates":[{"content":{"parts":[{"functionCall":{"name":"f","willContinue":true}},{"functionCall":{"partialArgs":[
              {"jsonPath":"$.a[0].b","stringValue":"x\"","willContinue":true},{"jsonPath":"$.a[0].b","stringValue":"y"},{"jsonPath":"$['c d']","boolValue":true},
              {"jsonPath":"$.a[1]","nullValue":null},{"jsonPath":"$.n","numberValue":1.50}]}}]},"finishReason":"STOP"}]}
            """).GetProperty("message").GetProperty("tool_calls")[0].GetProperty("function").GetProperty("arguments").GetString();

        Assert.Equal("""{"a":[{"b":"x\u0022y"},null],"c d":true,"n":1.50}""", arguments);
    }

    [Fact]
    public void A_stream_says_the_same_however_it_is_cut()
    {
        Assert.SkipWhen(SharedFolder.SkipReason is not null, SharedFolder.SkipReason ?? "");
        var streams = ChatFixtures.Of("gemini").Where(fixture => fixture is { IsStream: true, Status: 200 }).ToArray();
        Assert.NotEmpty(streams);
        foreach (var fixture in streams)
        {
            var whole = Read([fixture.Body]);

            // Long ones in strides that fall on all kinds of places in time.
            var stride = fixture.Body.Length > 6000 ? 41 : 1;
            for (var cut = 1; cut < fixture.Body.Length; cut += stride)
            {
                Assert.True(whole == Read([fixture.Body[..cut], fixture.Body[cut..]]), $"{fixture} cut at {cut}");
            }

            Assert.Equal(whole, Read([.. Enumerable.Range(0, fixture.Body.Length).Select(i => fixture.Body.Slice(i, 1))]));
        }
    }

    [Fact]
    public void The_short_way_says_what_the_long_way_says()
    {
        // A member that the short way does not know makes it the long one.
        string[] texts = ["""{"text":"a\n\u00e4"}""", """{"text":"t","thought":true}""", """{"thought":false,"text":""}"""];
        foreach (var text in texts)
        {
            const string First = "data: {\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"0\"}]}}],\"responseId\":\"r\"}\n\n";
            const string Last = "data: {\"candidates\":[{\"finishReason\":\"STOP\"}]}\n\n";
            var usual = $$$"""data: {"candidates": [{"content": {"parts": [{{{text}}}],"role": "model"},"index": 0,"safetyRatings":[{"a":1}]}],"usageMetadata": {"promptTokenCount": 8,"candidatesTokenCount": 7,"serviceTier": "standard"},"modelVersion": "m","responseId": "r"}""" + "\n\n";
            var unusual = usual.Replace("\"responseId\"", "\"other\":[1],\"responseId\"", StringComparison.Ordinal);
            Assert.NotEqual(usual, unusual);
            Assert.Equal(Stream(First + unusual + Last), Stream(First + usual + Last));
        }
    }

    private static string Stream(string text) => Read([Encoding.UTF8.GetBytes(text)]);

    // What is made up is different each time.
    private static string Read(IReadOnlyList<ReadOnlyMemory<byte>> pieces) => MadeUp().Replace(ForeignStreams.Translate(new GeminiDialect(isVertex: false), pieces), "*");

    private static JsonElement Choice(string answer)
    {
        var output = new ArrayBufferWriter<byte>();
        Assert.Equal(ForeignPiece.Taken, WholeTranslations.OfChat(new GeminiAnswerToChat(), new ChatStamp("m", TimeProvider.System))(Encoding.UTF8.GetBytes(answer), output));
        return JsonElement.Parse(output.WrittenSpan).GetProperty("choices")[0];
    }

    [GeneratedRegex("(?<=call_|audio_|chatcmpl-)[0-9a-f]{32}")]
    private static partial Regex MadeUp();
}
