using Switchboard.Protocol.Errors;

namespace Switchboard.Client.Transport;

/// <summary>Whether an attempt that failed is followed by another, and after how long.</summary>
/// <remarks>The table of what others do is in docs/client.md.</remarks>
internal sealed class RetryPolicy(TimeSpan longestAsked, TimeProvider time)
{
    private static readonly TimeSpan s_first = TimeSpan.FromSeconds(0.5);
    private static readonly TimeSpan s_longest = TimeSpan.FromSeconds(8);

    /// <summary>How long to wait before attempt number <paramref name="attempt"/> (the first retry is 1); null for never.</summary>
    public TimeSpan? DelayAfter(ApiException fault, int attempt)
    {
        if (fault is not ApiStatusException answer)
        {
            return fault is ApiConnectionException { IsTransient: true } ? BackOff(attempt) : null;
        }

        if (!IsWorthIt(answer))
        {
            return null;
        }

        return RetryAfter.Read(answer.Headers, time.GetUtcNow()) switch
        {
            null => BackOff(attempt),
            { } asked when asked > longestAsked => null,
            { } asked => asked,
        };
    }

    // No quota comes back by waiting, whatever the headers say; else the server's own word ranks first.
    private static bool IsWorthIt(ApiStatusException answer) =>
        answer.Kind is not ApiErrorKind.InsufficientQuota && (answer.Headers["x-should-retry"] switch
        {
            "true" => true,
            "false" => false,
            _ => answer.Status is 408 or 409 or 429 or >= 500,
        });

    // Half a second doubled up to eight, less up to a quarter: clients that failed together do not come back together.
    private static TimeSpan BackOff(int attempt)
    {
        var doubled = s_first * Math.Pow(2, Math.Min(attempt - 1, 10));
        return (doubled < s_longest ? doubled : s_longest) * (1 - (Random.Shared.NextDouble() / 4));
    }
}
