using Switchboard.Client.Tools;
using Switchboard.Protocol.Chat;

namespace Switchboard.Client.Chat;

/// <summary>A tool loop of chat completions, without the sending: gives each request, takes each completion.</summary>
internal sealed class ChatToolDialogue
{
    private readonly ChatCompletionRequest _request;
    private readonly ToolRounds _loop;
    private readonly List<ChatMessage> _messages;
    private readonly List<ToolRound<ChatCompletion>> _rounds = [];
    private CompletionUsage? _usage;

    /// <exception cref="ArgumentException">The request asks for several choices or has a tool that is not in the set, or a tool needs approval that nobody gives.</exception>
    public ChatToolDialogue(ChatCompletionRequest request, ToolSet tools, ToolLoopOptions? options)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(tools);
        if (request.N > 1)
        {
            throw new ArgumentException("A tool loop follows one choice: leave N out.", nameof(request));
        }

        // What is declared in both places is the caller's own declaration of a tool in the set.
        var declared = (request.Tools ?? []).Select(NameOf).OfType<string>().ToHashSet(StringComparer.Ordinal);
        if (declared.FirstOrDefault(name => !tools.Contains(name)) is { } unknown)
        {
            throw new ArgumentException($"The request has a tool '{unknown}' that nothing would run: add it to the tool set.", nameof(request));
        }

        _loop = new ToolRounds(tools, options);
        _messages = [.. request.Messages];
        ChatTool[] all = [.. request.Tools ?? [], .. tools.ChatTools.Where(tool => NameOf(tool) is { } name && !declared.Contains(name))];
        _request = request with { Tools = all.Length > 0 ? all : null };
    }

    /// <summary>The next request.</summary>
    public ChatCompletionRequest Next() => _request with { Messages = [.. _messages], ToolChoice = NextChoice() };

    /// <summary>Takes an answer and runs its calls; false at the end.</summary>
    public async Task<bool> TakeAsync(ChatCompletion completion, CancellationToken cancellationToken)
    {
        _usage = UsageSum.Of(_usage, completion.Usage);
        var message = completion.Choices is [var choice, ..] ? choice.Message : null;
        if (message is not null)
        {
            // Servers that write an empty list of calls do not take one.
            _messages.Add(message.ToAssistantMessage());
        }

        var calls = (message?.ToolCalls ?? []).Select(CallOf).OfType<ToolCall>().ToArray();
        var results = await _loop.RunAsync(calls, cancellationToken).ConfigureAwait(false);
        _rounds.Add(new ToolRound<ChatCompletion>(completion, results ?? []));
        _messages.AddRange((results ?? []).Select(result => new ToolMessage(result.Text, result.Call.Id)));
        return results is not null;
    }

    /// <summary>What it came to.</summary>
    public ChatToolRun ToRun() => new(_rounds, _messages, _usage, _loop.End);

    private static string? NameOf(ChatTool tool) => tool switch
    {
        ChatFunctionTool function => function.Function.Name,
        ChatCustomTool custom => custom.Custom.Name,
        _ => null,
    };

    private static ToolCall? CallOf(ChatToolCall call) => call switch
    {
        ChatFunctionToolCall function => new ToolCall(function.Id, function.Function.Name, function.Function.Arguments),
        ChatCustomToolCall custom => new ToolCall(custom.Id, custom.Custom.Name, custom.Custom.Input) { IsCustom = true },
        _ => null,
    };

    private ChatToolChoice? NextChoice()
    {
        if (_loop.MustAnswer)
        {
            return ChatToolChoice.None;
        }

        return !_loop.HasRun || _request.ToolChoice is not { } choice ? _request.ToolChoice
            : choice.ChatNamedToolChoice is ChatAllowedToolsChoice { AllowedTools: var allowed } ? new ChatAllowedToolsChoice(allowed with { Mode = ChatAllowedToolsMode.Auto })
            : choice == ChatToolChoice.Required || choice.ChatNamedToolChoice is not null ? ChatToolChoice.Auto
            : choice;
    }
}
