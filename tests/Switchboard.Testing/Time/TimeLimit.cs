namespace Switchboard.Testing.Time;

/// <summary>The longest a test waits for something that should happen at once.</summary>
public static class TimeLimit
{
    /// <summary>Generous, because a busy build machine is no failure; a healthy wait takes milliseconds.</summary>
    public static readonly TimeSpan Default = TimeSpan.FromSeconds(30);

    /// <summary>Waits for the task, and says what did not happen when the limit passes.</summary>
    /// <exception cref="TimeoutException">The limit passed first.</exception>
    public static Task WithinAsync(this Task task, string what, CancellationToken cancellationToken) => task.WithinAsync(Default, what, cancellationToken);

    /// <summary>Waits for a task that is long by nature, and says what did not happen when the limit passes.</summary>
    /// <exception cref="TimeoutException">The limit passed first.</exception>
    public static async Task WithinAsync(this Task task, TimeSpan limit, string what, CancellationToken cancellationToken)
    {
        try
        {
            await task.WaitAsync(limit, cancellationToken);
        }
        catch (TimeoutException) when (!task.IsCompleted)
        {
            throw new TimeoutException($"Waited {limit.TotalSeconds} s in vain for {what}.");
        }
    }

    /// <summary>Waits for the task's value, and says what did not happen when the limit passes.</summary>
    /// <exception cref="TimeoutException">The limit passed first.</exception>
    public static async Task<T> WithinAsync<T>(this Task<T> task, string what, CancellationToken cancellationToken)
    {
        await ((Task)task).WithinAsync(what, cancellationToken);
        return await task;
    }
}
