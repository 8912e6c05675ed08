// The package marks continuation as experimental.
#pragma warning disable MEAI001
using Microsoft.Extensions.AI;
using Switchboard.Protocol.Responses;
using TextContent = Microsoft.Extensions.AI.TextContent;

namespace Switchboard.Client.ExtensionsAI;

/// <summary>Makes updates out of the events of the Responses API: texts as they come, everything else when its item is whole.</summary>
internal sealed class ResponsesUpdates
{
    private string? _responseId;
    private string? _conversationId;
    private string? _messageId;
    private string? _model;
    private DateTimeOffset? _createdAt;
    private bool _isBackground;

    public ChatResponseUpdate Of(ResponseStreamEvent told)
    {
        var update = new ChatResponseUpdate { Role = ChatRole.Assistant, RawRepresentation = told };
        Fill(update, told);
        update.ResponseId = _responseId;
        update.ConversationId = _conversationId;
        update.MessageId = _messageId;
        update.ModelId = _model;
        update.CreatedAt = _createdAt;
        return update;
    }

    private void Fill(ChatResponseUpdate update, ResponseStreamEvent told)
    {
        switch (told)
        {
            case ResponseCreatedEvent { Response: var response, SequenceNumber: var number }:
                Begin(response);
                Resume(update, number);
                break;
            case ResponseQueuedEvent { Response: var response, SequenceNumber: var number }:
                Begin(response);
                Resume(update, number);
                break;
            case ResponseInProgressEvent { Response: var response, SequenceNumber: var number }:
                Begin(response);
                Resume(update, number);
                break;
            case ResponseCompletedEvent { Response: var response }:
                End(update, response);
                break;
            case ResponseIncompleteEvent { Response: var response }:
                End(update, response);
                break;
            case ResponseFailedEvent { Response: var response }:
                End(update, response);
                break;
            default:
                AddContent(update, told);
                break;
        }
    }

    private void AddContent(ChatResponseUpdate update, ResponseStreamEvent told)
    {
        switch (told)
        {
            case ResponseTextDeltaEvent text:
                _messageId = text.ItemId;
                update.Contents.Add(new TextContent(text.Delta));
                Resume(update, text.SequenceNumber);
                break;
            case ResponseRefusalDeltaEvent refusal:
                _messageId = refusal.ItemId;
                update.Contents.Add(new ErrorContent(refusal.Delta) { ErrorCode = ToolsAndFormats.Refusal });
                Resume(update, refusal.SequenceNumber);
                break;
            case ResponseReasoningSummaryTextDeltaEvent reasoning:
                update.Contents.Add(new TextReasoningContent(reasoning.Delta));
                Resume(update, reasoning.SequenceNumber);
                break;
            case ResponseReasoningTextDeltaEvent reasoning:
                update.Contents.Add(new TextReasoningContent(reasoning.Delta));
                Resume(update, reasoning.SequenceNumber);
                break;
            case ResponseOutputTextAnnotationAddedEvent { Annotation: { } annotation } added:
                _messageId = added.ItemId;
                update.Contents.Add(new TextContent("") { Annotations = [ResponsesContents.Of(annotation)] });
                Resume(update, added.SequenceNumber);
                break;
            case ResponseOutputItemAddedEvent added:
                _messageId = (added.Item as OutputMessage)?.Id ?? _messageId;
                Resume(update, added.SequenceNumber);
                break;
            case ResponseOutputItemDoneEvent done:
                AddItem(update, done.Item);
                Resume(update, done.SequenceNumber);
                break;
        }
    }

    private static void AddItem(ChatResponseUpdate update, ResponseItem item)
    {
        switch (item)
        {
            case OutputMessage:
                // Its parts came one by one.
                break;
            case ReasoningItem reasoning:
                // So did its text; what is left is what the next request has to give back.
                update.Contents.Add(new TextReasoningContent("") { ProtectedData = reasoning.EncryptedContent, RawRepresentation = item });
                break;
            default:
                ResponsesContents.Add(update.Contents, item);
                break;
        }
    }

    private void Begin(Response response)
    {
        _responseId = response.Id;
        _conversationId = ResponsesAnswers.ConversationOf(response);
        _model = response.Model;
        _createdAt = response.CreatedAt;
        _isBackground = response.Background is true;
    }

    private void End(ChatResponseUpdate update, Response response)
    {
        Begin(response);
        update.FinishReason = ResponsesAnswers.FinishReasonOf(response);
        if (ResponsesAnswers.ErrorOf(response) is { } error)
        {
            update.Contents.Add(error);
        }

        if (ResponsesAnswers.UsageOf(response.Usage) is { } usage)
        {
            update.Contents.Add(new UsageContent(usage));
        }
    }

    private void Resume(ChatResponseUpdate update, long sequenceNumber)
    {
        if (_isBackground && _responseId is { } id)
        {
            update.ContinuationToken = new ResponseToken(id, sequenceNumber);
        }
    }
}
