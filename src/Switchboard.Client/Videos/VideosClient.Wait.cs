using Switchboard.Client.Helpers;
using Switchboard.Protocol.Videos;

namespace Switchboard.Client.Videos;

public sealed partial class VideosClient
{
    private static readonly Job<Video> s_job = new("Video", job => job.Id, job => job.Status.Value);

    /// <summary>Waits until a video is made, or could not be. <see cref="ContentAsync"/> downloads it.</summary>
    /// <param name="videoId">Id of the video.</param>
    /// <param name="polling">How to wait; null for the defaults.</param>
    /// <param name="progress">Is told of the video at each look, the last included.</param>
    /// <param name="options">What each look does otherwise than the client.</param>
    /// <param name="cancellationToken">Ends the waiting; the video goes on.</param>
    /// <exception cref="JobTimeoutException">It took longer than <see cref="PollingOptions.Timeout"/>.</exception>
    /// <exception cref="JobFailedException">It failed, and <see cref="PollingOptions.ThrowsOnFailure"/> is on.</exception>
    public Task<ApiResult<Video>> WaitAsync(string videoId, PollingOptions? polling = null, IProgress<Video>? progress = null, CallOptions? options = null, CancellationToken cancellationToken = default) =>
        Polling.WaitAsync(_transport, s_job, token => RetrieveAsync(videoId, options: options, cancellationToken: token), polling, progress, cancellationToken);

    /// <summary>Has a video made, and waits for it. <see cref="ContentAsync"/> downloads it.</summary>
    /// <param name="request">The request.</param>
    /// <param name="polling">How to wait; null for the defaults.</param>
    /// <param name="progress">Is told of the video at each look, the last included.</param>
    /// <param name="options">What the calls do otherwise than the client.</param>
    /// <param name="cancellationToken">Ends the waiting; the video goes on.</param>
    /// <exception cref="JobTimeoutException">It took longer than <see cref="PollingOptions.Timeout"/>.</exception>
    /// <exception cref="JobFailedException">It failed, and <see cref="PollingOptions.ThrowsOnFailure"/> is on.</exception>
    public async Task<ApiResult<Video>> CreateAndWaitAsync(VideoJsonRequest request, PollingOptions? polling = null, IProgress<Video>? progress = null, CallOptions? options = null, CancellationToken cancellationToken = default)
    {
        var begun = await CreateAsync(request, options, cancellationToken).ConfigureAwait(false);
        return await AfterAsync(begun, polling, progress, options, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Has a video made, and waits for it. <see cref="ContentAsync"/> downloads it.</summary>
    /// <param name="request">The request.</param>
    /// <param name="polling">How to wait; null for the defaults.</param>
    /// <param name="progress">Is told of the video at each look, the last included.</param>
    /// <param name="options">What the calls do otherwise than the client.</param>
    /// <param name="cancellationToken">Ends the waiting; the video goes on.</param>
    /// <exception cref="JobTimeoutException">It took longer than <see cref="PollingOptions.Timeout"/>.</exception>
    /// <exception cref="JobFailedException">It failed, and <see cref="PollingOptions.ThrowsOnFailure"/> is on.</exception>
    public async Task<ApiResult<Video>> CreateAndWaitAsync(VideoRequest request, PollingOptions? polling = null, IProgress<Video>? progress = null, CallOptions? options = null, CancellationToken cancellationToken = default)
    {
        var begun = await CreateAsync(request, options, cancellationToken).ConfigureAwait(false);
        return await AfterAsync(begun, polling, progress, options, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Has a video changed, and waits for it.</summary>
    /// <param name="request">The request.</param>
    /// <param name="polling">How to wait; null for the defaults.</param>
    /// <param name="progress">Is told of the video at each look, the last included.</param>
    /// <param name="options">What the calls do otherwise than the client.</param>
    /// <param name="cancellationToken">Ends the waiting; the video goes on.</param>
    /// <exception cref="JobTimeoutException">It took longer than <see cref="PollingOptions.Timeout"/>.</exception>
    /// <exception cref="JobFailedException">It failed, and <see cref="PollingOptions.ThrowsOnFailure"/> is on.</exception>
    public async Task<ApiResult<Video>> EditAndWaitAsync(VideoEditJsonRequest request, PollingOptions? polling = null, IProgress<Video>? progress = null, CallOptions? options = null, CancellationToken cancellationToken = default)
    {
        var begun = await EditAsync(request, options, cancellationToken).ConfigureAwait(false);
        return await AfterAsync(begun, polling, progress, options, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Has a video changed, and waits for it.</summary>
    /// <param name="request">The request.</param>
    /// <param name="polling">How to wait; null for the defaults.</param>
    /// <param name="progress">Is told of the video at each look, the last included.</param>
    /// <param name="options">What the calls do otherwise than the client.</param>
    /// <param name="cancellationToken">Ends the waiting; the video goes on.</param>
    /// <exception cref="JobTimeoutException">It took longer than <see cref="PollingOptions.Timeout"/>.</exception>
    /// <exception cref="JobFailedException">It failed, and <see cref="PollingOptions.ThrowsOnFailure"/> is on.</exception>
    public async Task<ApiResult<Video>> EditAndWaitAsync(VideoEditRequest request, PollingOptions? polling = null, IProgress<Video>? progress = null, CallOptions? options = null, CancellationToken cancellationToken = default)
    {
        var begun = await EditAsync(request, options, cancellationToken).ConfigureAwait(false);
        return await AfterAsync(begun, polling, progress, options, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Has a video made longer, and waits for it.</summary>
    /// <param name="request">The request.</param>
    /// <param name="polling">How to wait; null for the defaults.</param>
    /// <param name="progress">Is told of the video at each look, the last included.</param>
    /// <param name="options">What the calls do otherwise than the client.</param>
    /// <param name="cancellationToken">Ends the waiting; the video goes on.</param>
    /// <exception cref="JobTimeoutException">It took longer than <see cref="PollingOptions.Timeout"/>.</exception>
    /// <exception cref="JobFailedException">It failed, and <see cref="PollingOptions.ThrowsOnFailure"/> is on.</exception>
    public async Task<ApiResult<Video>> ExtendAndWaitAsync(VideoExtendJsonRequest request, PollingOptions? polling = null, IProgress<Video>? progress = null, CallOptions? options = null, CancellationToken cancellationToken = default)
    {
        var begun = await ExtendAsync(request, options, cancellationToken).ConfigureAwait(false);
        return await AfterAsync(begun, polling, progress, options, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Has a video made longer, and waits for it.</summary>
    /// <param name="request">The request.</param>
    /// <param name="polling">How to wait; null for the defaults.</param>
    /// <param name="progress">Is told of the video at each look, the last included.</param>
    /// <param name="options">What the calls do otherwise than the client.</param>
    /// <param name="cancellationToken">Ends the waiting; the video goes on.</param>
    /// <exception cref="JobTimeoutException">It took longer than <see cref="PollingOptions.Timeout"/>.</exception>
    /// <exception cref="JobFailedException">It failed, and <see cref="PollingOptions.ThrowsOnFailure"/> is on.</exception>
    public async Task<ApiResult<Video>> ExtendAndWaitAsync(VideoExtendRequest request, PollingOptions? polling = null, IProgress<Video>? progress = null, CallOptions? options = null, CancellationToken cancellationToken = default)
    {
        var begun = await ExtendAsync(request, options, cancellationToken).ConfigureAwait(false);
        return await AfterAsync(begun, polling, progress, options, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Has a video made anew by another description, and waits for it.</summary>
    /// <param name="videoId">Id of the video.</param>
    /// <param name="request">The request.</param>
    /// <param name="polling">How to wait; null for the defaults.</param>
    /// <param name="progress">Is told of the video at each look, the last included.</param>
    /// <param name="options">What the calls do otherwise than the client.</param>
    /// <param name="cancellationToken">Ends the waiting; the video goes on.</param>
    /// <exception cref="JobTimeoutException">It took longer than <see cref="PollingOptions.Timeout"/>.</exception>
    /// <exception cref="JobFailedException">It failed, and <see cref="PollingOptions.ThrowsOnFailure"/> is on.</exception>
    public async Task<ApiResult<Video>> RemixAndWaitAsync(string videoId, VideoRemixRequest request, PollingOptions? polling = null, IProgress<Video>? progress = null, CallOptions? options = null, CancellationToken cancellationToken = default)
    {
        var begun = await RemixAsync(videoId, request, options, cancellationToken).ConfigureAwait(false);
        return await AfterAsync(begun, polling, progress, options, cancellationToken).ConfigureAwait(false);
    }

    private Task<ApiResult<Video>> AfterAsync(ApiResult<Video> begun, PollingOptions? polling, IProgress<Video>? progress, CallOptions? options, CancellationToken cancellationToken) =>
        Polling.WaitAsync(_transport, s_job, begun, token => RetrieveAsync(begun.Value.Id, options: Polling.ForLooks(options), cancellationToken: token), polling, progress, cancellationToken);
}
