using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Switchboard.Client.Helpers;
using Switchboard.Protocol.Chat;

namespace Switchboard.Client.Chat;

/// <summary>What one wants from a chat completion first.</summary>
public static class ChatCompletionExtensions
{
    extension(ChatCompletion completion)
    {
        /// <summary>The first choice's text; null when it has none, or there is no choice.</summary>
        public string? Text => completion.FirstMessage?.Content;

        /// <summary>The first choice's refusal; null when the model did not refuse.</summary>
        public string? Refusal => completion.FirstMessage?.Refusal;

        /// <summary>The first choice's tool calls; empty when it has none.</summary>
        public IReadOnlyList<ChatToolCall> ToolCalls => completion.FirstMessage?.ToolCalls ?? [];

        /// <summary>Why the first choice ended; null when there is no choice.</summary>
        public ChatFinishReason? FinishReason => completion.Choices is [var choice, ..] ? (ChatFinishReason?)choice.FinishReason : null;

        private ChatCompletionMessage? FirstMessage => completion.Choices is [var choice, ..] ? choice.Message : null;
    }

    extension(ChatCompletionMessage message)
    {
        /// <summary>The model's reasoning, from servers that send it as <c>reasoning_content</c> or <c>reasoning</c>; else null.</summary>
        public string? Reasoning => message.TextOf("reasoning_content") ?? message.TextOf("reasoning");

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

        private string? TextOf(string name) =>
            message.Extra.TryGetValue(name, out var value) && value.Kind == JsonValueKind.String ? value.ToElement().GetString() : null;
    }

    extension(ChatFunctionToolCall call)
    {
        /// <summary>Reads the call's arguments; none at all read as an empty object.</summary>
        /// <param name="typeInfo">How the type is read, from a source-generated context.</param>
        /// <exception cref="JsonException">The model's arguments are not of that type.</exception>
        public T? ReadArguments<T>(JsonTypeInfo<T> typeInfo) => ToolArguments.Read(call.Function.Arguments, typeInfo);
    }
}
