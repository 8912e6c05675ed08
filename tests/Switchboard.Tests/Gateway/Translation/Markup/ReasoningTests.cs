using Switchboard.Gateway.Translation.Markup;

namespace Switchboard.Tests.Gateway.Translation.Markup;

public sealed class ReasoningTests
{
    private const string Harmony = "<|channel|>analysis<|message|>";

    public static TheoryData<string, string, string[]> Texts => new()
    {
        { "basic", "<think>why é 🙂?</think>because", ["reasoning: why é 🙂?", "text: because"] },
        { "basic", "Well. <think>\nwhy\n</think>\n\nbecause\n", ["text: Well. ", "reasoning: why\n", "text: because\n"] },
        { "basic", "<think>a</think>b<think>c</think>d", ["reasoning: a", "text: b", "reasoning: c", "text: d"] },
        { "basic", "<think></think>\n\nbare", ["text: bare"] },
        { "basic", "a <thin line </think> and <think", ["text: a <thin line </think> and <think"] },
        { "basic", "<<think>a</</think>b</think>c", ["text: <", "reasoning: a</", "text: b</think>c"] },
        { "basic", "<think>cut off</thi", ["reasoning: cut off</thi"] },
        { "qwen3", "<think>\na\n</think>\n\nb", ["reasoning: a\n", "text: b"] },
        { "nemotron_deci", "<think>a</think>b", ["reasoning: a", "text: b"] },
        { "glm45", "no thought", ["text: no thought"] },
        { "deepseek_r1", "from the first word</think>\n\nand so", ["reasoning: from the first word", "text: and so"] },
        { "deepseek_r1", "\n<think>\nmarked</think>so", ["reasoning: marked", "text: so"] },
        { "deepseek_r1", "<thick</think>so", ["reasoning: <thick", "text: so"] },
        { "deepseek_r1", "never ends", ["reasoning: never ends"] },
        { "deepseek_r1", "<think", ["reasoning: <think"] },
        { "deepseek_v3", "a</think>b", ["reasoning: a", "text: b"] },
        { "deepseek_v3_1", "a</think>b", ["reasoning: a", "text: b"] },
        { "deepseek_v3_2", "a</think>b", ["reasoning: a", "text: b"] },
        { "nemotron_nano", "a</think>b", ["reasoning: a", "text: b"] },
        { "nemotron3", "a</think>b", ["reasoning: a", "text: b"] },
        { "nemotron_v3", "a</think>b", ["reasoning: a", "text: b"] },
        { "step3", "a</think>b", ["reasoning: a", "text: b"] },
        { "minimax_append_think", "a</think>b", ["reasoning: a", "text: b"] },
        { "deepseek_v4", "<think>a</think>b", ["reasoning: a", "text: b"] },
        { "deepseek-v4", "<think>a<｜DSML｜tool_calls>b", ["reasoning: a", "text: <｜DSML｜tool_calls>b"] },
        { "DeepSeekV4", "<think>a<｜DSML｜tools</think>b", ["reasoning: a<｜DSML｜tools", "text: b"] },
        { "kimi", "◁think▷a ◁b◁/think▷c ◁d", ["reasoning: a ◁b", "text: c ◁d"] },
        { "kimi_k25", "a<|tool_calls_section_begin|>b", ["reasoning: a", "text: <|tool_calls_section_begin|>b"] },
        { "kimi_k25", "<think></think>b", ["text: b"] },
        { "mistral", "[THINK]a[1][/THINK]b[2]", ["reasoning: a[1]", "text: b[2]"] },
        { "granite", "Here's my thought process: a\nHere's my response: b Here's my thought process: c", ["reasoning: a\n", "text: b Here's my thought process: c"] },
        { "granite", "Here is my thought process:Here is a hint.Here is my response:b", ["reasoning: Here is a hint.", "text: b"] },
        { "granite", "Here's my thought", ["text: Here's my thought"] },
        { "gemma4", "Hi. <|channel>thought\na\nb<channel|> Bye.", ["text: Hi. ", "reasoning: a\nb", "text: Bye."] },
        { "gemma-4", "<|channel>thoughtful<channel|>b", ["reasoning: thoughtful", "text: b"] },
        { "gemma4", "<|channel>thought\n<channel|>b", ["text: b"] },
        { "minimax_m2", "a</think>\nb", ["reasoning: a", "text: b"] },
        { "minimax_m2", "a<minimax:tool_call>b", ["reasoning: a", "text: <minimax:tool_call>b"] },
        { "minimax_m3", "a <mm:thing></mm:think>b", ["reasoning: a <mm:thing>", "text: b"] },
        { "minimax-m3", "a<mm:think>b</mm:think>c", ["text: a", "reasoning: b", "text: c"] },
        { "minimax_m3", "nothing marked", ["text: nothing marked"] },
        { "minimax_m3", "a]<]minimax[>[<tool_call>b", ["reasoning: a", "text: ]<]minimax[>[<tool_call>b"] },
        { "gpt_oss", Harmony + "a<|end|><|start|>assistant<|channel|>final<|message|>b<|return|>", ["reasoning: a", "text: b"] },
        { "gpt_oss", Harmony + "a<|start|>assistant<|channel|>final <|constrain|>json<|message|>{}", ["reasoning: a", "text: {}"] },
        { "gpt_oss", Harmony + "a<|end|><|start|>assistant" + Harmony + "b<|end|><|channel|>final<|message|>c", ["reasoning: ab", "text: c"] },
        {
            "gpt_oss",
            "<|channel|>commentary<|message|>So.<|end|><|channel|>commentary to=functions.f <|constrain|>json<|message|>{}<|call|>",
            ["text: So.<|channel|>commentary to=functions.f <|constrain|>json<|message|>{}<|call|>"]
        },
    };

    [Theory]
    [MemberData(nameof(Texts))]
    public void Reasoning_is_told_from_text_wherever_it_is_cut(string parser, string text, string[] expected) => MarkupLog.Check(parser, null, text, expected);

    [Fact]
    public void Every_parser_has_an_example()
    {
        var examples = Texts.Select(row => row.Data.Item1);

        Assert.Empty(MarkupFormat.ReasoningParsers.Except(examples, StringComparer.OrdinalIgnoreCase));
    }

    [Fact]
    public void A_beginning_that_is_never_decided_is_text()
    {
        var text = new byte[MarkupText.MostHeld + 10];
        text.AsSpan().Fill((byte)'x');
        var expected = MarkupLog.Read("minimax_m3", null, text, int.MaxValue);

        Assert.Equal(["text: " + new string('x', text.Length)], expected);
        Assert.Equal(expected, MarkupLog.Read("minimax_m3", null, text, 1000));
    }
}
