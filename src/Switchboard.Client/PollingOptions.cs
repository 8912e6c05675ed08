using System.Runtime.CompilerServices;

namespace Switchboard.Client;

/// <summary>How a job that takes its time is waited for. A server's own word on when to ask again (<c>openai-poll-after-ms</c>) goes before the intervals, up to <see cref="SwitchboardClientOptions.MaxRetryAfter"/>.</summary>
public sealed record PollingOptions
{
    /// <summary>The wait before the second look; each later one is half as long again. 1 second by default.</summary>
    public TimeSpan Interval { get; init => field = Positive(value); } = TimeSpan.FromSeconds(1);

    /// <summary>The longest wait that the client chooses by itself. 30 seconds by default.</summary>
    public TimeSpan MaxInterval { get; init => field = Positive(value); } = TimeSpan.FromSeconds(30);

    /// <summary>The most that the job is waited for, after which a <see cref="JobTimeoutException"/> is thrown and the job goes on. No limit by default.</summary>
    public TimeSpan Timeout { get; init => field = value == System.Threading.Timeout.InfiniteTimeSpan ? value : Positive(value); } = System.Threading.Timeout.InfiniteTimeSpan;

    /// <summary>
    /// Throws a <see cref="JobFailedException"/> for a job that failed, expired or was cancelled. Off by default: such a job is an
    /// answer like any other, which says what went wrong and often has results of use.
    /// </summary>
    public bool ThrowsOnFailure { get; init; }

    private static TimeSpan Positive(TimeSpan value, [CallerMemberName] string name = "")
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(value, TimeSpan.Zero, name);
        return value;
    }
}
