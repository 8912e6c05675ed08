using System.Buffers;
using System.Text;
using System.Text.RegularExpressions;
using Switchboard.Gateway.Translation.Markup;
using Switchboard.Gateway.Translation.Markup.Tools;

namespace Switchboard.Tests.Gateway.Translation.Markup;

public sealed partial class MarkupAnswersTests
{
    [Theory]
    [InlineData(
        """{"id":"x","object":"chat.completion","created":1.0,"model":"m","choices":[{"index":0,"message":{"role":"assistant","content":"<think>\nwhy\n</think>\n\nSo \u00e9.","refusal":null},"logprobs":null,"finish_reason":"stop"}],"usage":{"total_tokens":3},"odd":[1, 2]}""",
        """{"id":"x","object":"chat.completion","created":1.0,"model":"m","choices":[{"index":0,"message":{"role":"assistant","content":"So é.","refusal":null,"reasoning_content":"why\n"},"logprobs":null,"finish_reason":"stop"}],"usage":{"total_tokens":3},"odd":[1, 2]}""")]
    [InlineData(
        """{"choices":[{"index":0,"message":{"content":"<tool_call>{\"name\": \"f\", \"arguments\": {\"a\": \"\\\"\"}}</tool_call><tool_call>{\"name\": \"g\", \"arguments\": {}}</tool_call>"},"finish_reason":"stop"}]}""",
        """{"choices":[{"index":0,"message":{"content":null,"tool_calls":[{"id":"ID","type":"function","function":{"name":"f","arguments":"{\"a\": \"\\\"\"}"}},{"id":"ID","type":"function","function":{"name":"g","arguments":"{}"}}]},"finish_reason":"tool_calls"}]}""")]
    [InlineData(
        """{"choices":[{"message":{"content":"Ok <tool_call>{\"name\": \"f\", \"arguments\": {}}","tool_calls":[{"id":"a"}],"reasoning_content":"own"},"finish_reason":"length"},{"message":{"content":"<think>a</think>","reasoning_content":"b"},"finish_reason":"stop"}]}""",
        """{"choices":[{"message":{"content":"Ok ","reasoning_content":"own","tool_calls":[{"id":"a"},{"id":"ID","type":"function","function":{"name":"f","arguments":"{}"}}]},"finish_reason":"length"},{"message":{"content":"","reasoning_content":"ba"},"finish_reason":"stop"}]}""")]
    public void Markup_becomes_members(string answer, string expected) => Assert.Equal(expected, Rewrite(answer));

    [Theory]
    [InlineData("""{"choices": [ {"message": {"content": "plain 1 < 2"}, "finish_reason": "stop"} ]}""")]
    [InlineData("""{"choices":[{"message":{"content":null,"tool_calls":[{"id":"a"}]},"finish_reason":"tool_calls"}]}""")]
    [InlineData("""{"choices":[{"message":{"content":[{"type":"text"}]}},{"message":null},{},3]}""")]
    [InlineData("""{"error":{"message":"no"}}""")]
    [InlineData("""{"choices":[{"message":{"content":"<think>\ud800</think>"}}]}""")]
    [InlineData("""{"choices":""")]
    [InlineData("""{"choices":null}""")]
    public void What_has_no_markup_or_is_none_of_ours_is_written_as_it_came(string answer) => Assert.Equal(answer, Rewrite(answer));

    private static string Rewrite(string answer)
    {
        var output = new ArrayBufferWriter<byte>();
        new MarkupAnswers(MarkupLog.Format("qwen3", "hermes"), new ToolSchemas(default)).Write(Encoding.UTF8.GetBytes(answer), output);
        return Id().Replace(Encoding.UTF8.GetString(output.WrittenSpan), "\"ID\"");
    }

    [GeneratedRegex("(?<=\"id\":)\"[0-9A-Za-z]{9}\"")]
    private static partial Regex Id();
}
