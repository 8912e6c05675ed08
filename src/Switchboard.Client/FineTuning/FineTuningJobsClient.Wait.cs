using Switchboard.Client.Helpers;
using Switchboard.Protocol.FineTuning;

namespace Switchboard.Client.FineTuning;

public sealed partial class FineTuningJobsClient
{
    private static readonly Job<FineTuningJob> s_job = new("Fine-tuning job", job => job.Id, job => job.Status.Value);

    /// <summary>Waits until a job is over: done, failed or cancelled. A job that was paused is waited for.</summary>
    /// <param name="fineTuningJobId">Id of the job.</param>
    /// <param name="polling">How to wait; null for the defaults.</param>
    /// <param name="progress">Is told of the job at each look, the last included.</param>
    /// <param name="options">What each look does otherwise than the client.</param>
    /// <param name="cancellationToken">Ends the waiting; the job goes on.</param>
    /// <exception cref="JobTimeoutException">It took longer than <see cref="PollingOptions.Timeout"/>.</exception>
    /// <exception cref="JobFailedException">It failed, and <see cref="PollingOptions.ThrowsOnFailure"/> is on.</exception>
    public Task<ApiResult<FineTuningJob>> WaitAsync(string fineTuningJobId, PollingOptions? polling = null, IProgress<FineTuningJob>? progress = null, CallOptions? options = null, CancellationToken cancellationToken = default) =>
        Polling.WaitAsync(_transport, s_job, token => RetrieveAsync(fineTuningJobId, options: options, cancellationToken: token), polling, progress, cancellationToken);

    /// <summary>Starts a fine-tuning job and waits until it is over.</summary>
    /// <param name="request">The request.</param>
    /// <param name="polling">How to wait; null for the defaults.</param>
    /// <param name="progress">Is told of the job at each look, the last included.</param>
    /// <param name="options">What the calls do otherwise than the client.</param>
    /// <param name="cancellationToken">Ends the waiting; the job goes on.</param>
    /// <exception cref="JobTimeoutException">It took longer than <see cref="PollingOptions.Timeout"/>.</exception>
    /// <exception cref="JobFailedException">It failed, and <see cref="PollingOptions.ThrowsOnFailure"/> is on.</exception>
    public async Task<ApiResult<FineTuningJob>> CreateAndWaitAsync(FineTuningJobRequest request, PollingOptions? polling = null, IProgress<FineTuningJob>? progress = null, CallOptions? options = null, CancellationToken cancellationToken = default)
    {
        var begun = await CreateAsync(request, options, cancellationToken).ConfigureAwait(false);
        return await AfterAsync(begun, polling, progress, options, cancellationToken).ConfigureAwait(false);
    }

    private Task<ApiResult<FineTuningJob>> AfterAsync(ApiResult<FineTuningJob> begun, PollingOptions? polling, IProgress<FineTuningJob>? progress, CallOptions? options, CancellationToken cancellationToken) =>
        Polling.WaitAsync(_transport, s_job, begun, token => RetrieveAsync(begun.Value.Id, options: Polling.ForLooks(options), cancellationToken: token), polling, progress, cancellationToken);
}
