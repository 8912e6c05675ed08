namespace Switchboard.Client.Tools;

/// <summary>Runs one call: whatever goes wrong in the tool is told to the model, what goes wrong in a hook is thrown.</summary>
internal sealed class ToolCallRunner(ToolLoopOptions options, IReadOnlyList<string> names)
{
    /// <summary>Asks, runs and tells.</summary>
    public async Task<ToolResult> RunAsync(Tool? tool, ToolCall call, CancellationToken cancellationToken)
    {
        ToolResult result;
        if (tool is null || tool.IsCustom != call.IsCustom)
        {
            result = Failure(call, $"There is no tool named '{call.Name}'. The tools are: {string.Join(", ", names)}.");
        }
        else if (options.BeforeCall is { } before && await before(call, cancellationToken).ConfigureAwait(false) is { } instead)
        {
            result = new ToolResult(call, instead);
        }
        else
        {
            result = await TryAsync(tool, call, cancellationToken).ConfigureAwait(false);
        }

        if (options.AfterCall is { } after)
        {
            await after(result, cancellationToken).ConfigureAwait(false);
        }

        return result;
    }

    private async Task<ToolResult> TryAsync(Tool tool, ToolCall call, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(options.CallTimeout ?? Timeout.InfiniteTimeSpan, options.TimeProvider);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeout.Token);
        try
        {
            // A tool that does not heed its token is left behind, not waited for.
            return new ToolResult(call, await tool.Handler(call.Input, either.Token).AsTask().WaitAsync(either.Token).ConfigureAwait(false));
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw;
        }
        catch (OperationCanceledException fault) when (timeout.IsCancellationRequested)
        {
            return Failure(call, "The tool took too long and was given up.", fault);
        }
        catch (ToolException fault)
        {
            return Failure(call, fault.Message, fault);
        }
        catch (Exception fault)
        {
            return Failure(call, options.ShowsErrorDetails ? $"The tool failed: {fault.Message}" : "The tool failed.", fault);
        }
    }

    private static ToolResult Failure(ToolCall call, string text, Exception? fault = null) =>
        new(call, "Error: " + text) { IsError = true, Exception = fault };
}
