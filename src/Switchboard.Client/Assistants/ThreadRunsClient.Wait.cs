using Switchboard.Client.Helpers;
using Switchboard.Protocol.Assistants;

namespace Switchboard.Client.Assistants;

public sealed partial class ThreadRunsClient
{
    private static readonly Job<ThreadRun> s_job = new("Run", job => job.Id, job => job.Status.Value);

    /// <summary>Waits until a run is over, or wants the outputs of tools (<c>requires_action</c>).</summary>
    /// <param name="threadId">Id of the thread.</param>
    /// <param name="runId">Id of the run.</param>
    /// <param name="polling">How to wait; null for the defaults.</param>
    /// <param name="progress">Is told of the run at each look, the last included.</param>
    /// <param name="options">What each look does otherwise than the client.</param>
    /// <param name="cancellationToken">Ends the waiting; the run goes on.</param>
    /// <exception cref="JobTimeoutException">It took longer than <see cref="PollingOptions.Timeout"/>.</exception>
    /// <exception cref="JobFailedException">It failed, and <see cref="PollingOptions.ThrowsOnFailure"/> is on.</exception>
    public Task<ApiResult<ThreadRun>> WaitAsync(string threadId, string runId, PollingOptions? polling = null, IProgress<ThreadRun>? progress = null, CallOptions? options = null, CancellationToken cancellationToken = default) =>
        Polling.WaitAsync(_transport, s_job, token => RetrieveAsync(threadId, runId, options: options, cancellationToken: token), polling, progress, cancellationToken);

    /// <summary>Starts a run and waits until it is over, or wants the outputs of tools (<c>requires_action</c>).</summary>
    /// <param name="threadId">Id of the thread.</param>
    /// <param name="request">The request.</param>
    /// <param name="polling">How to wait; null for the defaults.</param>
    /// <param name="progress">Is told of the run at each look, the last included.</param>
    /// <param name="options">What the calls do otherwise than the client.</param>
    /// <param name="cancellationToken">Ends the waiting; the run goes on.</param>
    /// <exception cref="JobTimeoutException">It took longer than <see cref="PollingOptions.Timeout"/>.</exception>
    /// <exception cref="JobFailedException">It failed, and <see cref="PollingOptions.ThrowsOnFailure"/> is on.</exception>
    public async Task<ApiResult<ThreadRun>> CreateAndWaitAsync(string threadId, RunRequest request, PollingOptions? polling = null, IProgress<ThreadRun>? progress = null, CallOptions? options = null, CancellationToken cancellationToken = default)
    {
        var begun = await CreateAsync(threadId, request, options: options, cancellationToken: cancellationToken).ConfigureAwait(false);
        return await AfterAsync(threadId, begun, polling, progress, options, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Gives a run the outputs of its tools, and waits until it is over or wants more.</summary>
    /// <param name="threadId">Id of the thread.</param>
    /// <param name="runId">Id of the run.</param>
    /// <param name="request">The request.</param>
    /// <param name="polling">How to wait; null for the defaults.</param>
    /// <param name="progress">Is told of the run at each look, the last included.</param>
    /// <param name="options">What the calls do otherwise than the client.</param>
    /// <param name="cancellationToken">Ends the waiting; the run goes on.</param>
    /// <exception cref="JobTimeoutException">It took longer than <see cref="PollingOptions.Timeout"/>.</exception>
    /// <exception cref="JobFailedException">It failed, and <see cref="PollingOptions.ThrowsOnFailure"/> is on.</exception>
    public async Task<ApiResult<ThreadRun>> SubmitToolOutputsAndWaitAsync(string threadId, string runId, SubmitToolOutputsRunRequest request, PollingOptions? polling = null, IProgress<ThreadRun>? progress = null, CallOptions? options = null, CancellationToken cancellationToken = default)
    {
        var begun = await SubmitToolOutputsAsync(threadId, runId, request, options, cancellationToken).ConfigureAwait(false);
        return await AfterAsync(threadId, begun, polling, progress, options, cancellationToken).ConfigureAwait(false);
    }

    internal Task<ApiResult<ThreadRun>> AfterAsync(string threadId, ApiResult<ThreadRun> begun, PollingOptions? polling, IProgress<ThreadRun>? progress, CallOptions? options, CancellationToken cancellationToken) =>
        Polling.WaitAsync(_transport, s_job, begun, token => RetrieveAsync(threadId, begun.Value.Id, options: Polling.ForLooks(options), cancellationToken: token), polling, progress, cancellationToken);
}
