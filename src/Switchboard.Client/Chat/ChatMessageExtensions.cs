using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Switchboard.Client.Helpers;
using Switchboard.Protocol.Chat;
using Switchboard.Protocol.Json;

namespace Switchboard.Client.Chat;

/// <summary>What one wants from a message of a chat completion, and from its tool calls.</summary>
public static class ChatMessageExtensions
{
    extension(ChatCompletionMessage message)
    {
        /// <summary>The model's reasoning, from servers that send it as <c>reasoning_content</c> or <c>reasoning</c>; else null.</summary>
        public string? Reasoning => ReasoningOf(message);

        /// <summary>The message as one of the next request: text, refusal, calls, the audio's id, and what the server said beyond the specification.</summary>
        public AssistantMessage ToAssistantMessage() => new()
        {
            Content = message.Content is { } content ? (AssistantMessageContent?)content : null,
            Refusal = message.Refusal,
            ToolCalls = message.ToolCalls is { Count: > 0 } calls ? calls : null,
            FunctionCall = message.FunctionCall is { } call ? new AssistantMessageFunctionCall(call.Arguments, call.Name) : null,
            Audio = message.Audio is { } audio ? new AssistantMessageAudio(audio.Id) : null,
            Extra = message.Extra,
        };
    }

    /// <summary>The reasoning beside a message or a delta, under either of its two names.</summary>
    internal static string? ReasoningOf(WireObject message) => TextOf(message, "reasoning_content") ?? TextOf(message, "reasoning");

    private static string? TextOf(WireObject message, string name) =>
        message.Extra.TryGetValue(name, out var value) && value.Kind == JsonValueKind.String ? value.ToElement().GetString() : null;

    /// <summary>Reads the call's arguments; none at all read as an empty object.</summary>
    /// <param name="call">The call.</param>
    /// <param name="typeInfo">How the type is read, from a source-generated context.</param>
    /// <exception cref="JsonException">The model's arguments are not of that type.</exception>
    public static T? ReadArguments<T>(this ChatFunctionToolCall call, JsonTypeInfo<T> typeInfo)
    {
        ArgumentNullException.ThrowIfNull(call);
        return ToolArguments.Read(call.Function.Arguments, typeInfo);
    }
}
