using Switchboard.Client.Helpers;
using Switchboard.Protocol.Evals;

namespace Switchboard.Client.Evals;

public sealed partial class EvalRunsClient
{
    private static readonly Job<EvalRun> s_job = new("Eval run", job => job.Id, job => job.Status);

    /// <summary>Waits until a run of an eval is over: done, failed or cancelled.</summary>
    /// <param name="evalId">Id of the eval.</param>
    /// <param name="runId">Id of the run.</param>
    /// <param name="polling">How to wait; null for the defaults.</param>
    /// <param name="progress">Is told of the run at each look, the last included.</param>
    /// <param name="options">What each look does otherwise than the client.</param>
    /// <param name="cancellationToken">Ends the waiting; the run goes on.</param>
    /// <exception cref="JobTimeoutException">It took longer than <see cref="PollingOptions.Timeout"/>.</exception>
    /// <exception cref="JobFailedException">It failed, and <see cref="PollingOptions.ThrowsOnFailure"/> is on.</exception>
    public Task<ApiResult<EvalRun>> WaitAsync(string evalId, string runId, PollingOptions? polling = null, IProgress<EvalRun>? progress = null, CallOptions? options = null, CancellationToken cancellationToken = default) =>
        Polling.WaitAsync(_transport, s_job, token => RetrieveAsync(evalId, runId, options: options, cancellationToken: token), polling, progress, cancellationToken);

    /// <summary>Starts a run of an eval and waits until it is over.</summary>
    /// <param name="evalId">Id of the eval.</param>
    /// <param name="request">The request.</param>
    /// <param name="polling">How to wait; null for the defaults.</param>
    /// <param name="progress">Is told of the run at each look, the last included.</param>
    /// <param name="options">What the calls do otherwise than the client.</param>
    /// <param name="cancellationToken">Ends the waiting; the run goes on.</param>
    /// <exception cref="JobTimeoutException">It took longer than <see cref="PollingOptions.Timeout"/>.</exception>
    /// <exception cref="JobFailedException">It failed, and <see cref="PollingOptions.ThrowsOnFailure"/> is on.</exception>
    public async Task<ApiResult<EvalRun>> CreateAndWaitAsync(string evalId, EvalRunRequest request, PollingOptions? polling = null, IProgress<EvalRun>? progress = null, CallOptions? options = null, CancellationToken cancellationToken = default)
    {
        var begun = await CreateAsync(evalId, request, options, cancellationToken).ConfigureAwait(false);
        return await AfterAsync(evalId, begun, polling, progress, options, cancellationToken).ConfigureAwait(false);
    }

    private Task<ApiResult<EvalRun>> AfterAsync(string evalId, ApiResult<EvalRun> begun, PollingOptions? polling, IProgress<EvalRun>? progress, CallOptions? options, CancellationToken cancellationToken) =>
        Polling.WaitAsync(_transport, s_job, begun, token => RetrieveAsync(evalId, begun.Value.Id, options: Polling.ForLooks(options), cancellationToken: token), polling, progress, cancellationToken);
}
