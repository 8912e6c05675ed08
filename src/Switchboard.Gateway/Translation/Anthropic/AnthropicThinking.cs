using System.Globalization;
using System.Text.Json;
using Switchboard.Gateway.Translation.Chat.Requests;

namespace Switchboard.Gateway.Translation.Anthropic;

/// <summary>
/// How much a model is to think: <c>reasoning_effort</c> as a budget of tokens for models up to 4.5, and as an effort
/// for later ones, which decide by themselves. A <c>thinking</c> of the caller's own is passed on.
/// </summary>
internal sealed class AnthropicThinking
{
    private const int LeastBudget = 1024;

    private AnthropicThinking(int maxTokens) => MaxTokens = maxTokens;

    /// <summary>True when the model thinks before it answers.</summary>
    public bool IsOn => Own is { } own ? own.Text("type"u8) is "enabled" or "adaptive" : Budget is not null || IsAdaptive;

    /// <summary>The most tokens of the answer, thinking included.</summary>
    public int MaxTokens { get; private init; }

    /// <summary><c>output_config.effort</c>; null where it is not to be told.</summary>
    public string? Effort { get; private init; }

    private JsonElement? Own { get; init; }

    private int? Budget { get; init; }

    private bool IsAdaptive { get; init; }

    private bool IsOff { get; init; }

    /// <summary>What a request asks for.</summary>
    /// <param name="chat">The request.</param>
    /// <param name="model">The model's name at the provider; its version says what it understands.</param>
    /// <param name="usualMaxTokens">The most tokens of an answer where the request does not say.</param>
    /// <param name="notes">Where it is noted that an effort comes to nothing.</param>
    public static AnthropicThinking Of(ChatRequestView chat, string model, int usualMaxTokens, RequestNotes notes)
    {
        var asked = chat.MaxTokens;
        var effort = chat.Root.Text("reasoning_effort"u8);
        if (chat.Root.Find("thinking"u8) is { } own)
        {
            var most = asked ?? usualMaxTokens + (own.Integer("budget_tokens"u8) ?? 0);
            return new AnthropicThinking(most) { Own = own, Effort = EffortBeside(effort, model, notes) };
        }

        if (effort is null)
        {
            return new AnthropicThinking(asked ?? usualMaxTokens);
        }

        if (effort == "none")
        {
            return new AnthropicThinking(asked ?? usualMaxTokens) { IsOff = true };
        }

        if (DecidesItself(model))
        {
            return new AnthropicThinking(asked ?? usualMaxTokens * 4) { IsAdaptive = true, Effort = EffortOf(effort) };
        }

        // The budget has to be below max_tokens, too; who leaves no room for the least gets an answer without thinking.
        var canThink = (asked ?? int.MaxValue) > LeastBudget && !LacksThoughtOfCalls(chat);
        NoteLost(!canThink, notes);
        return canThink ? WithBudget(asked, usualMaxTokens, BudgetOf(effort)) : new AnthropicThinking(asked ?? usualMaxTokens);
    }

    /// <summary>Writes <c>thinking</c>.</summary>
    public void Write(Utf8JsonWriter json)
    {
        if (Own is { } own)
        {
            json.WriteRaw("thinking"u8, own);
            return;
        }

        if (!IsOn && !IsOff)
        {
            return;
        }

        json.WriteStartObject("thinking"u8);
        json.WriteString("type"u8, IsOff ? "disabled"u8 : IsAdaptive ? "adaptive"u8 : "enabled"u8);
        if (IsAdaptive)
        {
            // Without it later models think in silence, and nothing would come as reasoning_content.
            json.WriteString("display"u8, "summarized"u8);
        }

        if (Budget is { } budget)
        {
            json.WriteNumber("budget_tokens"u8, budget);
        }

        json.WriteEndObject();
    }

    private static AnthropicThinking WithBudget(int? asked, int usualMaxTokens, int budget) => asked is { } most
        ? new AnthropicThinking(most) { Budget = Math.Clamp(budget, LeastBudget, most - 1) }
        : new AnthropicThinking(usualMaxTokens + budget) { Budget = budget };

    /// <summary>
    /// True amid calls of tools without the thinking that led to them, which callers of OpenAI's API have no place to
    /// keep: Anthropic refuses to think on then, and answers who does not ask for it.
    /// </summary>
    private static bool LacksThoughtOfCalls(ChatRequestView chat)
    {
        var isAmid = false;
        for (var i = chat.Turns.Count - 1; i >= 0 && !(isAmid && chat.Turns[i].Role == ChatRole.User); i--)
        {
            var turn = chat.Turns[i];
            if (turn.Role != ChatRole.Assistant)
            {
                continue;
            }

            if ((!isAmid && turn.ToolCalls.Count == 0) || AnthropicReasoning.HasBlocks(turn.Message))
            {
                return false;
            }

            isAmid = true;
        }

        return isAmid;
    }

    // Beside a thinking of the caller's own; a budget says already what an effort would.
    private static string? EffortBeside(string? effort, string model, RequestNotes notes)
    {
        if (effort is null or "none")
        {
            return null;
        }

        NoteLost(!DecidesItself(model), notes);
        return DecidesItself(model) ? EffortOf(effort) : null;
    }

    private static void NoteLost(bool isLost, RequestNotes notes)
    {
        if (isLost)
        {
            notes.Lacks("reasoning_effort");
        }
    }

    private static int BudgetOf(string effort) => effort switch
    {
        "minimal" or "low" => LeastBudget,
        "high" => 16_384,
        "xhigh" or "max" => 32_768,
        _ => 4096,
    };

    private static string EffortOf(string effort) => effort is "minimal" ? "low" : effort;

    /// <summary>True for models from 4.6 on: <c>claude-opus-4-6</c>, <c>claude-sonnet-5</c>; and for names without a version.</summary>
    private static bool DecidesItself(string model)
    {
        var numbers = new List<int>(2);
        foreach (var part in model.Split('-', '.', '@', ':'))
        {
            // A date is no version.
            if (part.Length <= 2 && int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            {
                numbers.Add(number);
            }
        }

        return numbers.Count == 0 || numbers[0] > 4 || (numbers[0] == 4 && numbers.Count > 1 && numbers[1] >= 6);
    }
}
