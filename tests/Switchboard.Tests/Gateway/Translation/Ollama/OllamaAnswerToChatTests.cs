using System.Buffers;
using System.Text;
using System.Text.Json.Nodes;
using Switchboard.Gateway.Translation;
using Switchboard.Gateway.Translation.Chat;
using Switchboard.Gateway.Translation.Ollama;
using Switchboard.Testing.Fixtures;
using Switchboard.Testing.Places;

namespace Switchboard.Tests.Gateway.Translation.Ollama;

public sealed class OllamaAnswerToChatTests
{
    private const string Stream =
        """
        {"model":"qwen3","created_at":"2026-01-01T00:00:00Z","message":{"role":"assistant","content":"","thinking":"hm\n"},"done":false}
        {"model":"qwen3","created_at":"2026-01-01T00:00:00Z","message":{"role":"assistant","content":"","thinking":"so"},"done":false}
        {"model":"qwen3","created_at":"2026-01-01T00:00:00Z","message":{"role":"assistant","content":"Gr\u00fc\u00dfe \"😀\""},"done":false}
        {"done":false,"message":{"content":"!","role":"assistant"},"model":"qwen3"}
        {"model":"qwen3","created_at":"2026-01-01T00:00:00Z","message":{"role":"assistant","content":"","tool_calls":[{"id":"call_1","function":{"index":0,"name":"add","arguments":{"a":1,"b":"\""}}},{"function":{"name":"now"}}]},"done":false}
        {"model":"qwen3","created_at":"2026-01-01T00:00:00Z","message":{"role":"assistant","content":""},"done_reason":"stop","done":true,"total_duration":5,"prompt_eval_count":11,"eval_count":22}

        """;

    [Fact]
    public void A_stream_becomes_chunks()
    {
        var chunks = ForeignStreams.Translate(new OllamaDialect(), [Encoding.UTF8.GetBytes(Stream)]);

        var told = OpenAIOracle.ReadStream(chunks.Split('\n').Where(line => line.StartsWith("data: {", StringComparison.Ordinal)).Select(line => line[6..]));
        Assert.Empty(new ChatFacts { Content = "Grüße \"😀\"!", Reasoning = "hm\nso", Tools = ["add({\"a\":1,\"b\":\"\\u0022\"})", "now({})"], Prompt = 11, Completion = 22, Finish = "tool_calls" }.DifferencesTo(told));
        Assert.Contains("\"id\":\"call_1\"", chunks, StringComparison.Ordinal);
    }

    [Fact]
    public void Wherever_a_stream_is_cut_it_becomes_the_same() =>
        ForeignStreams.CheckEveryCut(new OllamaDialect(), Encoding.UTF8.GetBytes(Stream.Replace(",{\"function\":{\"name\":\"now\"}}", "", StringComparison.Ordinal)));

    [Fact]
    public void Real_streams_become_the_same_wherever_they_are_cut()
    {
        Assert.SkipWhen(SharedFolder.SkipReason is not null, SharedFolder.SkipReason ?? "");
        var streams = ChatFixtures.Of("ollama").Where(fixture => fixture.IsStream).ToArray();

        Assert.All(streams, fixture => ForeignStreams.CheckEveryCut(new OllamaDialect(), fixture.Body));
        Assert.NotEmpty(streams);
    }

    [Fact]
    public void Probabilities_are_told()
    {
        var output = new ArrayBufferWriter<byte>();
        var translation = WholeTranslations.OfChat(new OllamaAnswerToChat(), new("m", TimeProvider.System));

        Assert.Equal(ForeignPiece.Taken, translation(Encoding.UTF8.GetBytes("""{"model":"m","message":{"role":"assistant","content":"Hi"},"logprobs":[{"token":"Hi","logprob":-0.5,"bytes":[72,105],"top_logprobs":[]}],"done":true,"done_reason":"length"}"""), output));

        var choice = JsonNode.Parse(output.WrittenSpan)!["choices"]![0]!;
        Assert.Equal("""[{"token":"Hi","logprob":-0.5,"bytes":[72,105],"top_logprobs":[]}]""", choice["logprobs"]!["content"]!.ToJsonString());
        Assert.Equal("length", (string?)choice["finish_reason"]);
    }

    [Fact]
    public void Arguments_that_are_a_text_already_are_told_once()
    {
        var output = new ArrayBufferWriter<byte>();
        var translation = WholeTranslations.OfChat(new OllamaAnswerToChat(), new("m", TimeProvider.System));

        translation(Encoding.UTF8.GetBytes("""{"model":"m","message":{"role":"assistant","content":"","tool_calls":[{"function":{"name":"f","arguments":"{\"a\":1}"}}]},"done":true}"""), output);

        Assert.Equal("{\"a\":1}", (string?)JsonNode.Parse(output.WrittenSpan)!["choices"]![0]!["message"]!["tool_calls"]![0]!["function"]!["arguments"]);
    }

    [Theory]
    [InlineData("""{"error":"model runner has unexpectedly stopped"}""", 1)]
    [InlineData("""{"x":1}""", 2)]
    [InlineData("""{"message":[]}""", 2)]
    public void A_piece_is_an_error_or_none(string data, int expected)
    {
        var output = new ArrayBufferWriter<byte>();
        var chunks = new ChatChunks(output, new("m", TimeProvider.System), includeUsage: false);

        Assert.Equal((ForeignPiece)expected, new OllamaAnswerToChat().ReadEvent(default, Encoding.UTF8.GetBytes(data), chunks));
        Assert.Equal(0, output.WrittenCount);
    }
}
