// The package marks continuation as experimental.
#pragma warning disable MEAI001
using Microsoft.Extensions.AI;
using Switchboard.Protocol.Responses;

namespace Switchboard.Client.ExtensionsAI;

/// <summary>Makes responses of Microsoft.Extensions.AI out of those of the Responses API.</summary>
internal static class ResponsesAnswers
{
    public static ChatResponse ToResponse(Response response)
    {
        List<ChatMessage> messages = [];
        var message = new ChatMessage(ChatRole.Assistant, (IList<AIContent>)[]) { CreatedAt = response.CreatedAt };
        foreach (var item in response.Output)
        {
            // One message an item of that kind; what the model did before it is the message's, too.
            if (item is OutputMessage { Id: var id })
            {
                if (message.MessageId is not null)
                {
                    messages.Add(message);
                    message = new ChatMessage(ChatRole.Assistant, (IList<AIContent>)[]) { CreatedAt = response.CreatedAt };
                }

                message.MessageId = id;
            }

            ResponsesContents.Add(message.Contents, item);
        }

        if (ErrorOf(response) is { } error)
        {
            message.Contents.Add(error);
        }

        messages.Add(message);
        return new ChatResponse(messages)
        {
            ResponseId = response.Id,
            ConversationId = ConversationOf(response),
            ModelId = response.Model,
            CreatedAt = response.CreatedAt,
            FinishReason = FinishReasonOf(response),
            Usage = UsageOf(response.Usage),
            ContinuationToken = IsRunning(response) ? new ResponseToken(response.Id, sequenceNumber: null) : null,
            RawRepresentation = response,
        };
    }

    /// <summary>What the next request goes on from: the conversation, or this response; null when nothing was stored.</summary>
    public static string? ConversationOf(Response response) => response.Conversation?.Id ?? (response.Store is false ? null : response.Id);

    /// <summary>The response is made in the background and is not whole.</summary>
    public static bool IsRunning(Response response) => response.Status?.Value is "queued" or "in_progress";

    public static ErrorContent? ErrorOf(Response response) =>
        response.Error is { } error ? new ErrorContent(error.Message) { ErrorCode = error.Code.Value, RawRepresentation = error } : null;

    public static ChatFinishReason? FinishReasonOf(Response response) => (response.Status?.Value, response.IncompleteDetails?.Reason?.Value) switch
    {
        (_, "max_output_tokens") => ChatFinishReason.Length,
        (_, { Length: > 0 } reason) => new ChatFinishReason(reason),
        ("completed", _) => response.Output.Any(item => item is FunctionToolCall) ? ChatFinishReason.ToolCalls : ChatFinishReason.Stop,
        _ => null,
    };

    public static UsageDetails? UsageOf(ResponseUsage? usage) => usage is null ? null : new UsageDetails
    {
        InputTokenCount = usage.InputTokens,
        OutputTokenCount = usage.OutputTokens,
        TotalTokenCount = usage.TotalTokens,
        CachedInputTokenCount = usage.InputTokensDetails?.CachedTokens,
        ReasoningTokenCount = usage.OutputTokensDetails?.ReasoningTokens,
    };
}
