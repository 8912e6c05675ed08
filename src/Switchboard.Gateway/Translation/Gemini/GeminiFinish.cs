using System.Text;
using System.Text.Json;
using Switchboard.Gateway.Translation.Chat;

namespace Switchboard.Gateway.Translation.Gemini;

/// <summary>Why an answer ended, or never began.</summary>
internal static class GeminiFinish
{
    /// <summary>Why an answer that is read whole lacks what was asked for, in Google's words; null where it has none.</summary>
    public static string? ReasonOf(JsonElement answer)
    {
        var candidate = answer.First("candidates"u8);
        return answer.Find("promptFeedback"u8)?.Text("blockReason"u8) ?? candidate.Text("finishMessage"u8) ?? candidate.Text("finishReason"u8) switch
        {
            "STOP" or "MAX_TOKENS" => null,
            var reason => reason,
        };
    }

    /// <summary>True for an answer that is longer than its model may give.</summary>
    public static bool IsCut(JsonElement answer) => answer.First("candidates"u8).Text("finishReason"u8) == "MAX_TOKENS";

    /// <summary>Ends a candidate that says why.</summary>
    public static void Write(JsonElement element, string reason, GeminiCandidate candidate, IChatOutput output, int choice)
    {
        // What else would be an empty answer is explained.
        if (reason is not ("STOP" or "MAX_TOKENS") && !candidate.HasSaid && !candidate.HasCalls)
        {
            Explain(element.Escaped("finishMessage"u8), "ended its answer", reason, output, choice);
        }

        output.Finish(choice, reason switch
        {
            "MAX_TOKENS" => FinishReason.Length,
            "SAFETY" or "RECITATION" or "BLOCKLIST" or "PROHIBITED_CONTENT" or "SPII" or "MODEL_ARMOR"
                or "IMAGE_SAFETY" or "IMAGE_PROHIBITED_CONTENT" or "IMAGE_RECITATION" => FinishReason.ContentFilter,
            _ when candidate.HasCalls => FinishReason.ToolCalls,

            // LANGUAGE, OTHER, MALFORMED_FUNCTION_CALL, NO_IMAGE, and what may come.
            _ => FinishReason.Stop,
        });
    }

    /// <summary>Answers a prompt that was blocked: there are no candidates then.</summary>
    public static void WriteBlocked(JsonElement feedback, string reason, IChatOutput output)
    {
        Explain(feedback.Escaped("blockReasonMessage"u8), "blocked the prompt", reason, output, 0);
        output.Finish(0, FinishReason.ContentFilter);
    }

    private static void Explain(ReadOnlySpan<byte> message, string what, string reason, IChatOutput output, int choice) =>
        output.Refusal(choice, message.IsEmpty ? Encoding.UTF8.GetBytes($"The provider {what} ({JsonEncodedText.Encode(reason)}).") : message);
}
