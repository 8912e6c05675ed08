using Switchboard.Client.Tools;
using Switchboard.Protocol.Responses;

namespace Switchboard.Client.Responses;

/// <summary>A tool loop of responses, without the sending: gives each request, takes each response.</summary>
/// <remarks>
/// Where the server keeps the conversation, only the results are sent (<c>previous_response_id</c>, or the request's conversation);
/// with <c>store: false</c> the whole conversation is sent again, reasoning included where it came encrypted.
/// </remarks>
internal sealed class ResponseToolDialogue
{
    private readonly ResponseRequest _request;
    private readonly ToolRounds _loop;
    private readonly List<ResponseItem> _items;
    private readonly List<ToolRound<Response>> _rounds = [];
    private IReadOnlyList<ResponseItem> _news = [];
    private ResponseUsage? _usage;

    /// <exception cref="ArgumentException">The request has a tool that is not in the set or an input of an unknown form, or a tool needs approval that nobody gives.</exception>
    public ResponseToolDialogue(ResponseRequest request, ToolSet tools, ToolLoopOptions? options)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(tools);
        var declared = (request.Tools ?? []).Select(NameOf).OfType<string>().ToHashSet(StringComparer.Ordinal);
        if (declared.FirstOrDefault(name => !tools.Contains(name)) is { } unknown)
        {
            throw new ArgumentException($"The request has a tool '{unknown}' that nothing would run: add it to the tool set.", nameof(request));
        }

        _loop = new ToolRounds(tools, options);
        _items = ItemsOf(request.Input);
        ResponseTool[] all = [.. request.Tools ?? [], .. tools.ResponseTools.Where(tool => NameOf(tool) is { } name && !declared.Contains(name))];
        _request = request with { Tools = all.Length > 0 ? all : null };
    }

    /// <summary>The next request.</summary>
    public ResponseRequest Next()
    {
        if (!_loop.HasRun)
        {
            return _request;
        }

        var next = _request with { ToolChoice = NextChoice() };
        return _request.Conversation is not null ? next with { Input = ResponseInput.From(_news) }
            : IsStored ? next with { Input = ResponseInput.From(_news), PreviousResponseId = _rounds[^1].Answer.Id }
            : next with { Input = ResponseInput.From([.. _items.Where(CanBeSentAgain)]) };
    }

    /// <summary>Takes a response and runs its calls; false at the end.</summary>
    public async Task<bool> TakeAsync(Response response, CancellationToken cancellationToken)
    {
        _usage = UsageSum.Of(_usage, response.Usage);
        _items.AddRange(response.ToInputItems());
        var calls = response.Output.Select(CallOf).OfType<ToolCall>().ToArray();
        var results = await _loop.RunAsync(calls, cancellationToken).ConfigureAwait(false);
        _rounds.Add(new ToolRound<Response>(response, results ?? []));
        _news = [.. (results ?? []).Select(ItemOf)];
        _items.AddRange(_news);
        return results is not null;
    }

    /// <summary>What it came to.</summary>
    public ResponseToolRun ToRun() => new(_rounds, _items, _usage, _loop.End);

    // The server has the last word: an organisation without data retention keeps nothing, whatever was asked.
    private bool IsStored => _rounds[^1].Answer is { Id.Length: > 0 } last && (last.Store ?? _request.Store ?? true);

    private static List<ResponseItem> ItemsOf(ResponseInput? input) => input switch
    {
        null => [],
        { Items: { } items } => [.. items],
        { Text: { } text } => [new InputMessage(InputMessageRole.User, text)],
        _ => throw new ArgumentException("The input is neither text nor a list of items."),
    };

    private static string? NameOf(ResponseTool tool) => tool switch
    {
        FunctionTool function => function.Name,
        CustomTool custom => custom.Name,
        _ => null,
    };

    private static ToolCall? CallOf(ResponseItem item) => item switch
    {
        FunctionToolCall function => new ToolCall(function.CallId, function.Name, function.Arguments),
        CustomToolCall custom => new ToolCall(custom.CallId, custom.Name, custom.Input) { IsCustom = true },
        _ => null,
    };

    private static ResponseItem ItemOf(ToolResult result) => result.Call.IsCustom
        ? new CustomToolCallOutput(result.Call.Id, result.Text)
        : new FunctionToolCallOutput(result.Text) { CallId = result.Call.Id };

    // A server that keeps nothing knows reasoning only by what is encrypted in it.
    private static bool CanBeSentAgain(ResponseItem item) => item is not ReasoningItem reasoning || reasoning.EncryptedContent is not null;

    private ResponseToolChoice? NextChoice()
    {
        if (_loop.MustAnswer)
        {
            return ResponseToolChoice.None;
        }

        return _request.ToolChoice is not { } choice ? _request.ToolChoice
            : choice.ResponseNamedToolChoice is AllowedToolsChoice allowed ? allowed with { Mode = AllowedToolsChoiceMode.Auto }
            : choice == ResponseToolChoice.Required || choice.ResponseNamedToolChoice is not null ? ResponseToolChoice.Auto
            : choice;
    }
}
