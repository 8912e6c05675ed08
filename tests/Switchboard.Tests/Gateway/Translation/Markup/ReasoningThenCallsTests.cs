namespace Switchboard.Tests.Gateway.Translation.Markup;

public sealed class ReasoningThenCallsTests
{
    public static TheoryData<string, string, string, string[]> Texts => new()
    {
        { "qwen3", "hermes", "<think>I could <tool_call>{\"name\": \"f\", \"arguments\": {}}</tool_call></think>\n\n<tool_call>{\"name\": \"g\", \"arguments\": {}}</tool_call>", ["reasoning: I could <tool_call>{\"name\": \"f\", \"arguments\": {}}</tool_call>", "call: g {}"] },
        { "qwen3", "hermes", "<tool_call>{\"name\": \"f\", \"arguments\": {\"a\": \"<think>\"}}</tool_call><think>b</think>c", ["call: f {\"a\": \"<think>\"}", "reasoning: b", "text: c"] },
        { "glm45", "glm47", "<think>a</think><tool_call>f<arg_key>k</arg_key><arg_value></think><think></arg_value></tool_call>\n<think>b</think>\n<tool_call>g</tool_call>", ["reasoning: a", "call: f {\"k\":\"</think><think>\"}", "reasoning: b", "call: g {}"] },
        { "glm45", "glm47", "a <tool<think>b</think>_call>f</tool_call>", ["text: a <tool", "reasoning: b", "text: _call>f</tool_call>"] },
        { "kimi_k25", "kimi_k2", "a<|tool_calls_section_begin|><|tool_call_begin|>functions.f:0<|tool_call_argument_begin|>{}<|tool_call_end|><|tool_calls_section_end|>", ["reasoning: a", "call: f#functions.f:0 {}"] },
        { "minimax_m2", "minimax_m2", "a\n</think>\n<minimax:tool_call><invoke name=\"f\"></invoke></minimax:tool_call>", ["reasoning: a\n", "call: f {}"] },
        { "minimax_m3", "minimax_m3", "a]<]minimax[>[<tool_call>]<]minimax[>[<invoke name=\"f\">]<]minimax[>[</invoke>]<]minimax[>[</tool_call>", ["reasoning: a", "call: f {}"] },
        { "deepseek_v4", "deepseek_v4", "<think>a<｜DSML｜tool_calls><｜DSML｜invoke name=\"f\"></｜DSML｜invoke></｜DSML｜tool_calls>", ["reasoning: a", "call: f {}"] },
        { "mistral", "mistral", "[THINK]a[/THINK][TOOL_CALLS]f[ARGS]{}", ["reasoning: a", "call: f {}"] },
        { "mistral", "mistral", "[TOOL_CALLS][{\"name\": \"f\", \"arguments\": {}}]\n[THINK]a[/THINK]b", ["call: f {}", "reasoning: a", "text: b"] },
        { "gemma4", "gemma4", "<|channel>thought\na<channel|><|tool_call>call:f{}<tool_call|>", ["reasoning: a", "call: f {}"] },
        { "nemotron_nano", "nemotron_nano", "a</think><tool_call><function=f></function></tool_call>", ["reasoning: a", "call: f {}"] },
        { "gpt_oss", "harmony", "<|channel|>analysis<|message|>a<|end|><|start|>assistant<|channel|>commentary to=functions.f <|constrain|>json<|message|>{\"x\": \"<|channel|>analysis<|message|>\"}<|call|><|start|>assistant<|channel|>analysis<|message|>b<|end|><|start|>assistant<|channel|>final<|message|>c<|return|>", ["reasoning: a", "call: f {\"x\": \"<|channel|>analysis<|message|>\"}", "reasoning: b", "text: c"] },
        { "gpt_oss", "harmony", "<|channel|>analysis<|message|>a<|end|><|start|>assistant to=functions.f<|channel|>commentary json<|message|>{}", ["reasoning: a", "call: f {}"] },
        { "deepseek_r1", "hermes", "never <tool_call>{\"name\": \"f\", \"arguments\": {}}</tool_call>", ["reasoning: never <tool_call>{\"name\": \"f\", \"arguments\": {}}</tool_call>"] },
    };

    [Theory]
    [MemberData(nameof(Texts))]
    public void Reasoning_comes_before_calls_wherever_it_is_cut(string reasoning, string tools, string text, string[] expected) =>
        MarkupLog.Check(reasoning, tools, text, expected);
}
