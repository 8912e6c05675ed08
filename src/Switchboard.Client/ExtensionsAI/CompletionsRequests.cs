using Microsoft.Extensions.AI;
using Switchboard.Protocol.Shared;
using Wire = Switchboard.Protocol.Chat;

namespace Switchboard.Client.ExtensionsAI;

/// <summary>Makes requests for chat completions of messages and options; what a raw request says goes before the options.</summary>
internal static class CompletionsRequests
{
    public static Wire.ChatCompletionRequest Of(IChatClient asker, IEnumerable<ChatMessage> messages, ChatOptions? options, string model)
    {
        ArgumentNullException.ThrowIfNull(messages);
        var wire = CompletionsMessages.Of(messages, options?.Instructions);
        if (options is null)
        {
            return new Wire.ChatCompletionRequest(wire, model);
        }

        var raw = options.RawRepresentationFactory?.Invoke(asker) as Wire.ChatCompletionRequest ?? new Wire.ChatCompletionRequest([], "");
        var request = raw with
        {
            Messages = [.. raw.Messages, .. wire],
            Model = raw.Model.Length > 0 ? raw.Model : options.ModelId ?? model,
            ReasoningEffort = raw.ReasoningEffort ?? ToolsAndFormats.EffortOf(options.Reasoning),
            ResponseFormat = raw.ResponseFormat ?? FormatOf(options),
        };
        return WithTools(WithSampling(request, options), options);
    }

    private static Wire.ChatCompletionRequest WithSampling(Wire.ChatCompletionRequest raw, ChatOptions options) => raw with
    {
        Temperature = raw.Temperature ?? ExtraMembers.Number(options.Temperature),
        TopP = raw.TopP ?? ExtraMembers.Number(options.TopP),
        FrequencyPenalty = raw.FrequencyPenalty ?? ExtraMembers.Number(options.FrequencyPenalty),
        PresencePenalty = raw.PresencePenalty ?? ExtraMembers.Number(options.PresencePenalty),
        MaxCompletionTokens = raw.MaxCompletionTokens ?? (raw.MaxTokens is null ? options.MaxOutputTokens : null),
        Seed = raw.Seed ?? options.Seed,
        Stop = raw.Stop ?? (options.StopSequences is { Count: > 0 } stops ? Wire.StopSequences.From([.. stops]) : (Wire.StopSequences?)null),
    };

    private static Wire.ChatCompletionRequest WithTools(Wire.ChatCompletionRequest raw, ChatOptions options)
    {
        var searches = options.Tools?.Any(tool => tool is HostedWebSearchTool) is true;
        raw = raw with { WebSearchOptions = raw.WebSearchOptions ?? (searches ? new Wire.ChatCompletionRequestWebSearchOptions() : null) };
        return ToolsOf(raw.Tools, options.Tools) is not { } tools ? raw : raw with
        {
            Tools = tools,
            ToolChoice = raw.ToolChoice ?? ChoiceOf(options.ToolMode),
            ParallelToolCalls = raw.ParallelToolCalls ?? options.AllowMultipleToolCalls,
        };
    }

    private static List<Wire.ChatTool>? ToolsOf(IReadOnlyList<Wire.ChatTool>? raw, IList<AITool>? tools)
    {
        List<Wire.ChatTool> all = [.. raw ?? []];
        foreach (var tool in tools ?? [])
        {
            switch (tool)
            {
                case AIFunctionDeclaration function:
                    all.Add(new Wire.ChatFunctionTool(new FunctionDefinition(function.Name)
                    {
                        Description = function.Description.Length > 0 ? function.Description : null,
                        Parameters = function.JsonSchema,
                        Strict = ExtraMembers.StrictOf(function.AdditionalProperties),
                    }));
                    break;
                case HostedWebSearchTool:
                    break;
                default:
                    throw new ArgumentException($"Chat completions do not have the tool '{tool.Name}' ({tool.GetType().Name}): {nameof(SwitchboardClient.AsResponsesChatClient)} does.", nameof(tools));
            }
        }

        return all.Count == 0 ? null : all;
    }

    private static Wire.ChatToolChoice? ChoiceOf(ChatToolMode? mode) => mode switch
    {
        NoneChatToolMode => Wire.ChatToolChoice.None,
        AutoChatToolMode => Wire.ChatToolChoice.Auto,
        RequiredChatToolMode { RequiredFunctionName: { } name } => new Wire.ChatFunctionToolChoice(new Wire.ChatFunctionName(name)),
        RequiredChatToolMode => Wire.ChatToolChoice.Required,
        _ => (Wire.ChatToolChoice?)null,
    };

    private static ResponseFormat? FormatOf(ChatOptions options) => options.ResponseFormat switch
    {
        ChatResponseFormatText => new TextResponseFormat(),
        ChatResponseFormatJson { Schema: { } schema } json => new JsonSchemaResponseFormat(new JsonSchemaFormat(json.SchemaName ?? ToolsAndFormats.SchemaName)
        {
            Schema = schema,
            Description = json.SchemaDescription,
            Strict = ExtraMembers.StrictOf(options.AdditionalProperties),
        }),
        ChatResponseFormatJson => new JsonObjectResponseFormat(),
        _ => null,
    };
}
