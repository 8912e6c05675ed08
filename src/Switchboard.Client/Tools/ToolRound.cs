namespace Switchboard.Client.Tools;

/// <summary>One turn of a tool loop: an answer of the model and what the calls in it gave.</summary>
/// <typeparam name="T">The kind of answer.</typeparam>
public sealed class ToolRound<T>
{
    internal ToolRound(T answer, IReadOnlyList<ToolResult> results)
    {
        Answer = answer;
        Results = results;
    }

    /// <summary>The answer.</summary>
    public T Answer { get; }

    /// <summary>The results in the order of the calls; empty when there were none, or they were not run.</summary>
    public IReadOnlyList<ToolResult> Results { get; }
}
