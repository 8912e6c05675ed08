using System.Buffers;
using System.Text;
using Switchboard.Gateway.Pipeline;
using Switchboard.Gateway.Relay;

namespace Switchboard.Tests.Gateway.Relay;

public sealed class AnswerTapTests
{
    [Theory]
    [InlineData("""{"choices":[]}""", "Useful")]
    [InlineData("""{"error":null,"choices":[]}""", "Useful")]
    [InlineData("""{"error":"","choices":[]}""", "Useful")]
    [InlineData("""{"error":false}""", "Useful")]
    [InlineData("""{"x":{"error":1}}""", "Useful")]
    [InlineData("""{"choices":[],"usage":{"prompt_tokens":1}}""", "Usage")]
    [InlineData("""{"usage":{},"choices":[]}""", "Usage")]
    [InlineData("""{"choices":[],"usage":null}""", "Useful")]
    [InlineData("""{"choices":[{}],"usage":{}}""", "Useful")]
    [InlineData("""{"usage":{}}""", "Useful")]
    [InlineData("""{"choices":[],"usage":{},"error":"x"}""", "Error")]
    [InlineData("""{"error":{}}""", "Error")]
    [InlineData("""{"error":"x"}""", "Error")]
    [InlineData("""{"er\u0072or":"x"}""", "Error")]
    [InlineData("""[1]""", "Malformed")]
    [InlineData("5", "Malformed")]
    [InlineData("{", "Malformed")]
    [InlineData("""{"a":1}}""", "Malformed")]
    [InlineData("""{"a":NaN}""", "Malformed")]
    [InlineData("""{"\ud800":1}""", "Malformed")]
    public void Tells_events_apart(string data, string result) =>
        Assert.Equal(result, new AnswerTap(StreamKind.Choices).Read(Bytes(data)).ToString());

    [Theory]
    [InlineData(true, """{"choices":[{"index":0,"finish_reason":"stop"}]}""")]
    [InlineData(true, """{"choices":[{"finish_reason":null}]}""", """{"choices":[{"finish_reason":"eos"}]}""")]
    [InlineData(true, """{"choices":[{"index":1,"finish_reason":"stop"},{"index":0,"finish_reason":"length"}]}""")]
    [InlineData(true, """{"choices":[{"index":0,"finish_reason":"stop"}]}""", """{"choices":[],"usage":{}}""")]
    [InlineData(false, """{"choices":[]}""")]
    [InlineData(false, """{"choices":null}""")]
    [InlineData(false, """{"choices":[1,[]]}""")]
    [InlineData(false, """{"choices":[{"index":0,"finish_reason":""}]}""")]
    [InlineData(false, """{"choices":[{"index":0,"delta":{"finish_reason":"stop"}}]}""")]
    [InlineData(false, """{"choices":[{"index":0,"finish_reason":"stop"},{"index":1}]}""")]
    [InlineData(false, """{"choices":[{"index":200,"finish_reason":"stop"},{"index":-1}]}""")]
    public void Whole_is_what_every_choice_begun_has_finished(bool isWhole, params string[] events)
    {
        var tap = new AnswerTap(StreamKind.Choices);

        foreach (var data in events)
        {
            Assert.True(tap.Read(Bytes(data)) is TapResult.Useful or TapResult.Usage);
        }

        Assert.Equal(isWhole, tap.IsWhole);
    }

    [Theory]
    [InlineData("""{"choices":[{"index":0,"delta":{"audio":{"data":"x"}}}]}""", true)]
    [InlineData("""{"choices":[{"index":0,"delta":{"audio":null}}]}""", false)]
    [InlineData("""{"choices":[{"index":0,"delta":{"content":{"audio":{}}}}]}""", false)]
    [InlineData("""{"choices":[{"index":0,"delta":null},{"index":1,"delta":[{"audio":{}}]}]}""", false)]
    [InlineData("""{"choices":[{"index":0,"delta":{"audio":{}}},{"index":1,"delta":{"content":"x"}}]}""", false)]
    public void Speech_needs_no_reason_to_finish_where_done_is_said(string data, bool isWhole)
    {
        var tap = new AnswerTap(StreamKind.Choices);

        Assert.Equal(TapResult.Useful, tap.Read(Bytes(data)));

        Assert.Equal((isWhole, false), (tap.IsWholeWithDone, tap.IsWhole));
    }

    [Fact]
    public void The_last_usage_counts()
    {
        var tap = new AnswerTap(StreamKind.Choices);

        tap.Read(Bytes("""{"usage":null}"""));
        var none = tap.Usage;
        tap.Read(Bytes("""{"usage":{"prompt_tokens":1,"completion_tokens":1}}"""));
        tap.Read(Bytes("""{"usage":{"completion_tokens":7,"prompt_tokens_details":{"prompt_tokens":99},"prompt_tokens":5}}"""));

        Assert.Null(none);
        Assert.Equal(new TokenUsage(5, 7), tap.Usage);
    }

    private static ReadOnlySequence<byte> Bytes(string text) => new(Encoding.UTF8.GetBytes(text));
}
