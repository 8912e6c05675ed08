using System.Text;
using Switchboard.Engine;
using Switchboard.Engine.Scheduling;

namespace Switchboard.Tests.Engine.Scheduling;

public sealed class AnswerWriterTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(5)]
    [InlineData(100)]
    public void A_stop_text_is_found_however_the_bytes_are_cut(int size)
    {
        var (text, stopped) = Write("über END-E ENDE rest", size, "ENDE");

        Assert.Equal("über END-E ", text);
        Assert.True(stopped);
    }

    [Fact]
    public void A_stop_text_is_found_at_every_cut()
    {
        var bytes = Encoding.UTF8.GetBytes("a中STOPéb");
        for (var first = 0; first <= bytes.Length; first++)
        {
            for (var second = first; second <= bytes.Length; second++)
            {
                Assert.Equal(("a中", true), Write([bytes[..first], bytes[first..second], bytes[second..]], "STOPé"));
            }
        }
    }

    [Theory]
    [InlineData("ababac", "abac", "ab")]
    [InlineData("xaab", "aab", "x")]
    [InlineData("aaab", "aab", "a")]
    [InlineData("one two", "two", "one ")]
    [InlineData("stop", "stop", "")]
    public void A_beginning_that_overlaps_itself_is_not_missed(string answer, string stop, string expected)
    {
        Assert.Equal((expected, true), Write(answer, 1, stop));
    }

    [Fact]
    public void The_earliest_of_several_stop_texts_counts() => Assert.Equal(("a", true), Write("axbyc", 100, "y", "x"));

    [Fact]
    public void Text_held_for_a_stop_that_does_not_come_is_released()
    {
        Assert.Equal(("abc EN", false), Write("abc EN", 1, "END"));
        Assert.Equal(("abc ENx", false), Write("abc ENx", 1, "END"));
    }

    [Fact]
    public void Text_that_cannot_begin_a_stop_is_not_held()
    {
        var writer = new AnswerWriter(["END"]);

        writer.Append("abE"u8, null);

        Assert.Equal("ab", Encoding.UTF8.GetString(writer.Take(last: false).Text.Span));
    }

    [Fact]
    public void Log_probabilities_come_with_their_text_and_not_for_a_stop_text()
    {
        var writer = new AnswerWriter(["END"]);
        var sent = new List<string>();
        foreach (var token in (string[])["a", "E", "x", "E", "ND"])
        {
            writer.Append(Encoding.UTF8.GetBytes(token), new TokenLogProb(token, default, 0, []));
            sent.AddRange((writer.Take(last: false).LogProbs ?? []).Select(logProb => logProb.Token));
        }

        Assert.Equal(["a", "E", "x"], sent);
        Assert.True(writer.Stopped);
    }

    private static (string Text, bool Stopped) Write(string answer, int size, params string[] stops) =>
        Write(Encoding.UTF8.GetBytes(answer).Chunk(size), stops);

    private static (string Text, bool Stopped) Write(IEnumerable<byte[]> tokens, params string[] stops)
    {
        var writer = new AnswerWriter(stops);
        var text = new List<byte>();
        foreach (var token in tokens)
        {
            writer.Append(token, null);
            text.AddRange(writer.Take(last: false).Text.Span);
            if (writer.Stopped)
            {
                return (Encoding.UTF8.GetString([.. text]), true);
            }
        }

        writer.Complete();
        text.AddRange(writer.Take(last: true).Text.Span);
        return (Encoding.UTF8.GetString([.. text]), writer.Stopped);
    }
}
