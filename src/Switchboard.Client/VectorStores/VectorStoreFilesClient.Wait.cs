using Switchboard.Client.Helpers;
using Switchboard.Protocol.VectorStores;

namespace Switchboard.Client.VectorStores;

public sealed partial class VectorStoreFilesClient
{
    private static readonly Job<VectorStoreFile> s_job = new("File", job => job.Id, job => job.Status.Value);

    /// <summary>Waits until a vector store has taken in a file, or could not.</summary>
    /// <param name="vectorStoreId">Id of the vector store.</param>
    /// <param name="fileId">Id of the file.</param>
    /// <param name="polling">How to wait; null for the defaults.</param>
    /// <param name="progress">Is told of the file at each look, the last included.</param>
    /// <param name="options">What each look does otherwise than the client.</param>
    /// <param name="cancellationToken">Ends the waiting; the file goes on.</param>
    /// <exception cref="JobTimeoutException">It took longer than <see cref="PollingOptions.Timeout"/>.</exception>
    /// <exception cref="JobFailedException">It failed, and <see cref="PollingOptions.ThrowsOnFailure"/> is on.</exception>
    public Task<ApiResult<VectorStoreFile>> WaitAsync(string vectorStoreId, string fileId, PollingOptions? polling = null, IProgress<VectorStoreFile>? progress = null, CallOptions? options = null, CancellationToken cancellationToken = default) =>
        Polling.WaitAsync(_transport, s_job, token => RetrieveAsync(vectorStoreId, fileId, options: options, cancellationToken: token), polling, progress, cancellationToken);

    /// <summary>Adds an uploaded file to a vector store, and waits until it is taken in.</summary>
    /// <param name="vectorStoreId">Id of the vector store.</param>
    /// <param name="request">The request.</param>
    /// <param name="polling">How to wait; null for the defaults.</param>
    /// <param name="progress">Is told of the file at each look, the last included.</param>
    /// <param name="options">What the calls do otherwise than the client.</param>
    /// <param name="cancellationToken">Ends the waiting; the file goes on.</param>
    /// <exception cref="JobTimeoutException">It took longer than <see cref="PollingOptions.Timeout"/>.</exception>
    /// <exception cref="JobFailedException">It failed, and <see cref="PollingOptions.ThrowsOnFailure"/> is on.</exception>
    public async Task<ApiResult<VectorStoreFile>> CreateAndWaitAsync(string vectorStoreId, VectorStoreFileRequest request, PollingOptions? polling = null, IProgress<VectorStoreFile>? progress = null, CallOptions? options = null, CancellationToken cancellationToken = default)
    {
        var begun = await CreateAsync(vectorStoreId, request, options, cancellationToken).ConfigureAwait(false);
        return await AfterAsync(vectorStoreId, begun, polling, progress, options, cancellationToken).ConfigureAwait(false);
    }

    private Task<ApiResult<VectorStoreFile>> AfterAsync(string vectorStoreId, ApiResult<VectorStoreFile> begun, PollingOptions? polling, IProgress<VectorStoreFile>? progress, CallOptions? options, CancellationToken cancellationToken) =>
        Polling.WaitAsync(_transport, s_job, begun, token => RetrieveAsync(vectorStoreId, begun.Value.Id, options: Polling.ForLooks(options), cancellationToken: token), polling, progress, cancellationToken);
}
