using System.Text.Json;
using Switchboard.Gateway.Translation.Chat;

namespace Switchboard.Gateway.Surfaces;

/// <summary>What a message of a chat completion, or a piece of one, may hold.</summary>
internal enum ChatMember
{
    /// <summary>Something that says nothing here.</summary>
    Other,

    /// <summary><c>content</c>.</summary>
    Content,

    /// <summary><c>reasoning_content</c>, or <c>reasoning</c>.</summary>
    Reasoning,

    /// <summary><c>reasoning_details</c>.</summary>
    ReasoningDetails,

    /// <summary><c>refusal</c>.</summary>
    Refusal,

    /// <summary><c>tool_calls</c>.</summary>
    ToolCalls,

    /// <summary><c>function_call</c>, of old.</summary>
    FunctionCall,

    /// <summary><c>annotations</c>.</summary>
    Annotations,

    /// <summary><c>images</c>.</summary>
    Images,
}

/// <summary>The names of members.</summary>
internal static class ChatMembers
{
    /// <summary>The member whose name is at the reader.</summary>
    public static ChatMember Of(ref Utf8JsonReader json) =>
        json.ValueTextEquals("content"u8) ? ChatMember.Content
        : json.ValueTextEquals("reasoning_content"u8) || json.ValueTextEquals("reasoning"u8) ? ChatMember.Reasoning
        : json.ValueTextEquals("tool_calls"u8) ? ChatMember.ToolCalls
        : json.ValueTextEquals("reasoning_details"u8) ? ChatMember.ReasoningDetails
        : json.ValueTextEquals("refusal"u8) ? ChatMember.Refusal
        : json.ValueTextEquals("annotations"u8) ? ChatMember.Annotations
        : json.ValueTextEquals("images"u8) ? ChatMember.Images
        : json.ValueTextEquals("function_call"u8) ? ChatMember.FunctionCall
        : ChatMember.Other;
}

/// <summary>Reads <c>finish_reason</c>.</summary>
internal static class ChatFinish
{
    /// <summary>The reason at the reader; null where there is none yet.</summary>
    public static FinishReason? Read(ref Utf8JsonReader json)
    {
        if (json.TokenType != JsonTokenType.String || json.ValueSpan.IsEmpty)
        {
            json.Skip();
            return null;
        }

        return json.ValueTextEquals("length"u8) ? FinishReason.Length
            : json.ValueTextEquals("tool_calls"u8) || json.ValueTextEquals("function_call"u8) ? FinishReason.ToolCalls
            : json.ValueTextEquals("content_filter"u8) ? FinishReason.ContentFilter
            : FinishReason.Stop;
    }
}
