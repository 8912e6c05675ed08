namespace Switchboard.Client.Tools;

/// <summary>How calls of tools are run, and how many.</summary>
public sealed record ToolLoopOptions
{
    /// <summary>How many times the model may ask for calls; after that it is asked once more for its answer. 1 or more, 10 by default.</summary>
    public int MaxRounds { get; init => field = AtLeastOne(value, nameof(MaxRounds)); } = 10;

    /// <summary>How many calls are run in all; the model is told that further ones of the round were not, and is asked once more for its answer. 1 or more, 100 by default.</summary>
    public int MaxCalls { get; init => field = AtLeastOne(value, nameof(MaxCalls)); } = 100;

    /// <summary>How many calls of one round run at a time; 1 runs them in their order. 8 by default.</summary>
    public int MaxParallelCalls { get; init => field = AtLeastOne(value, nameof(MaxParallelCalls)); } = 8;

    /// <summary>The last request, after a limit was reached, says <c>tool_choice: none</c>, so that the model has to answer. True by default.</summary>
    public bool WithholdToolsAtLimit { get; init; } = true;

    /// <summary>How long one call may take; it is then given up, and its token cancelled. Null by default: as long as it takes.</summary>
    public TimeSpan? CallTimeout { get; init; }

    /// <summary>The model is also told the message of an exception that a tool throws, never its stack. False by default: messages may hold what is not for the model.</summary>
    public bool ShowsErrorDetails { get; init; }

    /// <summary>Asked before a tool is called: null lets it be called, a text is given to the model in its place (refused, known already). Required for tools that need approval.</summary>
    /// <remarks>Called by several calls at a time unless <see cref="MaxParallelCalls"/> is 1. What it throws ends the loop.</remarks>
    public Func<ToolCall, CancellationToken, ValueTask<string?>>? BeforeCall { get; init; }

    /// <summary>Told each result. What it throws ends the loop.</summary>
    public Func<ToolResult, CancellationToken, ValueTask>? AfterCall { get; init; }

    /// <summary>The time that <see cref="CallTimeout"/> is measured with.</summary>
    internal TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    internal static ToolLoopOptions Default { get; } = new();

    private static int AtLeastOne(int value, string name)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(value, name);
        return value;
    }
}
