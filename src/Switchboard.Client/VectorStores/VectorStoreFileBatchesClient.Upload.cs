using System.Collections.Concurrent;
using Switchboard.Client.Files;
using Switchboard.Client.Helpers;
using Switchboard.Protocol.Files;
using Switchboard.Protocol.Multipart;
using Switchboard.Protocol.VectorStores;

namespace Switchboard.Client.VectorStores;

public sealed partial class VectorStoreFileBatchesClient
{
    /// <summary>Uploads files, several at the same time, adds them to a vector store as one batch, and waits until they are taken in.</summary>
    /// <remarks><see cref="VectorStoreFileBatch.FileCounts"/> tells how many the store could not take in, and <see cref="VectorStoreFileBatchFilesClient.ListAllAsync"/> which and why.</remarks>
    /// <param name="vectorStoreId">Id of the vector store.</param>
    /// <param name="files">The files, taken from the sequence as senders are free.</param>
    /// <param name="upload">What the files are for, their chunks and attributes; null for the defaults.</param>
    /// <param name="polling">How to wait; null for the defaults.</param>
    /// <param name="progress">Is told of the batch at each look, the last included.</param>
    /// <param name="options">What the calls do otherwise than the client.</param>
    /// <param name="cancellationToken">Ends the uploads or the waiting.</param>
    /// <exception cref="ArgumentException">There is no file.</exception>
    /// <exception cref="FileUploadsException">Some files could not be uploaded; it names them all.</exception>
    /// <exception cref="JobTimeoutException">It took longer than <see cref="PollingOptions.Timeout"/>.</exception>
    /// <exception cref="JobFailedException">The batch failed, and <see cref="PollingOptions.ThrowsOnFailure"/> is on.</exception>
    public async Task<ApiResult<VectorStoreFileBatch>> UploadAndWaitAsync(string vectorStoreId, IEnumerable<UploadFile> files, VectorStoreUploadOptions? upload = null, PollingOptions? polling = null, IProgress<VectorStoreFileBatch>? progress = null, CallOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(vectorStoreId);
        ArgumentNullException.ThrowIfNull(files);
        upload ??= new VectorStoreUploadOptions();
        var ids = await UploadAllAsync(files, upload, Polling.ForLooks(options), cancellationToken).ConfigureAwait(false);
        if (ids.Count + upload.FileIds.Count == 0)
        {
            throw new ArgumentException("There is no file to add to the vector store.", nameof(files));
        }

        return await CreateAndWaitAsync(
            vectorStoreId,
            new VectorStoreFileBatchRequest { FileIds = [.. upload.FileIds, .. ids], ChunkingStrategy = upload.ChunkingStrategy, Attributes = upload.Attributes },
            polling,
            progress,
            options,
            cancellationToken).ConfigureAwait(false);
    }

    private async Task<IReadOnlyList<string>> UploadAllAsync(IEnumerable<UploadFile> files, VectorStoreUploadOptions upload, CallOptions? options, CancellationToken cancellationToken)
    {
        var target = new FilesClient(_transport);
        var done = new ConcurrentDictionary<int, string>();
        var failed = new ConcurrentDictionary<int, (UploadFile File, Exception Fault)>();
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = upload.Parallelism, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(files.Index(), parallel, async (file, token) =>
        {
            try
            {
                var request = new UploadFileRequest(file.Item, upload.Purpose) { ExpiresAfter = upload.ExpiresAfter };
                done[file.Index] = (await target.CreateAsync(request, options, token).ConfigureAwait(false)).Value.Id;
            }
            catch (Exception fault) when (fault is ApiException or IOException or UnauthorizedAccessException)
            {
                failed[file.Index] = (file.Item, fault);
            }
        }).ConfigureAwait(false);
        IReadOnlyList<string> ids = [.. done.OrderBy(item => item.Key).Select(item => item.Value)];
        return failed.IsEmpty ? ids : throw new FileUploadsException([.. failed.OrderBy(item => item.Key).Select(item => item.Value)], ids);
    }
}
