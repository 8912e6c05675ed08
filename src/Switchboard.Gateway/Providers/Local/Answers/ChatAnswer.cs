using System.Text.Json;
using Switchboard.Gateway.Pipeline;

namespace Switchboard.Gateway.Providers.Local.Answers;

/// <summary>The object <c>chat.completion</c>.</summary>
internal static class ChatAnswer
{
    public static void Write(Utf8JsonWriter json, AnswerStamp stamp, ChoiceText[] choices, TokenUsage usage)
    {
        json.WriteStartObject();
        AnswerJson.WriteStamp(json, "chat.completion"u8, stamp);
        json.WriteStartArray("choices"u8);
        for (var i = 0; i < choices.Length; i++)
        {
            WriteChoice(json, i, choices[i]);
        }

        json.WriteEndArray();
        AnswerJson.WriteUsage(json, usage);
        json.WriteString("service_tier"u8, "default"u8);
        json.WriteString("system_fingerprint"u8, stamp.Fingerprint);
        json.WriteEndObject();
    }

    private static void WriteChoice(Utf8JsonWriter json, int index, ChoiceText choice)
    {
        json.WriteStartObject();
        json.WriteNumber("index"u8, index);
        json.WriteStartObject("message"u8);
        json.WriteString("role"u8, "assistant"u8);
        json.WriteString("content"u8, AnswerJson.WithoutFirstSpace(choice.Text));
        json.WriteNull("refusal"u8);
        json.WriteStartArray("annotations"u8);
        json.WriteEndArray();
        json.WriteEndObject();
        AnswerJson.WriteChatLogProbs(json, choice.LogProbs);
        AnswerJson.WriteFinish(json, choice.Finish);
        json.WriteEndObject();
    }
}
