using Switchboard.Client.Helpers;
using Switchboard.Protocol.Responses;

namespace Switchboard.Client.Responses;

public sealed partial class ResponsesClient
{
    private static readonly Job<Response> s_job = new("Response", job => job.Id, job => job.Status?.Value);

    /// <summary>Waits until a response that is made in the background is whole, or has failed.</summary>
    /// <param name="responseId">Id of the response.</param>
    /// <param name="polling">How to wait; null for the defaults.</param>
    /// <param name="progress">Is told of the response at each look, the last included.</param>
    /// <param name="options">What each look does otherwise than the client.</param>
    /// <param name="cancellationToken">Ends the waiting; the response goes on.</param>
    /// <exception cref="JobTimeoutException">It took longer than <see cref="PollingOptions.Timeout"/>.</exception>
    /// <exception cref="JobFailedException">It failed, and <see cref="PollingOptions.ThrowsOnFailure"/> is on.</exception>
    public Task<ApiResult<Response>> WaitAsync(string responseId, PollingOptions? polling = null, IProgress<Response>? progress = null, CallOptions? options = null, CancellationToken cancellationToken = default) =>
        Polling.WaitAsync(_transport, s_job, token => RetrieveAsync(responseId, options: options, cancellationToken: token), polling, progress, cancellationToken);

    /// <summary>Has a response made in the background, and waits for it: for answers that take longer than a connection should.</summary>
    /// <param name="request">The request.</param>
    /// <param name="polling">How to wait; null for the defaults.</param>
    /// <param name="progress">Is told of the response at each look, the last included.</param>
    /// <param name="options">What the calls do otherwise than the client.</param>
    /// <param name="cancellationToken">Ends the waiting; the response goes on.</param>
    /// <exception cref="JobTimeoutException">It took longer than <see cref="PollingOptions.Timeout"/>.</exception>
    /// <exception cref="JobFailedException">It failed, and <see cref="PollingOptions.ThrowsOnFailure"/> is on.</exception>
    public async Task<ApiResult<Response>> CreateAndWaitAsync(ResponseRequest request, PollingOptions? polling = null, IProgress<Response>? progress = null, CallOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        var begun = await CreateAsync(request with { Background = request.Background ?? true }, options, cancellationToken).ConfigureAwait(false);
        return await AfterAsync(begun, polling, progress, options, cancellationToken).ConfigureAwait(false);
    }

    private Task<ApiResult<Response>> AfterAsync(ApiResult<Response> begun, PollingOptions? polling, IProgress<Response>? progress, CallOptions? options, CancellationToken cancellationToken) =>
        Polling.WaitAsync(_transport, s_job, begun, token => RetrieveAsync(begun.Value.Id, options: Polling.ForLooks(options), cancellationToken: token), polling, progress, cancellationToken);
}
