namespace Switchboard.Testing.Time;

/// <summary>Asks again and again until something is as it should be, for what nobody tells when it happens.</summary>
public static class Poll
{
    // Often at first, and then so that the asking is no load of its own.
    private static readonly TimeSpan s_firstPause = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan s_longestPause = TimeSpan.FromMilliseconds(250);

    // Long enough for a machine that has much else to do.
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(3);

    /// <summary>Waits until something holds.</summary>
    /// <exception cref="TimeoutException">It did not come to hold.</exception>
    public static Task UntilAsync(Func<bool> holds, string what, CancellationToken cancellationToken) =>
        UntilAsync(() => Task.FromResult(holds()), what, cancellationToken);

    /// <summary>Waits until something holds that takes a question to know.</summary>
    /// <exception cref="TimeoutException">It did not come to hold.</exception>
    public static Task UntilAsync(Func<Task<bool>> holds, string what, CancellationToken cancellationToken) =>
        ForAsync(holds, static isSo => isSo, what, cancellationToken);

    /// <summary>Reads until what is read is as it should be, and gives that.</summary>
    /// <exception cref="TimeoutException">It did not come to be so.</exception>
    public static async Task<T> ForAsync<T>(Func<Task<T>> read, Predicate<T> isIt, string what, CancellationToken cancellationToken)
    {
        var started = TimeProvider.System.GetTimestamp();
        var pause = s_firstPause;
        while (true)
        {
            var value = await read();
            if (isIt(value))
            {
                return value;
            }

            if (TimeProvider.System.GetElapsedTime(started) > s_limit)
            {
                throw new TimeoutException($"Waited {s_limit.TotalSeconds} s in vain for {what}; last there was {value}.");
            }

            await Task.Delay(pause, cancellationToken);
            pause = pause * 2 < s_longestPause ? pause * 2 : s_longestPause;
        }
    }
}
