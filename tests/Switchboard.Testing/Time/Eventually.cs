namespace Switchboard.Testing.Time;

/// <summary>Waits for what comes by itself, in its own time.</summary>
public static class Eventually
{
    // Often at first, and then so that the asking is no load of its own.
    private static readonly TimeSpan s_firstPause = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan s_longestPause = TimeSpan.FromMilliseconds(250);

    /// <summary>Long enough for a machine that has much else to do.</summary>
    private static readonly TimeSpan s_longest = TimeSpan.FromMinutes(5);

    /// <summary>Asks again and again until the answer is yes.</summary>
    /// <exception cref="TimeoutException">It never was.</exception>
    public static async Task TrueAsync(Func<Task<bool>> isIt, string what, CancellationToken cancellationToken)
    {
        var startedAt = TimeProvider.System.GetTimestamp();
        var pause = s_firstPause;
        while (!await isIt())
        {
            if (TimeProvider.System.GetElapsedTime(startedAt) > s_longest)
            {
                throw new TimeoutException($"Waited {s_longest.TotalSeconds} s in vain for {what}.");
            }

            await Task.Delay(pause, cancellationToken);
            pause = pause * 2 < s_longestPause ? pause * 2 : s_longestPause;
        }
    }

    /// <summary>Asks again and again until the answer is yes.</summary>
    /// <exception cref="TimeoutException">It never was.</exception>
    public static Task TrueAsync(Func<bool> isIt, string what, CancellationToken cancellationToken) =>
        TrueAsync(() => Task.FromResult(isIt()), what, cancellationToken);
}
