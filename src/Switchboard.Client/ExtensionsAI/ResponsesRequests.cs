// The package marks background responses as experimental.
#pragma warning disable MEAI001
using Microsoft.Extensions.AI;
using Switchboard.Protocol.Conversations;
using Switchboard.Protocol.Responses;

namespace Switchboard.Client.ExtensionsAI;

/// <summary>Makes requests to the Responses API of messages and options; what a raw request says goes before the options.</summary>
internal static class ResponsesRequests
{
    public static ResponseRequest Of(IChatClient asker, IEnumerable<ChatMessage> messages, ChatOptions? options, string model)
    {
        ArgumentNullException.ThrowIfNull(messages);
        var items = ResponsesItems.Of(messages);
        if (options is null)
        {
            return new ResponseRequest { Model = model, Input = items };
        }

        var raw = options.RawRepresentationFactory?.Invoke(asker) as ResponseRequest ?? new ResponseRequest();
        List<ResponseTool> tools = [.. raw.Tools ?? [], .. (options.Tools ?? []).Select(ToolsAndFormats.Of)];
        var isConversation = options.ConversationId?.StartsWith("conv_", StringComparison.Ordinal) is true;
        return raw with
        {
            Model = raw.Model ?? options.ModelId ?? model,
            Input = raw.Input is { } input ? InputOf(input, items) : items,
            Instructions = Joined(raw.Instructions, options.Instructions),
            Conversation = raw.Conversation ?? (isConversation ? (ConversationReference)options.ConversationId! : (ConversationReference?)null),
            PreviousResponseId = raw.PreviousResponseId ?? (isConversation || raw.Conversation is not null ? null : options.ConversationId),
            Temperature = raw.Temperature ?? ExtraMembers.Number(options.Temperature),
            TopP = raw.TopP ?? ExtraMembers.Number(options.TopP),
            MaxOutputTokens = raw.MaxOutputTokens ?? options.MaxOutputTokens,
            Reasoning = raw.Reasoning ?? ToolsAndFormats.ReasoningOf(options.Reasoning),
            Text = raw.Text ?? (ToolsAndFormats.FormatOf(options) is { } format ? new ResponseTextOptions { Format = format } : null),
            Background = raw.Background ?? options.AllowBackgroundResponses,
            Tools = tools.Count > 0 ? tools : null,
            ToolChoice = raw.ToolChoice ?? (tools.Count > 0 ? ToolsAndFormats.ChoiceOf(options.ToolMode) : null),
            ParallelToolCalls = raw.ParallelToolCalls ?? (tools.Count > 0 ? options.AllowMultipleToolCalls : null),
        };
    }

    private static ResponseInput InputOf(ResponseInput raw, List<ResponseItem> items) =>
        raw.Text is { } text ? [new InputMessage(InputMessageRole.User, text), .. items]
        : raw.Items is { } before ? [.. before, .. items]
        : raw;

    private static string? Joined(string? first, string? second) =>
        string.IsNullOrEmpty(first) ? second : string.IsNullOrEmpty(second) ? first : $"{first}\n{second}";
}
