using Switchboard.Gateway.Pipeline;

namespace Switchboard.Gateway.Translation.Chat;

/// <summary>Why a choice ended, <c>finish_reason</c>.</summary>
internal enum FinishReason
{
    /// <summary>The model had said all, or came to a stop sequence.</summary>
    Stop,

    /// <summary>The limit of tokens was reached.</summary>
    Length,

    /// <summary>Tools are to be called.</summary>
    ToolCalls,

    /// <summary>The provider withheld it.</summary>
    ContentFilter,
}

/// <summary>The reasons as they are written.</summary>
internal static class FinishReasons
{
    /// <summary>The reason as telemetry tells it.</summary>
    public static AnswerEnds EndOf(FinishReason reason) => reason switch
    {
        FinishReason.Length => AnswerEnds.Length,
        FinishReason.ToolCalls => AnswerEnds.ToolCalls,
        FinishReason.ContentFilter => AnswerEnds.ContentFilter,
        _ => AnswerEnds.Stop,
    };

    /// <summary>The word of a reason.</summary>
    public static ReadOnlySpan<byte> Word(FinishReason reason) => reason switch
    {
        FinishReason.Length => "length"u8,
        FinishReason.ToolCalls => "tool_calls"u8,
        FinishReason.ContentFilter => "content_filter"u8,
        _ => "stop"u8,
    };
}
