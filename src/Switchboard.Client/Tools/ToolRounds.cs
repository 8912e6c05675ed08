namespace Switchboard.Client.Tools;

/// <summary>The loop itself: runs the calls of each answer and keeps count, however the answers come.</summary>
internal sealed class ToolRounds
{
    private readonly ToolSet _tools;
    private readonly ToolLoopOptions _options;
    private int _rounds;
    private int _calls;

    /// <exception cref="ArgumentException">A tool needs approval, and there is nobody to ask.</exception>
    public ToolRounds(ToolSet tools, ToolLoopOptions? options)
    {
        _tools = tools;
        _options = options ?? ToolLoopOptions.Default;
        if (_options.BeforeCall is null && _tools.NeedingApproval is { } name)
        {
            throw new ArgumentException($"The tool '{name}' needs approval: set {nameof(ToolLoopOptions)}.{nameof(ToolLoopOptions.BeforeCall)}.", nameof(options));
        }
    }

    /// <summary>Why the loop ended.</summary>
    public ToolLoopEnd End { get; private set; }

    /// <summary>The next request has to forbid tools.</summary>
    public bool MustAnswer => _options.WithholdToolsAtLimit && Limit != ToolLoopEnd.Answered;

    /// <summary>Calls were run: a choice of tools that forces one would now go on forever.</summary>
    public bool HasRun => _rounds > 0;

    private ToolLoopEnd Limit => _rounds >= _options.MaxRounds ? ToolLoopEnd.RoundLimit
        : _calls >= _options.MaxCalls ? ToolLoopEnd.CallLimit
        : ToolLoopEnd.Answered;

    /// <summary>Runs an answer's calls; null when the loop is at its end.</summary>
    public async Task<IReadOnlyList<ToolResult>?> RunAsync(IReadOnlyList<ToolCall> calls, CancellationToken cancellationToken)
    {
        if (calls.Count == 0 || Limit != ToolLoopEnd.Answered)
        {
            End = calls.Count == 0 ? ToolLoopEnd.Answered : Limit;
            return null;
        }

        var allowed = Math.Min(calls.Count, _options.MaxCalls - _calls);
        _rounds++;
        _calls += allowed;
        var results = await _tools.InvokeAsync([.. calls.Take(allowed)], _options, cancellationToken).ConfigureAwait(false);
        var refused = calls.Skip(allowed).Select(call => new ToolResult(call, "Error: not run, the limit of tool calls is reached.") { IsError = true });
        return [.. results, .. refused];
    }
}
