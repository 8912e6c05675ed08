using Microsoft.Extensions.AI;
using Switchboard.Protocol.Responses;
using TextContent = Microsoft.Extensions.AI.TextContent;

namespace Switchboard.Client.ExtensionsAI;

/// <summary>Makes contents out of items; an item without a content of its kind is told by its raw representation.</summary>
internal static class ResponsesContents
{
    public static void Add(IList<AIContent> contents, ResponseItem item)
    {
        switch (item)
        {
            case OutputMessage message:
                AddParts(contents, message);
                break;
            case ReasoningItem reasoning:
                contents.Add(new TextReasoningContent(TextOf(reasoning)) { ProtectedData = reasoning.EncryptedContent, RawRepresentation = item });
                break;
            case FunctionToolCall call:
                contents.Add(ExtraMembers.Call(call.CallId, call.Name, call.Arguments, item));
                break;
            case McpToolCall call:
                Add(contents, call);
                break;
            case McpApprovalRequest request:
                contents.Add(new ToolApprovalRequestContent(request.Id, Call(request.Id, request.Name, request.ServerLabel, request.Arguments, item)) { RawRepresentation = item });
                break;
            case CodeInterpreterToolCall call:
                Add(contents, call);
                break;
            case ImageGenToolCall call:
                Add(contents, call);
                break;
            case WebSearchToolCall call:
                contents.Add(new WebSearchToolCallContent(call.Id) { Queries = (call.Action as WebSearchActionSearch)?.Queries?.ToList(), RawRepresentation = item });
                break;
            default:
                contents.Add(new AIContent { RawRepresentation = item });
                break;
        }
    }

    /// <summary>The citations of a text; null for none.</summary>
    public static List<AIAnnotation>? AnnotationsOf(IReadOnlyList<OutputTextAnnotation>? annotations) =>
        annotations is { Count: > 0 } ? annotations.Select(Of).ToList() : null;

    public static AIAnnotation Of(OutputTextAnnotation annotation) => annotation switch
    {
        UrlCitation citation => new CitationAnnotation
        {
            Title = citation.Title,
            Url = Uri.TryCreate(citation.Url, UriKind.Absolute, out var url) ? url : null,
            AnnotatedRegions = Region(citation.StartIndex, citation.EndIndex),
            RawRepresentation = annotation,
        },
        ContainerFileCitation file => new CitationAnnotation { Title = file.Filename, FileId = file.FileId, AnnotatedRegions = Region(file.StartIndex, file.EndIndex), RawRepresentation = annotation },
        FileCitation file => new CitationAnnotation { Title = file.Filename, FileId = file.FileId, RawRepresentation = annotation },
        FilePathAnnotation file => new CitationAnnotation { FileId = file.FileId, RawRepresentation = annotation },
        _ => new AIAnnotation { RawRepresentation = annotation },
    };

    private static void AddParts(IList<AIContent> contents, OutputMessage message)
    {
        foreach (var part in message.Content)
        {
            contents.Add(part switch
            {
                OutputTextContent text => new TextContent(text.Text) { Annotations = AnnotationsOf(text.Annotations), RawRepresentation = part },
                RefusalContent refusal => new ErrorContent(refusal.Refusal) { ErrorCode = ToolsAndFormats.Refusal, RawRepresentation = part },
                _ => new AIContent { RawRepresentation = part },
            });
        }
    }

    private static string TextOf(ReasoningItem reasoning) =>
        reasoning.Content is { Count: > 0 } content ? string.Concat(content.Select(part => part.Text)) : string.Join("\n\n", reasoning.Summary.Select(part => part.Text));

    private static McpServerToolCallContent Call(string id, string name, string server, string arguments, ResponseItem item) =>
        new(id, name, server) { Arguments = ExtraMembers.Arguments(arguments), RawRepresentation = item };

    private static void Add(IList<AIContent> contents, McpToolCall call)
    {
        contents.Add(Call(call.Id, call.Name, call.ServerLabel, call.Arguments, call));
        AIContent? result = call.Error is { } error ? new ErrorContent(Protocol.Json.WireJson.SerializeToString(error)) { RawRepresentation = error }
            : call.Output is { } output ? new TextContent(output)
            : null;
        contents.Add(new McpServerToolResultContent(call.Id) { Outputs = result is null ? null : [result], RawRepresentation = call });
    }

    private static void Add(IList<AIContent> contents, CodeInterpreterToolCall call)
    {
        contents.Add(new CodeInterpreterToolCallContent(call.Id)
        {
            Inputs = call.Code is { Length: > 0 } code ? [new DataContent(System.Text.Encoding.UTF8.GetBytes(code), "text/x-python")] : null,
            RawRepresentation = call,
        });
        contents.Add(new CodeInterpreterToolResultContent(call.Id) { Outputs = call.Outputs?.Select(Of).ToList(), RawRepresentation = call });
    }

    private static AIContent Of(CodeInterpreterToolCallOutput output) => output switch
    {
        CodeInterpreterOutputLogs logs => new TextContent(logs.Logs) { RawRepresentation = output },
        CodeInterpreterOutputImage image when Uri.TryCreate(image.Url, UriKind.Absolute, out var url) => new UriContent(url, "image/png") { RawRepresentation = output },
        _ => new AIContent { RawRepresentation = output },
    };

    private static void Add(IList<AIContent> contents, ImageGenToolCall call)
    {
        contents.Add(new ImageGenerationToolCallContent(call.Id) { RawRepresentation = call });
        if (call.Result is { } image)
        {
            contents.Add(new ImageGenerationToolResultContent(call.Id) { Outputs = [new DataContent(image, $"image/{call.OutputFormat ?? "png"}")], RawRepresentation = call });
        }
    }

    private static List<AnnotatedRegion> Region(int start, int end) => [new TextSpanAnnotatedRegion { StartIndex = start, EndIndex = end }];
}
