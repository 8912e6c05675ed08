using Microsoft.Extensions.AI;
using Switchboard.Protocol.Responses;
using TextContent = Microsoft.Extensions.AI.TextContent;

namespace Switchboard.Client.ExtensionsAI;

/// <summary>Makes items of the Responses API out of messages. What once came from the API goes back as it came.</summary>
internal static class ResponsesItems
{
    public static List<ResponseItem> Of(IEnumerable<ChatMessage> messages)
    {
        List<ResponseItem> items = [];
        HashSet<object> sent = new(ReferenceEqualityComparer.Instance);
        foreach (var message in messages)
        {
            Add(items, sent, message);
        }

        return items;
    }

    private static void Add(List<ResponseItem> items, HashSet<object> sent, ChatMessage message)
    {
        if (message.RawRepresentation is ResponseItem raw)
        {
            items.Add(raw);
            return;
        }

        var isAssistant = message.Role == ChatRole.Assistant;
        List<ResponseContent> parts = [];
        foreach (var content in message.Contents)
        {
            if (ItemOf(content) is { } item)
            {
                Flush(items, message, parts);
                if (sent.Add(item))
                {
                    items.Add(item);
                }
            }
            else if (PartOf(content, isAssistant) is { } part)
            {
                parts.Add(part);
            }
        }

        Flush(items, message, parts);
    }

    private static void Flush(List<ResponseItem> items, ChatMessage message, List<ResponseContent> parts)
    {
        if (parts.Count == 0)
        {
            return;
        }

        InputMessageContent content = parts is [InputTextContent { PromptCacheBreakpoint: null } only] ? only.Text : InputMessageContent.From([.. parts]);
        items.Add(new InputMessage(message.Role.Value, content));
        parts.Clear();
    }

    private static ResponseItem? ItemOf(AIContent content) => content switch
    {
        // A streamed text carries the event that it came in, a whole one its part.
        { RawRepresentation: ResponseItem raw } => raw,
        FunctionCallContent call => new FunctionToolCall(call.CallId, call.Name, ExtraMembers.ArgumentsOf(call.Arguments)),
        FunctionResultContent result => new FunctionToolCallOutput(OutputOf(result)) { CallId = result.CallId },
        TextReasoningContent reasoning => new ReasoningItem(reasoning.Text.Length > 0 ? [new SummaryTextContent(reasoning.Text)] : []) { EncryptedContent = reasoning.ProtectedData },
        ToolApprovalResponseContent { ToolCall: McpServerToolCallContent } answer => new McpApprovalResponse(answer.RequestId, answer.Approved) { Reason = answer.Reason },
        _ => null,
    };

    private static FunctionToolCallOutputValue OutputOf(FunctionResultContent result)
    {
        IEnumerable<AIContent>? contents = result.Result switch
        {
            TextContent => null,
            AIContent one => [one],
            IEnumerable<AIContent> many when many.Any(content => content is not TextContent) => many,
            _ => null,
        };
        return contents is null ? ExtraMembers.ResultOf(result) : FunctionToolCallOutputValue.From([.. contents.Select(content => PartOf(content, isAssistant: false)).OfType<ResponseContent>()]);
    }

    private static ResponseContent? PartOf(AIContent content, bool isAssistant) => content switch
    {
        { RawRepresentation: ResponseContent raw } => raw,
        TextContent text => isAssistant ? new OutputTextContent(text.Text) : new InputTextContent(text.Text),
        ErrorContent { ErrorCode: ToolsAndFormats.Refusal } refusal => new RefusalContent(refusal.Message),
        UriContent image when image.HasTopLevelMediaType("image") => new InputImageContent { ImageUrl = image.Uri.OriginalString, Detail = DetailOf(image) },
        DataContent image when image.HasTopLevelMediaType("image") => new InputImageContent { ImageUrl = image.Uri, Detail = DetailOf(image) },
        HostedFileContent image when image.MediaType is not null && image.HasTopLevelMediaType("image") => new InputImageContent { FileId = image.FileId, Detail = DetailOf(image) },
        HostedFileContent file => new InputFileContent { FileId = file.FileId },
        DataContent audio when audio.HasTopLevelMediaType("audio") => new InputAudio(new InputAudioInputAudio(audio.Data, MediaTypes.FormatOf(audio.MediaType))),
        DataContent file => new InputFileContent { FileData = file.Uri, Filename = MediaTypes.NameOf(file) },
        UriContent file => new InputFileContent { FileUrl = file.Uri.OriginalString },
        _ => null,
    };

    private static ImageDetail? DetailOf(AIContent content) =>
        content.AdditionalProperties?.TryGetValue("detail", out var detail) is true && detail?.ToString() is { } text ? text : (ImageDetail?)null;
}
