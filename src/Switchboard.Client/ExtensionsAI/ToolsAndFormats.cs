using Microsoft.Extensions.AI;
using Switchboard.Protocol.Responses;
using Switchboard.Protocol.Shared;
using Wire = Switchboard.Protocol.Responses;

namespace Switchboard.Client.ExtensionsAI;

/// <summary>Tools and formats in the shapes of the Responses API.</summary>
internal static class ToolsAndFormats
{
    /// <summary>The code of an <see cref="ErrorContent"/> that holds a refusal.</summary>
    public const string Refusal = "Refusal";

    /// <summary>The name of a schema that has none: the API wants one.</summary>
    public const string SchemaName = "answer";

    public static Switchboard.Protocol.Shared.ReasoningEffort? EffortOf(Microsoft.Extensions.AI.ReasoningOptions? reasoning) => reasoning?.Effort switch
    {
        Microsoft.Extensions.AI.ReasoningEffort.None => "none",
        Microsoft.Extensions.AI.ReasoningEffort.Low => "low",
        Microsoft.Extensions.AI.ReasoningEffort.Medium => "medium",
        Microsoft.Extensions.AI.ReasoningEffort.High => "high",
        Microsoft.Extensions.AI.ReasoningEffort.ExtraHigh => "xhigh",
        _ => (Switchboard.Protocol.Shared.ReasoningEffort?)null,
    };

    public static Wire.ReasoningOptions? ReasoningOf(Microsoft.Extensions.AI.ReasoningOptions? reasoning) => reasoning is null ? null : new Wire.ReasoningOptions
    {
        Effort = EffortOf(reasoning),
        Summary = reasoning.Output switch
        {
            ReasoningOutput.Summary => "auto",
            ReasoningOutput.Full => "detailed",
            _ => (ReasoningOptionsSummary?)null,
        },
    };

    public static ResponseFormat? FormatOf(ChatOptions options) => options.ResponseFormat switch
    {
        ChatResponseFormatText => new TextResponseFormat(),
        ChatResponseFormatJson { Schema: { } schema } json => new TextJsonSchemaResponseFormat(json.SchemaName ?? SchemaName, schema)
        {
            Description = json.SchemaDescription,
            Strict = ExtraMembers.StrictOf(options.AdditionalProperties),
        },
        ChatResponseFormatJson => new JsonObjectResponseFormat(),
        _ => null,
    };

    public static ResponseToolChoice? ChoiceOf(ChatToolMode? mode) => mode switch
    {
        NoneChatToolMode => ResponseToolChoice.None,
        AutoChatToolMode => ResponseToolChoice.Auto,
        RequiredChatToolMode { RequiredFunctionName: { } name } => new FunctionToolChoice(name),
        RequiredChatToolMode => ResponseToolChoice.Required,
        _ => (ResponseToolChoice?)null,
    };

    /// <exception cref="ArgumentException">The Responses API does not have such a tool.</exception>
    public static ResponseTool Of(AITool tool) => tool switch
    {
        AIFunctionDeclaration function => new FunctionTool(function.Name)
        {
            Description = function.Description.Length > 0 ? function.Description : null,
            Parameters = function.JsonSchema,
            Strict = ExtraMembers.StrictOf(function.AdditionalProperties),
        },
        HostedWebSearchTool => new WebSearchTool(WebSearchToolType.WebSearch),
        HostedCodeInterpreterTool code => new CodeInterpreterTool(new AutoCodeInterpreterTool { FileIds = Ids<HostedFileContent>(code.Inputs, file => file.FileId) }),
        HostedFileSearchTool files => new FileSearchTool(Ids<HostedVectorStoreContent>(files.Inputs, store => store.VectorStoreId) ?? []) { MaxNumResults = files.MaximumResultCount },
        HostedMcpServerTool server => Of(server),
        HostedImageGenerationTool images => Of(images),
        _ => throw new ArgumentException($"The Responses API has no such tool as '{tool.Name}' ({tool.GetType().Name}): give its request's own type by {nameof(ChatOptions.RawRepresentationFactory)}.", nameof(tool)),
    };

    private static McpTool Of(HostedMcpServerTool server)
    {
        var isAddress = Uri.TryCreate(server.ServerAddress, UriKind.Absolute, out _);
        return new McpTool(server.ServerName)
        {
            ServerUrl = isAddress ? server.ServerAddress : null,
            ConnectorId = isAddress ? (McpToolConnectorId?)null : server.ServerAddress,
            ServerDescription = server.ServerDescription,
            Headers = server.Headers is { Count: > 0 } headers ? new Dictionary<string, string>(headers) : null,
            AllowedTools = server.AllowedTools is { } allowed ? McpAllowedTools.From([.. allowed]) : (McpAllowedTools?)null,
            RequireApproval = server.ApprovalMode switch
            {
                HostedMcpServerToolAlwaysRequireApprovalMode => McpApprovalPolicy.Always,
                HostedMcpServerToolNeverRequireApprovalMode => McpApprovalPolicy.Never,
                HostedMcpServerToolRequireSpecificApprovalMode some => new McpApprovalPolicyOptions { Always = Filter(some.AlwaysRequireApprovalToolNames), Never = Filter(some.NeverRequireApprovalToolNames) },
                _ => (McpApprovalPolicy?)null,
            },
        };
    }

    private static ImageGenTool Of(HostedImageGenerationTool images)
    {
        var options = images.Options;
        return new ImageGenTool
        {
            Model = options?.ModelId,
            Size = options?.ImageSize is { } size ? $"{size.Width}x{size.Height}" : (ImageGenToolSize?)null,
            OutputFormat = options?.MediaType is { } type ? MediaTypes.FormatOf(type) : (ImageGenToolOutputFormat?)null,
            PartialImages = options?.StreamingCount,
        };
    }

    private static McpToolFilter? Filter(IList<string>? names) => names is null ? null : new McpToolFilter { ToolNames = [.. names] };

    private static List<string>? Ids<T>(IList<AIContent>? inputs, Func<T, string> id) => inputs?.OfType<T>().Select(id).ToList();
}
