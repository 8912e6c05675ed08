using System.Globalization;
using Switchboard.Client.Transport;

namespace Switchboard.Client.Helpers;

/// <summary>Looks at a job again and again until it is over.</summary>
internal static class Polling
{
    /// <summary>What a look takes over from the call that began the job: not what was that call's own.</summary>
    public static CallOptions? ForLooks(CallOptions? options) => options is null
        ? null
        : new CallOptions { Headers = options.Headers, AddedHeaders = options.AddedHeaders, Query = options.Query, Timeout = options.Timeout, MaxRetries = options.MaxRetries };

    /// <summary>Waits for a job that was begun elsewhere.</summary>
    public static async Task<ApiResult<T>> WaitAsync<T>(
        ApiTransport transport,
        Job<T> kind,
        Func<CancellationToken, Task<ApiResult<T>>> look,
        PollingOptions? options,
        IProgress<T>? progress,
        CancellationToken cancellationToken)
        where T : class =>
        await WaitAsync(transport, kind, await look(cancellationToken).ConfigureAwait(false), look, options, progress, cancellationToken).ConfigureAwait(false);

    /// <summary>Waits for a job of which the first is known.</summary>
    public static async Task<ApiResult<T>> WaitAsync<T>(
        ApiTransport transport,
        Job<T> kind,
        ApiResult<T> result,
        Func<CancellationToken, Task<ApiResult<T>>> look,
        PollingOptions? options,
        IProgress<T>? progress,
        CancellationToken cancellationToken)
        where T : class
    {
        options ??= new PollingOptions();
        var time = transport.Options.TimeProvider;
        var start = time.GetTimestamp();
        var interval = Min(options.Interval, options.MaxInterval);
        while (true)
        {
            var job = result.Value;
            progress?.Report(job);
            if (kind.IsOver(job))
            {
                return options.ThrowsOnFailure && kind.HasFailed(job) ? throw new JobFailedException(kind.NameOf(job), kind.Status(job)!, job) : result;
            }

            var wait = AskedFor(result.Headers, transport.Options.MaxRetryAfter) ?? interval;
            if (options.Timeout != Timeout.InfiniteTimeSpan)
            {
                // The last look is at the very end of the time, not one interval before.
                var left = options.Timeout - time.GetElapsedTime(start);
                wait = left <= TimeSpan.Zero
                    ? throw new JobTimeoutException(kind.NameOf(job), kind.Status(job)!, job, options.Timeout)
                    : wait < left ? wait : left;
            }

            await Task.Delay(wait, time, cancellationToken).ConfigureAwait(false);
            interval = Min(interval * 1.5, options.MaxInterval);
            result = await look(cancellationToken).ConfigureAwait(false);
        }
    }

    // Nothing, nonsense and zero are no word to go by: zero would ask without pause.
    private static TimeSpan? AskedFor(ApiHeaders headers, TimeSpan longest) =>
        double.TryParse(headers["openai-poll-after-ms"], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var milliseconds) && milliseconds > 0
            ? Min(TimeSpan.FromMilliseconds(Math.Min(milliseconds, 1e12)), longest)
            : null;

    private static TimeSpan Min(TimeSpan left, TimeSpan right) => left < right ? left : right;
}
