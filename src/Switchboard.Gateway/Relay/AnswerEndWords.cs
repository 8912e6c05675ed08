using System.Text.Json;
using Switchboard.Gateway.Pipeline;

namespace Switchboard.Gateway.Relay;

/// <summary>The words with which the APIs of OpenAI, Anthropic and Google say why an answer ended.</summary>
internal static class AnswerEndWords
{
    /// <summary>What the text at the reader says; nothing where it is no text.</summary>
    public static AnswerEnds Read(ref Utf8JsonReader json)
    {
        if (json.TokenType != JsonTokenType.String || json.HasValueSequence)
        {
            return json.TokenType == JsonTokenType.String ? AnswerEnds.Other : AnswerEnds.None;
        }

        var word = json.ValueSpan;
        return IsStop(word) ? AnswerEnds.Stop
            : IsLength(word) ? AnswerEnds.Length
            : IsTools(word) ? AnswerEnds.ToolCalls
            : IsFilter(word) ? AnswerEnds.ContentFilter
            : word.SequenceEqual("failed"u8) || word.SequenceEqual("error"u8) ? AnswerEnds.Error
            : word.SequenceEqual("in_progress"u8) || word.SequenceEqual("queued"u8) || word.IsEmpty ? AnswerEnds.None
            : AnswerEnds.Other;
    }

    private static bool IsStop(ReadOnlySpan<byte> word) =>
        word.SequenceEqual("stop"u8) || word.SequenceEqual("end_turn"u8) || word.SequenceEqual("stop_sequence"u8) || word.SequenceEqual("STOP"u8) || word.SequenceEqual("completed"u8);

    // A response that is incomplete is so for its length, as a rule.
    private static bool IsLength(ReadOnlySpan<byte> word) =>
        word.SequenceEqual("length"u8) || word.SequenceEqual("max_tokens"u8) || word.SequenceEqual("MAX_TOKENS"u8) || word.SequenceEqual("incomplete"u8);

    private static bool IsTools(ReadOnlySpan<byte> word) =>
        word.SequenceEqual("tool_calls"u8) || word.SequenceEqual("tool_use"u8) || word.SequenceEqual("function_call"u8);

    private static bool IsFilter(ReadOnlySpan<byte> word) =>
        word.SequenceEqual("content_filter"u8) || word.SequenceEqual("refusal"u8) || word.SequenceEqual("SAFETY"u8) || word.SequenceEqual("RECITATION"u8) || word.SequenceEqual("PROHIBITED_CONTENT"u8);
}
