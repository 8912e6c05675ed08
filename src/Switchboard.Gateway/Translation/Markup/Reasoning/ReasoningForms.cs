using System.Collections.Frozen;

namespace Switchboard.Gateway.Translation.Markup.Reasoning;

/// <summary>The reasoning parsers, by name.</summary>
internal static class ReasoningForms
{
    private static readonly ReasoningForm s_marked = Think(ReasoningBeginning.Marked);
    private static readonly ReasoningForm s_forced = Think(ReasoningBeginning.Forced);
    private static readonly ReasoningForm s_deepSeek4 = Think(ReasoningBeginning.Marked, "<｜DSML｜tool_calls>", "<｜DSML｜invoke name=");

    private static readonly ReasoningForm s_gemma = new()
    {
        Starts = MarkupText.Markers("<|channel>"),
        Ends = MarkupText.Markers("<channel|>"),
        Label = "thought\n"u8.ToArray(),
    };

    private static readonly ReasoningForm s_miniMax3 = new()
    {
        Starts = MarkupText.Markers("<mm:think>"),
        Ends = MarkupText.Markers("</mm:think>"),
        Exits = MarkupText.Markers("]<]minimax[>[<tool_call>"),
        Beginning = ReasoningBeginning.Deferred,
    };

    /// <summary>Every name, other names of the same form among them.</summary>
    public static FrozenDictionary<string, ReasoningForm> All { get; } = new Dictionary<string, ReasoningForm>
    {
        ["basic"] = s_marked,
        ["qwen3"] = s_marked,
        ["nemotron_deci"] = s_marked,
        ["glm45"] = s_marked,
        ["deepseek_r1"] = s_forced,
        ["deepseek_v3"] = s_forced,
        ["deepseek_v3_1"] = s_forced,
        ["deepseek_v3_2"] = s_forced,
        ["nemotron_nano"] = s_forced,
        ["nemotron3"] = s_forced,
        ["nemotron_v3"] = s_forced,
        ["step3"] = s_forced,
        ["minimax_append_think"] = s_forced,
        ["deepseek_v4"] = s_deepSeek4,
        ["deepseek-v4"] = s_deepSeek4,
        ["deepseekv4"] = s_deepSeek4,
        ["kimi"] = Paired("◁think▷", "◁/think▷"),
        ["kimi_k25"] = Think(ReasoningBeginning.Forced, "<|tool_calls_section_begin|>", "<|tool_call_section_begin|>"),
        ["mistral"] = Paired("[THINK]", "[/THINK]"),
        ["minimax_m2"] = Think(ReasoningBeginning.Forced, "<minimax:tool_call>", "<invoke name="),
        ["minimax_m3"] = s_miniMax3,
        ["minimax-m3"] = s_miniMax3,
        ["gemma4"] = s_gemma,
        ["gemma-4"] = s_gemma,
        ["granite"] = new()
        {
            Starts = MarkupText.Markers("Here's my thought process:", "Here is my thought process:"),
            Ends = MarkupText.Markers("Here's my response:", "Here is my response:"),
            IsOnce = true,
        },
        ["gpt_oss"] = new()
        {
            // A message to a function passes as it is: it is for the tool parser `harmony`.
            Starts = MarkupText.Markers("<|channel|>analysis<|message|>", "<|start|>assistant<|channel|>analysis<|message|>"),
            Ends = MarkupText.Markers("<|end|>", "<|return|>"),
            Exits = MarkupText.Markers("<|start|>", "<|channel|>"),
            Skipped = [.. Headers("final<|message|>"), .. Headers("final <|constrain|>json<|message|>"), .. Headers("commentary<|message|>"), .. MarkupText.Markers("<|end|>", "<|return|>")],
        },
    }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    private static ReasoningForm Paired(string start, string end) => new()
    {
        Starts = MarkupText.Markers(start),
        Ends = MarkupText.Markers(end),
    };

    private static ReasoningForm Think(ReasoningBeginning beginning, params string[] exits) => new()
    {
        Starts = MarkupText.Markers("<think>"),
        Ends = MarkupText.Markers("</think>"),
        Exits = MarkupText.Markers(exits),
        Beginning = beginning,
    };

    private static byte[][] Headers(string rest) => MarkupText.Markers($"<|channel|>{rest}", $"<|start|>assistant<|channel|>{rest}");
}
