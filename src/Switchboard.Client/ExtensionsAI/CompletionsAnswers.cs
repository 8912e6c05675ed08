// The package marks the counts of sound and text as experimental.
#pragma warning disable MEAI001
using Microsoft.Extensions.AI;
using Wire = Switchboard.Protocol.Chat;

namespace Switchboard.Client.ExtensionsAI;

/// <summary>Makes responses of Microsoft.Extensions.AI out of chat completions. Of several choices the first is told; all are in the raw representation.</summary>
internal static class CompletionsAnswers
{
    public static ChatResponse ToResponse(Wire.ChatCompletion completion, string? audioFormat)
    {
        var choice = completion.Choices.Count > 0 ? completion.Choices[0] : null;
        var message = new ChatMessage(ChatRole.Assistant, choice is null ? [] : ContentsOf(choice.Message, audioFormat)) { MessageId = completion.Id, CreatedAt = completion.Created };
        return new ChatResponse(message)
        {
            ResponseId = completion.Id,
            ModelId = completion.Model,
            CreatedAt = completion.Created,
            FinishReason = FinishReasonOf(choice?.FinishReason.Value),
            Usage = UsageOf(completion.Usage),
            RawRepresentation = completion,
        };
    }

    public static ChatFinishReason? FinishReasonOf(string? reason) => reason switch
    {
        null or "" => null,
        "function_call" => ChatFinishReason.ToolCalls,
        _ => new ChatFinishReason(reason),
    };

    public static UsageDetails? UsageOf(Wire.CompletionUsage? usage)
    {
        if (usage is null)
        {
            return null;
        }

        var details = new UsageDetails
        {
            InputTokenCount = usage.PromptTokens,
            OutputTokenCount = usage.CompletionTokens,
            TotalTokenCount = usage.TotalTokens,
            CachedInputTokenCount = usage.PromptTokensDetails?.CachedTokens,
            InputAudioTokenCount = usage.PromptTokensDetails?.AudioTokens,
            InputTextTokenCount = usage.PromptTokensDetails?.TextTokens,
            ReasoningTokenCount = usage.CompletionTokensDetails?.ReasoningTokens,
            OutputAudioTokenCount = usage.CompletionTokensDetails?.AudioTokens,
            OutputTextTokenCount = usage.CompletionTokensDetails?.TextTokens,
        };
        Count(details, "accepted_prediction_tokens", usage.CompletionTokensDetails?.AcceptedPredictionTokens);
        Count(details, "rejected_prediction_tokens", usage.CompletionTokensDetails?.RejectedPredictionTokens);
        return details;
    }

    private static void Count(UsageDetails details, string name, long? count)
    {
        if (count is > 0)
        {
            (details.AdditionalCounts ??= [])[name] = count.Value;
        }
    }

    private static List<AIContent> ContentsOf(Wire.ChatCompletionMessage message, string? audioFormat)
    {
        List<AIContent> contents = [];
        if (Chat.ChatMessageExtensions.ReasoningOf(message) is { Length: > 0 } reasoning)
        {
            contents.Add(new TextReasoningContent(reasoning));
        }

        if (message.Content is { Length: > 0 } text)
        {
            contents.Add(new TextContent(text) { Annotations = AnnotationsOf(message) });
        }

        if (message.Refusal is { Length: > 0 } refusal)
        {
            contents.Add(new ErrorContent(refusal) { ErrorCode = ToolsAndFormats.Refusal });
        }

        if (message.Audio is { } audio)
        {
            contents.Add(new DataContent(audio.Data, MediaTypes.OfAudio(audioFormat))
            {
                RawRepresentation = audio,
                AdditionalProperties = new() { ["id"] = audio.Id, ["transcript"] = audio.Transcript, ["expires_at"] = audio.ExpiresAt },
            });
        }

        foreach (var call in message.ToolCalls ?? [])
        {
            contents.Add(call is Wire.ChatFunctionToolCall function
                ? ExtraMembers.Call(function.Id, function.Function.Name, function.Function.Arguments, call)
                : new AIContent { RawRepresentation = call });
        }

        return contents;
    }

    private static List<AIAnnotation>? AnnotationsOf(Wire.ChatCompletionMessage message)
    {
        List<AIAnnotation> annotations = [];
        foreach (var annotation in message.Annotations ?? [])
        {
            var citation = annotation.UrlCitation;
            annotations.Add(new CitationAnnotation
            {
                Title = citation.Title,
                Url = Uri.TryCreate(citation.Url, UriKind.Absolute, out var url) ? url : null,
                AnnotatedRegions = [new TextSpanAnnotatedRegion { StartIndex = citation.StartIndex, EndIndex = citation.EndIndex }],
                RawRepresentation = annotation,
            });
        }

        return annotations.Count > 0 ? annotations : null;
    }
}
