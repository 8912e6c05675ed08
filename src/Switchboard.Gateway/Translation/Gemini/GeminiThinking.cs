using System.Text.Json;
using Switchboard.Gateway.Translation.Chat.Requests;

namespace Switchboard.Gateway.Translation.Gemini;

/// <summary>
/// How much a model is to think: <c>reasoning_effort</c> as a level for models from 3 on, as a budget of tokens for 2.5.
/// What it thinks is asked for with it, so that <c>reasoning_content</c> comes.
/// </summary>
internal static class GeminiThinking
{
    // Less is refused by the large models of 2.5, which cannot be kept from thinking.
    private const int LeastOfPro = 128;

    /// <summary>Writes <c>thinkingConfig</c>, where the request asks for anything of the kind.</summary>
    public static void Write(Utf8JsonWriter json, ChatRequestView chat, GeminiModel model, RequestNotes notes)
    {
        var own = chat.Root.Find("thinking"u8);
        var effort = own?.Text("type"u8) == "disabled" ? "none" : chat.Root.Text("reasoning_effort"u8);
        if (own is null && effort is null)
        {
            return;
        }

        if (!model.Thinks)
        {
            if (effort != "none")
            {
                notes.Lacks(own is null ? "reasoning_effort" : "thinking");
            }

            return;
        }

        json.WriteStartObject("thinkingConfig"u8);
        json.WriteBoolean("includeThoughts"u8, effort != "none");
        if (own?.Integer("budget_tokens"u8) is { } budget && effort != "none")
        {
            json.WriteNumber("thinkingBudget"u8, budget);
        }
        else if (effort is not null && model.HasLevels)
        {
            json.WriteString("thinkingLevel"u8, LevelOf(effort, model));
        }
        else if (effort is not null)
        {
            json.WriteNumber("thinkingBudget"u8, BudgetOf(effort, model));
        }

        json.WriteEndObject();
    }

    private static string LevelOf(string effort, GeminiModel model) => effort switch
    {
        "none" or "minimal" => model.IsPro ? "low" : "minimal",
        "low" => "low",

        // The first large one of 3 knows low and high alone.
        "medium" => model is { Major: 3, Minor: 0, IsPro: true } ? "high" : "medium",
        _ => "high",
    };

    // As Google's own OpenAI-compatible endpoint has it.
    private static int BudgetOf(string effort, GeminiModel model) => effort switch
    {
        "none" => model.IsPro ? LeastOfPro : 0,
        "minimal" or "low" => 1024,
        "medium" => 8192,
        _ => 24_576,
    };
}
