using System.Text;
using Switchboard.Gateway.Pipeline;
using Switchboard.Gateway.Relay;
using Switchboard.Tests.Gateway.Support;

namespace Switchboard.Tests.Gateway.Relay;

public sealed class UsageTailTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(5_000)]
    [InlineData(100_000)]
    public void The_usage_behind_a_large_answer_is_found(int bytesAtOnce)
    {
        var answer = Encoding.UTF8.GetBytes($$"""{"data":[{"b64_json":"{{new string('A', 20_000)}}"}],"usage": {"input_tokens":7,"output_tokens":9,"input_tokens_details":{"image_tokens":3} } }""");
        var call = Calls.Chat();
        var tail = new UsageTail();

        for (var at = 0; at < answer.Length; at += bytesAtOnce)
        {
            tail.Take(answer.AsSpan(at, Math.Min(bytesAtOnce, answer.Length - at)));
        }

        tail.TellTo(call);
        Assert.Equal(new TokenUsage(7, 9) { PromptImage = 3 }, call.Usage);
    }

    [Theory]
    [InlineData("""{"text":"hello","usage":{"type":"duration","seconds":9}}""", 9)]
    [InlineData("""{"text":"the \"usage\" of it"}""", null)]
    [InlineData("""{"text":"x","usage":null}""", null)]
    [InlineData("""{"text":"x","usage":{"inp""", null)]
    [InlineData("", null)]
    public void What_is_none_is_passed_by(string answer, int? seconds)
    {
        var call = Calls.Chat();
        var tail = new UsageTail();

        tail.Take(Encoding.UTF8.GetBytes(answer));
        tail.TellTo(call);

        Assert.Equal(seconds ?? 0, call.Seconds);
        Assert.Equal(seconds is not null, call.Usage is not null);
    }
}
