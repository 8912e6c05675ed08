using Switchboard.Client.Helpers;
using Switchboard.Protocol.VectorStores;

namespace Switchboard.Client.VectorStores;

public sealed partial class VectorStoreFileBatchesClient
{
    private static readonly Job<VectorStoreFileBatch> s_job = new("File batch", job => job.Id, job => job.Status.Value);

    /// <summary>Waits until a vector store has taken in the files of a batch, or could not.</summary>
    /// <param name="vectorStoreId">Id of the vector store.</param>
    /// <param name="batchId">Id of the batch.</param>
    /// <param name="polling">How to wait; null for the defaults.</param>
    /// <param name="progress">Is told of the batch at each look, the last included.</param>
    /// <param name="options">What each look does otherwise than the client.</param>
    /// <param name="cancellationToken">Ends the waiting; the batch goes on.</param>
    /// <exception cref="JobTimeoutException">It took longer than <see cref="PollingOptions.Timeout"/>.</exception>
    /// <exception cref="JobFailedException">It failed, and <see cref="PollingOptions.ThrowsOnFailure"/> is on.</exception>
    public Task<ApiResult<VectorStoreFileBatch>> WaitAsync(string vectorStoreId, string batchId, PollingOptions? polling = null, IProgress<VectorStoreFileBatch>? progress = null, CallOptions? options = null, CancellationToken cancellationToken = default) =>
        Polling.WaitAsync(_transport, s_job, token => RetrieveAsync(vectorStoreId, batchId, options: options, cancellationToken: token), polling, progress, cancellationToken);

    /// <summary>Adds uploaded files to a vector store, and waits until they are taken in. <see cref="VectorStoreFileBatch.FileCounts"/> tells how many failed, and <see cref="VectorStoreFileBatchFilesClient.ListAllAsync"/> which.</summary>
    /// <param name="vectorStoreId">Id of the vector store.</param>
    /// <param name="request">The request.</param>
    /// <param name="polling">How to wait; null for the defaults.</param>
    /// <param name="progress">Is told of the batch at each look, the last included.</param>
    /// <param name="options">What the calls do otherwise than the client.</param>
    /// <param name="cancellationToken">Ends the waiting; the batch goes on.</param>
    /// <exception cref="JobTimeoutException">It took longer than <see cref="PollingOptions.Timeout"/>.</exception>
    /// <exception cref="JobFailedException">It failed, and <see cref="PollingOptions.ThrowsOnFailure"/> is on.</exception>
    public async Task<ApiResult<VectorStoreFileBatch>> CreateAndWaitAsync(string vectorStoreId, VectorStoreFileBatchRequest request, PollingOptions? polling = null, IProgress<VectorStoreFileBatch>? progress = null, CallOptions? options = null, CancellationToken cancellationToken = default)
    {
        var begun = await CreateAsync(vectorStoreId, request, options, cancellationToken).ConfigureAwait(false);
        return await AfterAsync(vectorStoreId, begun, polling, progress, options, cancellationToken).ConfigureAwait(false);
    }

    private Task<ApiResult<VectorStoreFileBatch>> AfterAsync(string vectorStoreId, ApiResult<VectorStoreFileBatch> begun, PollingOptions? polling, IProgress<VectorStoreFileBatch>? progress, CallOptions? options, CancellationToken cancellationToken) =>
        Polling.WaitAsync(_transport, s_job, begun, token => RetrieveAsync(vectorStoreId, begun.Value.Id, options: Polling.ForLooks(options), cancellationToken: token), polling, progress, cancellationToken);
}
