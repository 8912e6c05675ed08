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
}
