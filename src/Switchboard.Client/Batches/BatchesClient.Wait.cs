using Switchboard.Client.Helpers;
using Switchboard.Protocol.Batches;

namespace Switchboard.Client.Batches;

public sealed partial class BatchesClient
{
    private static readonly Job<Batch> s_job = new("Batch", job => job.Id, job => job.Status.Value);

    /// <summary>Waits until a batch is over: done, failed, expired or cancelled.</summary>
    /// <param name="batchId">Id of the batch.</param>
    /// <param name="polling">How to wait; null for the defaults.</param>
    /// <param name="progress">Is told of the batch at each look, the last included.</param>
    /// <param name="options">What each look does otherwise than the client.</param>
    /// <param name="cancellationToken">Ends the waiting; the batch goes on.</param>
    /// <exception cref="JobTimeoutException">It took longer than <see cref="PollingOptions.Timeout"/>.</exception>
    /// <exception cref="JobFailedException">It failed, and <see cref="PollingOptions.ThrowsOnFailure"/> is on.</exception>
    public Task<ApiResult<Batch>> WaitAsync(string batchId, PollingOptions? polling = null, IProgress<Batch>? progress = null, CallOptions? options = null, CancellationToken cancellationToken = default) =>
        Polling.WaitAsync(_transport, s_job, token => RetrieveAsync(batchId, options: options, cancellationToken: token), polling, progress, cancellationToken);

    /// <summary>Starts a batch and waits until it is over, up to a day.</summary>
    /// <param name="request">The request.</param>
    /// <param name="polling">How to wait; null for the defaults.</param>
    /// <param name="progress">Is told of the batch at each look, the last included.</param>
    /// <param name="options">What the calls do otherwise than the client.</param>
    /// <param name="cancellationToken">Ends the waiting; the batch goes on.</param>
    /// <exception cref="JobTimeoutException">It took longer than <see cref="PollingOptions.Timeout"/>.</exception>
    /// <exception cref="JobFailedException">It failed, and <see cref="PollingOptions.ThrowsOnFailure"/> is on.</exception>
    public async Task<ApiResult<Batch>> CreateAndWaitAsync(BatchRequest request, PollingOptions? polling = null, IProgress<Batch>? progress = null, CallOptions? options = null, CancellationToken cancellationToken = default)
    {
        var begun = await CreateAsync(request, options, cancellationToken).ConfigureAwait(false);
        return await AfterAsync(begun, polling, progress, options, cancellationToken).ConfigureAwait(false);
    }

    private Task<ApiResult<Batch>> AfterAsync(ApiResult<Batch> begun, PollingOptions? polling, IProgress<Batch>? progress, CallOptions? options, CancellationToken cancellationToken) =>
        Polling.WaitAsync(_transport, s_job, begun, token => RetrieveAsync(begun.Value.Id, options: Polling.ForLooks(options), cancellationToken: token), polling, progress, cancellationToken);
}
