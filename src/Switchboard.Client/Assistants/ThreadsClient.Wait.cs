using Switchboard.Protocol.Assistants;

namespace Switchboard.Client.Assistants;

public sealed partial class ThreadsClient
{
    /// <summary>Makes a thread, starts a run on it, and waits until the run is over, or wants the outputs of tools (<c>requires_action</c>).</summary>
    /// <param name="request">The request.</param>
    /// <param name="polling">How to wait; null for the defaults.</param>
    /// <param name="progress">Is told of the run at each look, the last included.</param>
    /// <param name="options">What the calls do otherwise than the client.</param>
    /// <param name="cancellationToken">Ends the waiting; the run goes on.</param>
    /// <exception cref="JobTimeoutException">It took longer than <see cref="PollingOptions.Timeout"/>.</exception>
    /// <exception cref="JobFailedException">It failed, and <see cref="PollingOptions.ThrowsOnFailure"/> is on.</exception>
    public async Task<ApiResult<ThreadRun>> CreateAndRunAndWaitAsync(ThreadAndRunRequest request, PollingOptions? polling = null, IProgress<ThreadRun>? progress = null, CallOptions? options = null, CancellationToken cancellationToken = default)
    {
        var begun = await CreateAndRunAsync(request, options, cancellationToken).ConfigureAwait(false);
        return await Runs.AfterAsync(begun.Value.ThreadId, begun, polling, progress, options, cancellationToken).ConfigureAwait(false);
    }
}
