using System.Text;
using Switchboard.Gateway.Translation.Markup;
using Switchboard.Gateway.Translation.Markup.Tools;

namespace Switchboard.Tests.Gateway.Translation.Markup;

public sealed class PlainTextTests
{
    // Nothing of which a marker could be made: the first letters of all are missing.
    private const string Alphabet = "abcdegijklmnopqrstuvwxyz ABCDEFGIJKLMNOPQRSTUVWXYZ.,:;!?\n\t\"'\\/>}])(éß漢字🙂";

    // Nothing but what markers are made of.
    private const string Pieces = "<|tool_call>|<tool_call|>|</tool_call>|<think>|</think>|{\"name\": \"f\", \"arguments\": {|}}|[f(a=1|)]|<function=f>|<parameter=a>|</parameter>|</function>|<|channel|>|<|message|>|<|start|>assistant|to=functions.f|]<]minimax[>[|<invoke name=\"f\">|</invoke>|<arg_key>|</arg_key><arg_value>|</arg_value>|[TOOL_CALLS]|functools|<｜tool▁calls▁begin｜>|<｜DSML｜| |x|\"|\\";

    public static TheoryData<string, string> Parsers =>
        [.. MarkupFormat.ToolParsers.Select((name, at) => (MarkupFormat.ReasoningParsers[at % MarkupFormat.ReasoningParsers.Count], name)).Select(pair => new TheoryDataRow<string, string>(pair.Item1, pair.Item2))];

    [Theory]
    [MemberData(nameof(Parsers))]
    public void Text_without_markers_passes_as_it_is(string reasoning, string tools)
    {
        var random = new Random(42);
        for (var round = 0; round < 50; round++)
        {
            var text = "x" + new string([.. Enumerable.Range(0, random.Next(200)).Select(_ => Alphabet[random.Next(Alphabet.Length)])]).Replace("\ud83d", "", StringComparison.Ordinal).Replace("\ude42", "", StringComparison.Ordinal);
            var lines = MarkupLog.Read(reasoning, tools, Encoding.UTF8.GetBytes(text), random.Next(1, 30));

            Assert.Equal(text, Assert.Single(lines).Split(": ", 2)[1]);
        }
    }

    [Theory]
    [MemberData(nameof(Parsers))]
    public void Whatever_comes_is_read_alike_however_it_is_cut(string reasoning, string tools)
    {
        var random = new Random(7);
        var pieces = Pieces.Split('|').Append("|").ToArray();
        for (var round = 0; round < 300; round++)
        {
            var text = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, random.Next(30)).Select(_ => pieces[random.Next(pieces.Length)])));
            var whole = MarkupLog.Read(reasoning, tools, text, int.MaxValue);

            Assert.Equal(whole, MarkupLog.Read(reasoning, tools, text, 1));
            Assert.Equal(whole, MarkupLog.Read(reasoning, tools, text, random.Next(2, 50)));
        }
    }

    [Theory]
    [InlineData("hermes", """<tool_call>{"name": "f", "arguments": {"a": "x""")]
    [InlineData("qwen3_coder", "<tool_call><function=f><parameter=a>")]
    [InlineData("glm47", "<tool_call>f<arg_key>a</arg_key><arg_value>")]
    [InlineData("pythonic", "[f(a='")]
    [InlineData("gemma4", "<|tool_call>call:f{a:<|\"|>")]
    public void A_call_that_grows_beyond_a_megabyte_is_text(string tools, string beginning)
    {
        var text = Encoding.UTF8.GetBytes(beginning + new string('x', MarkupText.MostHeld) + " and on");
        string[] expected = [$"text: {Encoding.UTF8.GetString(text)}"];

        Assert.Equal(expected, MarkupLog.Read(null, tools, text, int.MaxValue));
        Assert.Equal(expected, MarkupLog.Read(null, tools, text, 1024));
    }

    [Theory]
    [InlineData("hermes", """<tool_call>{"name": "f", "arguments": {"a": "#"}}</tool_call>""")]
    [InlineData("qwen3_coder", "<tool_call><function=f><parameter=a>#</parameter></function></tool_call>")]
    public void A_call_of_nearly_a_megabyte_is_a_call_in_pieces_of_three_bytes(string tools, string call)
    {
        var text = Encoding.UTF8.GetBytes(call.Replace("#", new string('x', MarkupText.MostHeld - 200), StringComparison.Ordinal));

        Assert.StartsWith("call: f ", Assert.Single(MarkupLog.Read(null, tools, text, 3)), StringComparison.Ordinal);
    }

    [Fact]
    public void Without_tools_no_call_is_looked_for()
    {
        var log = new MarkupLog();
        var reader = MarkupLog.Format("qwen3", "hermes").CreateReader(null, log);

        reader.Write("<think>a</think><tool_call>"u8);
        reader.Finish();

        Assert.Equal(["reasoning: a", "text: <tool_call>"], log.Lines);
    }

    [Fact]
    public void A_piece_with_no_marker_in_sight_costs_no_garbage()
    {
        var output = new Discarding();
        var reader = MarkupLog.Format("qwen3", "hermes").CreateReader(new ToolSchemas(default), output);
        reader.Write(" a <"u8);
        reader.Write(" b"u8);

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
        {
            reader.Write(" word"u8);
            reader.Write(" a <"u8);
            reader.Write(" b"u8);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal(6 + 1000 * 11, output.Bytes);
    }

    private sealed class Discarding : IMarkupOutput
    {
        public int Bytes { get; private set; }

        public void Text(ReadOnlySpan<byte> text) => Bytes += text.Length;

        public void Reasoning(ReadOnlySpan<byte> text) => Bytes += text.Length;

        public void ToolCall(ReadOnlySpan<byte> id, ReadOnlySpan<byte> name, ReadOnlySpan<byte> arguments) => Bytes += arguments.Length;
    }
}
