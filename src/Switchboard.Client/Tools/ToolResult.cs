namespace Switchboard.Client.Tools;

/// <summary>What the model is told about a call.</summary>
public sealed class ToolResult
{
    internal ToolResult(ToolCall call, string text)
    {
        Call = call;
        Text = text;
    }

    /// <summary>The call.</summary>
    public ToolCall Call { get; }

    /// <summary>What the model reads: the result, or an account of what went wrong.</summary>
    public string Text { get; }

    /// <summary>Whether the tool did not do what it was asked: unknown, wrong arguments, a failure, too late, over the limit.</summary>
    public bool IsError { get; internal init; }

    /// <summary>What the tool threw, in full, for the program's own eyes; null when it threw nothing.</summary>
    public Exception? Exception { get; internal init; }
}
