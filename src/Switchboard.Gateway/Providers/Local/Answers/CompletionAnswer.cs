using System.Text.Json;
using Switchboard.Gateway.Pipeline;

namespace Switchboard.Gateway.Providers.Local.Answers;

/// <summary>One choice of a completion: the prompt where it is echoed, and the text.</summary>
/// <param name="Echo">The prompt, or nothing.</param>
/// <param name="Text">The answer.</param>
internal readonly record struct CompletionChoice(string Echo, ChoiceText Text);

/// <summary>The object <c>text_completion</c>.</summary>
internal static class CompletionAnswer
{
    public static void Write(Utf8JsonWriter json, AnswerStamp stamp, IReadOnlyList<CompletionChoice> choices, int topLogProbs, TokenUsage usage)
    {
        json.WriteStartObject();
        AnswerJson.WriteStamp(json, "text_completion"u8, stamp);
        json.WriteString("system_fingerprint"u8, stamp.Fingerprint);
        json.WriteStartArray("choices"u8);
        for (var i = 0; i < choices.Count; i++)
        {
            WriteChoice(json, i, choices[i], topLogProbs);
        }

        json.WriteEndArray();
        AnswerJson.WriteUsage(json, usage);
        json.WriteEndObject();
    }

    private static void WriteChoice(Utf8JsonWriter json, int index, CompletionChoice choice, int topLogProbs)
    {
        json.WriteStartObject();
        json.WriteString("text"u8, choice.Echo.Length == 0 ? choice.Text.Text : [.. System.Text.Encoding.UTF8.GetBytes(choice.Echo), .. choice.Text.Text]);
        json.WriteNumber("index"u8, index);
        CompletionJson.WriteLogProbs(json, topLogProbs < 0 ? null : choice.Text.LogProbs ?? [], topLogProbs, choice.Echo.Length);
        AnswerJson.WriteFinish(json, choice.Text.Finish);
        json.WriteEndObject();
    }
}
