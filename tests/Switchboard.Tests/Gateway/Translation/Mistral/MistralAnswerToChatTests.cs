using System.Buffers;
using System.Text;
using Switchboard.Gateway.Translation;
using Switchboard.Gateway.Translation.Chat;
using Switchboard.Gateway.Translation.Mistral;
using Switchboard.Testing.Fixtures;
using Switchboard.Testing.Time;

namespace Switchboard.Tests.Gateway.Translation.Mistral;

public sealed class MistralAnswerToChatTests
{
    private const string Stream =
        """
        data: {"id":"m1","object":"chat.completion.chunk","created":1,"model":"magistral","choices":[{"index":0,"delta":{"role":"assistant","content":[{"type":"thinking","thinking":[{"type":"text","text":"Hm, \u00e9."}]}]},"finish_reason":null}]}

        data: {"id":"m1","choices":[{"index":0,"delta":{"content":[{"type":"text","text":"So"},{"type":"reference","reference_ids":[1]}]},"finish_reason":""}]}

        data: {"id":"m1","choices":[{"index":0,"delta":{"content":"!","tool_calls":[{"id":"gSIMJiOkT","function":{"name":"f","arguments":""},"index":0}]}}]}

        data: {"id":"m1","choices":[{"index":0,"delta":{"tool_calls":[{"type":"function","function":{"name":"","arguments":"{\"a\":1}"},"index":0}]}}]}

        data: {"id":"m1","choices":[{"index":0,"delta":{"content":null,"tool_calls":[{"function":{"name":"g","arguments":{"b": 2}}}]},"finish_reason":"tool_calls"}],"usage":{"prompt_tokens":10,"total_tokens":13,"completion_tokens":3,"prompt_tokens_details":{"cached_tokens":4}}}

        data: [DONE]


        """;

    [Fact]
    public void A_stream_becomes_chunks_wherever_it_is_cut()
    {
        var bytes = Encoding.UTF8.GetBytes(Stream);
        var data = ForeignStreams.Translate(new MistralDialect(), [bytes]).Split('\n').Where(line => line.StartsWith("data: {", StringComparison.Ordinal)).Select(line => line[6..]).ToArray();

        Assert.Empty(new ChatFacts { Content = "So!", Reasoning = "Hm, é.", Tools = [ChatFacts.Tool("f", """{"a":1}"""), ChatFacts.Tool("g", """{"b":2}""")], Prompt = 10, Completion = 3, Cached = 4, Finish = "tool_calls" }.DifferencesTo(OpenAIOracle.ReadStream(data)));
        ForeignStreams.CheckEveryCut(new MistralDialect(), bytes);
    }

    [Theory]
    [InlineData("""{"id":"m","choices":[{"index":0,"message":{"content":"a"},"finish_reason":"model_length"}]}""", ForeignPiece.Taken)]
    [InlineData("""{"id":"m","choices":[{"index":0,"message":{"content":"cut o"},"finish_reason":"error"}]}""", ForeignPiece.Error)]
    [InlineData("""{"object":"error","message":"no","type":"x","code":"3000"}""", ForeignPiece.Error)]
    [InlineData("""{"id":"m","choices":[]}""", ForeignPiece.Malformed)]
    [InlineData("""{"id":"m"}""", ForeignPiece.Malformed)]
    public void A_whole_answer_is_taken_an_error_or_none(string body, object expected) =>
        Assert.Equal(expected, WholeTranslations.OfChat(new MistralAnswerToChat(), Stamp())(Encoding.UTF8.GetBytes(body), new ArrayBufferWriter<byte>()));

    [Fact]
    public void A_fault_in_the_middle_is_no_reason_to_stop()
    {
        var chunks = new ChatChunks(new ArrayBufferWriter<byte>(), Stamp(), includeUsage: false);

        Assert.Equal(ForeignPiece.Error, new MistralAnswerToChat().ReadEvent(default, """{"id":"m","choices":[{"index":0,"delta":{"content":""},"finish_reason":"error"}]}"""u8, chunks));
    }

    [Fact]
    public void Arguments_of_no_call_are_not_of_the_dialect()
    {
        const string Whole = """{"id":"m","choices":[{"index":0,"message":{"tool_calls":[{"id":"a","function":{"name":"","arguments":"{}"}}]},"finish_reason":"tool_calls"}]}""";
        var whole = Encoding.UTF8.GetBytes(Whole);
        var piece = Encoding.UTF8.GetBytes(Whole.Replace("message", "delta", StringComparison.Ordinal));
        var chunks = new ChatChunks(new ArrayBufferWriter<byte>(), Stamp(), includeUsage: false);

        Assert.Throws<InvalidOperationException>(() => WholeTranslations.OfChat(new MistralAnswerToChat(), Stamp())(whole, new ArrayBufferWriter<byte>()));
        Assert.Throws<InvalidOperationException>(() => new MistralAnswerToChat().ReadEvent(default, piece, chunks));
    }

    private static ChatStamp Stamp() => new("m", new ManualTimeProvider());
}
