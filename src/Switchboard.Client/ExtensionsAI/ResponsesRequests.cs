// The package marks background responses as experimental.
#pragma warning disable MEAI001
using Microsoft.Extensions.AI;
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
        var request = raw with
        {
            Model = raw.Model ?? options.ModelId ?? model,
            Input = raw.Input is { } input ? InputOf(input, items) : items,
            Instructions = Joined(raw.Instructions, options.Instructions),
            Temperature = raw.Temperature ?? ExtraMembers.Number(options.Temperature),
            TopP = raw.TopP ?? ExtraMembers.Number(options.TopP),
            MaxOutputTokens = raw.MaxOutputTokens ?? options.MaxOutputTokens,
            Reasoning = raw.Reasoning ?? ToolsAndFormats.ReasoningOf(options.Reasoning),
            Background = raw.Background ?? options.AllowBackgroundResponses,
        };
        return WithTools(WithConversation(request, options), options);
    }

    private static ResponseRequest WithConversation(ResponseRequest raw, ChatOptions options)
    {
        raw = raw with { Text = raw.Text ?? (ToolsAndFormats.FormatOf(options) is { } format ? new ResponseTextOptions { Format = format } : null) };
        return options.ConversationId is not { } id || raw.Conversation is not null || raw.PreviousResponseId is not null ? raw
            : id.StartsWith("conv_", StringComparison.Ordinal) ? raw with { Conversation = id }
            : raw with { PreviousResponseId = id };
    }

    private static ResponseRequest WithTools(ResponseRequest raw, ChatOptions options)
    {
        List<ResponseTool> tools = [.. raw.Tools ?? [], .. (options.Tools ?? []).Select(ToolsAndFormats.Of)];
        return tools.Count == 0 ? raw : raw with
        {
            Tools = tools,
            ToolChoice = raw.ToolChoice ?? ToolsAndFormats.ChoiceOf(options.ToolMode),
            ParallelToolCalls = raw.ParallelToolCalls ?? options.AllowMultipleToolCalls,
        };
    }

    private static ResponseInput InputOf(ResponseInput raw, List<ResponseItem> items) =>
        raw.Text is { } text ? [new InputMessage(InputMessageRole.User, text), .. items]
        : raw.Items is { } before ? [.. before, .. items]
        : raw;

    private static string? Joined(string? first, string? second) =>
        string.IsNullOrEmpty(first) ? second : string.IsNullOrEmpty(second) ? first : $"{first}\n{second}";
}
