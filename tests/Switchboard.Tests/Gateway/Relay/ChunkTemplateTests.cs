using System.Text;
using Switchboard.Gateway.Relay;

namespace Switchboard.Tests.Gateway.Relay;

public sealed class ChunkTemplateTests
{
    private const string Chunk = """{"id":"c1","choices":[{"index":0,"delta":{"content":" word"},"finish_reason":null}],"usage":null,"obfuscation":"ab"}""";

    [Theory]
    [InlineData(" other")]
    [InlineData("")]
    [InlineData("\\n\\\"quoted\\\" \\\\ \\u00e9 \\/")]
    [InlineData("héé 漢字")]
    public void Chunks_that_differ_in_their_words_fit(string words) =>
        Assert.True(Fits(Learnt(), Chunk.Replace(" word", words, StringComparison.Ordinal).Replace("\"ab\"", "\"xyz\"", StringComparison.Ordinal)));

    [Theory]
    [InlineData("\"index\":0", "\"index\":1")]
    [InlineData("\"finish_reason\":null", "\"finish_reason\":\"stop\"")]
    [InlineData("\"usage\":null", "\"usage\":{\"prompt_tokens\":1}")]
    [InlineData("\"content\":\" word\"", "\"content\":null")]
    [InlineData("\"content\":\" word\"", "\"content\":\"a\",\"role\":\"assistant\"")]
    [InlineData("\"id\":\"c1\"", "\"id\":\"c2\"")]
    [InlineData("\"id\":\"c1\"", "\"error\":{\"message\":\"x\"},\"id\":\"c1\"")]
    [InlineData(" word", "a\\")]
    [InlineData(" word", "a\\x")]
    [InlineData(" word", "a\\u12g4")]
    [InlineData(" word", "a\u0001b")]
    [InlineData(" word", "a\nb")]
    [InlineData("\"ab\"}", "\"ab\"} ")]
    [InlineData("\"ab\"}", "\"ab\"")]
    public void Any_other_does_not(string from, string to) =>
        Assert.False(Fits(Learnt(), Chunk.Replace(from, to, StringComparison.Ordinal)));

    [Fact]
    public void Bytes_that_are_no_text_do_not_fit()
    {
        var bytes = Event(Chunk);
        bytes[bytes.AsSpan().IndexOf("word"u8)] = 0xFF;

        Assert.Equal(0, Learnt().Match(bytes));
    }

    [Fact]
    public void No_chunk_that_is_cut_fits()
    {
        var template = Learnt();
        var bytes = Event(Chunk);

        Assert.DoesNotContain(Enumerable.Range(0, bytes.Length), length => template.Match(bytes.AsSpan(0, length)) > 0);
        Assert.Equal(bytes.Length, template.Match([.. bytes, .. "data: more"u8]));
    }

    [Theory]
    [InlineData("5", true)]
    [InlineData("123456", true)]
    [InlineData("0", true)]
    [InlineData("05", false)]
    [InlineData("", false)]
    [InlineData("-1", false)]
    [InlineData("1.5", false)]
    [InlineData("\"1\"", false)]
    public void Numbers_of_a_sequence_may_differ(string number, bool fits)
    {
        const string Numbered = """{"type":"response.output_text.delta","delta":"a","sequence_number":4,"item_id":"i"}""";
        var template = new ChunkTemplate();
        Learn(template, Numbered);

        Assert.Equal(fits, Fits(template, Numbered.Replace(":4,", $":{number},", StringComparison.Ordinal)));
    }

    [Fact]
    public void Where_events_are_never_alike_it_learns_ever_more_seldom()
    {
        var learnt = Enumerable.Range(1, 20).Select(LearntOf);

        Assert.Equal([0, 1, 1, 3, 3, 3, 3, 7, 7, 7, 7, 7, 7, 7, 7, 15, 15, 15, 15, 15], learnt);
    }

    [Fact]
    public void What_is_larger_than_it_keeps_is_left_alone()
    {
        var template = new ChunkTemplate();
        var large = "{\"content\":\"" + new string('x', 5000) + "\"}";
        Learn(template, large);

        Assert.False(Fits(template, large));
    }

    // Fitting begins the pauses anew, so each count has a template of its own.
    private static int LearntOf(int events)
    {
        var template = new ChunkTemplate();
        var all = Enumerable.Range(0, events).Select(i => $$"""{"id":"c{{i}}"}""").ToList();
        all.ForEach(chunk => Learn(template, chunk));
        return all.FindIndex(chunk => Fits(template, chunk));
    }

    private static ChunkTemplate Learnt()
    {
        var template = new ChunkTemplate();
        Learn(template, Chunk);
        return template;
    }

    private static void Learn(ChunkTemplate template, string json) => template.Learn(Event(json), 6..^2);

    private static bool Fits(ChunkTemplate template, string json) => template.Match(Event(json)) == Event(json).Length;

    private static byte[] Event(string json) => Encoding.UTF8.GetBytes($"data: {json}\n\n");
}
