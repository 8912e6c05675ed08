using Switchboard.Client.Helpers;
using Switchboard.Protocol.VectorStores;

namespace Switchboard.Client.VectorStores;

public sealed partial class VectorStoresClient
{
    private static readonly Job<VectorStore> s_job = new("Vector store", job => job.Id, job => job.Status.Value);

    /// <summary>Waits until a vector store has taken in its files, or has expired.</summary>
    /// <param name="vectorStoreId">Id of the vector store.</param>
    /// <param name="polling">How to wait; null for the defaults.</param>
    /// <param name="progress">Is told of the store at each look, the last included.</param>
    /// <param name="options">What each look does otherwise than the client.</param>
    /// <param name="cancellationToken">Ends the waiting; the store goes on.</param>
    /// <exception cref="JobTimeoutException">It took longer than <see cref="PollingOptions.Timeout"/>.</exception>
    /// <exception cref="JobFailedException">It failed, and <see cref="PollingOptions.ThrowsOnFailure"/> is on.</exception>
    public Task<ApiResult<VectorStore>> WaitAsync(string vectorStoreId, PollingOptions? polling = null, IProgress<VectorStore>? progress = null, CallOptions? options = null, CancellationToken cancellationToken = default) =>
        Polling.WaitAsync(_transport, s_job, token => RetrieveAsync(vectorStoreId, options: options, cancellationToken: token), polling, progress, cancellationToken);

    /// <summary>Makes a vector store and waits until it has taken in its files.</summary>
    /// <param name="request">The request.</param>
    /// <param name="polling">How to wait; null for the defaults.</param>
    /// <param name="progress">Is told of the store at each look, the last included.</param>
    /// <param name="options">What the calls do otherwise than the client.</param>
    /// <param name="cancellationToken">Ends the waiting; the store goes on.</param>
    /// <exception cref="JobTimeoutException">It took longer than <see cref="PollingOptions.Timeout"/>.</exception>
    /// <exception cref="JobFailedException">It failed, and <see cref="PollingOptions.ThrowsOnFailure"/> is on.</exception>
    public async Task<ApiResult<VectorStore>> CreateAndWaitAsync(VectorStoreRequest request, PollingOptions? polling = null, IProgress<VectorStore>? progress = null, CallOptions? options = null, CancellationToken cancellationToken = default)
    {
        var begun = await CreateAsync(request, options, cancellationToken).ConfigureAwait(false);
        return await AfterAsync(begun, polling, progress, options, cancellationToken).ConfigureAwait(false);
    }

    private Task<ApiResult<VectorStore>> AfterAsync(ApiResult<VectorStore> begun, PollingOptions? polling, IProgress<VectorStore>? progress, CallOptions? options, CancellationToken cancellationToken) =>
        Polling.WaitAsync(_transport, s_job, begun, token => RetrieveAsync(begun.Value.Id, options: Polling.ForLooks(options), cancellationToken: token), polling, progress, cancellationToken);
}
