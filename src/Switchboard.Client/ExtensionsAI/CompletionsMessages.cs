using Microsoft.Extensions.AI;
using Wire = Switchboard.Protocol.Chat;

namespace Switchboard.Client.ExtensionsAI;

/// <summary>Makes messages of chat completions out of those of Microsoft.Extensions.AI.</summary>
internal static class CompletionsMessages
{
    public static List<Wire.ChatMessage> Of(IEnumerable<ChatMessage> messages, string? instructions)
    {
        List<Wire.ChatMessage> all = [];
        if (!string.IsNullOrEmpty(instructions))
        {
            all.Add(new Wire.SystemMessage(instructions));
        }

        foreach (var message in messages)
        {
            Add(all, message);
        }

        return all;
    }

    private static void Add(List<Wire.ChatMessage> all, ChatMessage message)
    {
        if (message.RawRepresentation is Wire.ChatMessage raw)
        {
            all.Add(raw);
            return;
        }

        // Each result is a message of its own here, whatever message it comes in.
        foreach (var result in message.Contents.OfType<FunctionResultContent>())
        {
            all.Add(new Wire.ToolMessage(ExtraMembers.ResultOf(result), result.CallId));
        }

        if (message.Role == ChatRole.System)
        {
            all.Add(new Wire.SystemMessage(message.Text) { Name = message.AuthorName });
        }
        else if (message.Role.Value == "developer")
        {
            all.Add(new Wire.DeveloperMessage(message.Text) { Name = message.AuthorName });
        }
        else if (message.Role == ChatRole.Assistant)
        {
            all.Add(Assistant(message));
        }
        else if (message.Role == ChatRole.User)
        {
            all.Add(new Wire.UserMessage(Contents(message)) { Name = message.AuthorName });
        }
    }

    private static Wire.AssistantMessage Assistant(ChatMessage message)
    {
        List<Wire.ChatToolCall> calls = [];
        foreach (var content in message.Contents)
        {
            if (content is FunctionCallContent call)
            {
                calls.Add(content.RawRepresentation as Wire.ChatToolCall ?? new Wire.ChatFunctionToolCall(call.CallId, new Wire.ChatFunctionCall(call.Name, ExtraMembers.ArgumentsOf(call.Arguments))));
            }
            else if (content.RawRepresentation is Wire.ChatToolCall other)
            {
                calls.Add(other);
            }
        }

        var text = message.Text;
        var refusal = message.Contents.OfType<ErrorContent>().FirstOrDefault(error => error.ErrorCode == ToolsAndFormats.Refusal)?.Message;
        return new Wire.AssistantMessage
        {
            Content = text.Length > 0 || (calls.Count == 0 && refusal is null) ? text : (Wire.AssistantMessageContent?)null,
            Refusal = refusal,
            ToolCalls = calls.Count > 0 ? calls : null,
            Audio = message.Contents.Select(content => content.RawRepresentation).OfType<Wire.ChatCompletionMessageAudio>().FirstOrDefault() is { } audio ? new Wire.AssistantMessageAudio(audio.Id) : null,
            Name = message.AuthorName,
        };
    }

    private static Wire.ChatMessageContent Contents(ChatMessage message)
    {
        if (message.Contents is [TextContent only])
        {
            return only.Text;
        }

        List<Wire.ChatContentPart> parts = [];
        foreach (var content in message.Contents)
        {
            if (PartOf(content) is { } part)
            {
                parts.Add(part);
            }
        }

        return parts;
    }

    private static Wire.ChatContentPart? PartOf(AIContent content) => content switch
    {
        { RawRepresentation: Wire.ChatContentPart raw } => raw,
        TextContent text => new Wire.ChatTextPart(text.Text),
        UriContent image when image.HasTopLevelMediaType("image") => Image(image.Uri.OriginalString, image),
        DataContent image when image.HasTopLevelMediaType("image") => Image(image.Uri, image),
        DataContent audio when audio.HasTopLevelMediaType("audio") => new Wire.ChatAudioPart(new Wire.ChatInputAudio(audio.Data, MediaTypes.FormatOf(audio.MediaType))),
        DataContent file => new Wire.ChatFilePart(new Wire.ChatFile { FileData = file.Uri, Filename = MediaTypes.NameOf(file) }),
        HostedFileContent file => new Wire.ChatFilePart(new Wire.ChatFile { FileId = file.FileId }),
        UriContent other => throw new ArgumentException($"Chat completions take no {other.MediaType} by its address: send the bytes as {nameof(DataContent)}.", nameof(content)),
        _ => null,
    };

    private static Wire.ChatImagePart Image(string url, AIContent content) =>
        new(new Wire.ChatImageUrl(url) { Detail = content.AdditionalProperties?.TryGetValue("detail", out var detail) is true && detail?.ToString() is { } text ? text : (Wire.ChatImageUrlDetail?)null });
}
