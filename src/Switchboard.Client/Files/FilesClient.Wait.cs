using Switchboard.Client.Helpers;
using Switchboard.Protocol.Files;

namespace Switchboard.Client.Files;

public sealed partial class FilesClient
{
    private static readonly Job<OpenAIFile> s_job = new("File", job => job.Id, job => job.Status.Value);

    /// <summary>Waits until a file is processed, or could not be. Most are at once; those for fine-tuning take a while.</summary>
    /// <param name="fileId">Id of the file.</param>
    /// <param name="polling">How to wait; null for the defaults.</param>
    /// <param name="progress">Is told of the file at each look, the last included.</param>
    /// <param name="options">What each look does otherwise than the client.</param>
    /// <param name="cancellationToken">Ends the waiting; the file goes on.</param>
    /// <exception cref="JobTimeoutException">It took longer than <see cref="PollingOptions.Timeout"/>.</exception>
    /// <exception cref="JobFailedException">It failed, and <see cref="PollingOptions.ThrowsOnFailure"/> is on.</exception>
    public Task<ApiResult<OpenAIFile>> WaitAsync(string fileId, PollingOptions? polling = null, IProgress<OpenAIFile>? progress = null, CallOptions? options = null, CancellationToken cancellationToken = default) =>
        Polling.WaitAsync(_transport, s_job, token => RetrieveAsync(fileId, options: options, cancellationToken: token), polling, progress, cancellationToken);

    /// <summary>Uploads a file and waits until it is processed.</summary>
    /// <param name="request">The request.</param>
    /// <param name="polling">How to wait; null for the defaults.</param>
    /// <param name="progress">Is told of the file at each look, the last included.</param>
    /// <param name="options">What the calls do otherwise than the client.</param>
    /// <param name="cancellationToken">Ends the waiting; the file goes on.</param>
    /// <exception cref="JobTimeoutException">It took longer than <see cref="PollingOptions.Timeout"/>.</exception>
    /// <exception cref="JobFailedException">It failed, and <see cref="PollingOptions.ThrowsOnFailure"/> is on.</exception>
    public async Task<ApiResult<OpenAIFile>> CreateAndWaitAsync(UploadFileRequest request, PollingOptions? polling = null, IProgress<OpenAIFile>? progress = null, CallOptions? options = null, CancellationToken cancellationToken = default)
    {
        var begun = await CreateAsync(request, options, cancellationToken).ConfigureAwait(false);
        return await AfterAsync(begun, polling, progress, options, cancellationToken).ConfigureAwait(false);
    }

    private Task<ApiResult<OpenAIFile>> AfterAsync(ApiResult<OpenAIFile> begun, PollingOptions? polling, IProgress<OpenAIFile>? progress, CallOptions? options, CancellationToken cancellationToken) =>
        Polling.WaitAsync(_transport, s_job, begun, token => RetrieveAsync(begun.Value.Id, options: Polling.ForLooks(options), cancellationToken: token), polling, progress, cancellationToken);
}
