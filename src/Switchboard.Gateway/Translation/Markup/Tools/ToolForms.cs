using System.Collections.Frozen;

namespace Switchboard.Gateway.Translation.Markup.Tools;

/// <summary>The tool parsers, by name.</summary>
internal static class ToolForms
{
    private static readonly ToolForm[] s_hermes = [new JsonForm("<tool_call>", "</tool_call>")];
    private static readonly ToolForm[] s_qwen = [new TagForm("<tool_call>", "</tool_call>", "<function=", "</function>", "<parameter=", "</parameter>")];
    private static readonly ToolForm[] s_deepSeek4 = [Dsml("tool_calls")];
    private static readonly ToolForm[] s_gemma = [new GemmaForm()];
    private static readonly ToolForm[] s_miniMax3 = [new NamespaceForm(), MiniMax()];

    /// <summary>Every name, other names of the same forms among them.</summary>
    public static FrozenDictionary<string, ToolForm[]> All { get; } = new Dictionary<string, ToolForm[]>
    {
        ["hermes"] = s_hermes,
        ["qwen25"] = s_hermes,
        ["nemotron_deci"] = [new JsonForm("<TOOLCALL>", "</TOOLCALL>")],
        ["default"] = [new JsonForm("<TOOLCALL>", "</TOOLCALL>"), Llama(isBare: false)],
        ["llama3_json"] = [Llama(isBare: true)],
        ["mistral"] = [new NamedJsonForm()],
        ["phi4"] = [new JsonForm("functools")],
        ["jamba"] = [new JsonForm("<tool_calls>", "</tool_calls>")],
        ["pythonic"] = [new PythonForm()],
        ["harmony"] = [new HarmonyForm()],
        ["deepseek_v3"] = [DeepSeek(isFenced: true)],
        ["deepseek_v3_1"] = [DeepSeek(isFenced: false)],
        ["deepseek_v3_2"] = [Dsml("function_calls")],
        ["deepseek_v4"] = s_deepSeek4,
        ["deepseek-v4"] = s_deepSeek4,
        ["deepseekv4"] = s_deepSeek4,
        ["qwen3_coder"] = s_qwen,
        ["nemotron_nano"] = s_qwen,
        ["minimax_m2"] = [MiniMax()],
        ["minimax_m3"] = s_miniMax3,
        ["minimax-m3"] = s_miniMax3,
        ["glm47"] = [new PairForm()],
        ["gemma4"] = s_gemma,
        ["gemma-4"] = s_gemma,
        ["kimi_k2"] =
        [
            new TokenForm(
                ["<|tool_calls_section_begin|>", "<|tool_call_section_begin|>"],
                ["<|tool_calls_section_end|>", "<|tool_call_section_end|>"],
                "<|tool_call_begin|>",
                "<|tool_call_argument_begin|>",
                "<|tool_call_end|>") { HasIds = true },
        ],
    }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    private static JsonForm Llama(bool isBare) => new("<|python_tag|>") { Separator = ";"u8.ToArray(), IsBare = isBare };

    private static TokenForm DeepSeek(bool isFenced) =>
        new(["<｜tool▁calls▁begin｜>"], ["<｜tool▁calls▁end｜>"], "<｜tool▁call▁begin｜>", "<｜tool▁sep｜>", "<｜tool▁call▁end｜>") { IsFenced = isFenced };

    private static TagForm MiniMax() =>
        new("<minimax:tool_call>", "</minimax:tool_call>", "<invoke name=", "</invoke>", "<parameter name=", "</parameter>");

    private static TagForm Dsml(string section) => new(
        $"<｜DSML｜{section}>",
        $"</｜DSML｜{section}>",
        "<｜DSML｜invoke name=",
        "</｜DSML｜invoke>",
        "<｜DSML｜parameter name=",
        "</｜DSML｜parameter>");
}
