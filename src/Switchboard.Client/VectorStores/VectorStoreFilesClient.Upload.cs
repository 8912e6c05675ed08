using Switchboard.Client.Files;
using Switchboard.Client.Helpers;
using Switchboard.Protocol.Files;
using Switchboard.Protocol.Multipart;
using Switchboard.Protocol.VectorStores;

namespace Switchboard.Client.VectorStores;

public sealed partial class VectorStoreFilesClient
{
    /// <summary>Uploads a file, adds it to a vector store, and waits until it is taken in.</summary>
    /// <param name="vectorStoreId">Id of the vector store.</param>
    /// <param name="file">The file.</param>
    /// <param name="upload">What the file is for, its chunks and attributes; null for the defaults.</param>
    /// <param name="polling">How to wait; null for the defaults.</param>
    /// <param name="progress">Is told of the file at each look, the last included.</param>
    /// <param name="options">What the calls do otherwise than the client.</param>
    /// <param name="cancellationToken">Ends the upload or the waiting.</param>
    /// <exception cref="JobTimeoutException">It took longer than <see cref="PollingOptions.Timeout"/>.</exception>
    /// <exception cref="JobFailedException">It failed, and <see cref="PollingOptions.ThrowsOnFailure"/> is on.</exception>
    public async Task<ApiResult<VectorStoreFile>> UploadAndWaitAsync(string vectorStoreId, UploadFile file, VectorStoreUploadOptions? upload = null, PollingOptions? polling = null, IProgress<VectorStoreFile>? progress = null, CallOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(vectorStoreId);
        ArgumentNullException.ThrowIfNull(file);
        upload ??= new VectorStoreUploadOptions();
        var request = new UploadFileRequest(file, upload.Purpose) { ExpiresAfter = upload.ExpiresAfter };
        var uploaded = await new FilesClient(_transport).CreateAsync(request, Polling.ForLooks(options), cancellationToken).ConfigureAwait(false);
        return await CreateAndWaitAsync(
            vectorStoreId,
            new VectorStoreFileRequest(uploaded.Value.Id) { ChunkingStrategy = upload.ChunkingStrategy, Attributes = upload.Attributes },
            polling,
            progress,
            options,
            cancellationToken).ConfigureAwait(false);
    }
}
