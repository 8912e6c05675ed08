using Switchboard.Gateway.Pipeline;
using Switchboard.Gateway.Routing.State;

namespace Switchboard.Gateway.Routing.Attempts;

/// <summary>
/// An attempt with a time to its first byte, or beside which a second one may be begun. The first to send something to the
/// caller has won: the time no longer counts for it, and the other is cancelled at once.
/// </summary>
/// <remarks>Nothing is returned before all attempts have ended: until then they may read the call's body.</remarks>
internal sealed class Race(GatewayCall call, Walk walk, AttemptRunner runner, DeploymentStates states)
{
    private static readonly TimeSpan s_retryAfter = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private readonly List<Contestant> _running = new(2);
    private Contestant? _winner;

    // Those of contestants that have ended.
    private int _attempts = call.Attempts;

    /// <summary>Runs an attempt, and perhaps a second.</summary>
    /// <param name="first">Where the first goes.</param>
    /// <param name="share">The time to the first byte; null for none.</param>
    /// <param name="hedgeAfter">When a second is begun; null for never.</param>
    /// <param name="failed">Told of each that failed.</param>
    /// <param name="cancellationToken">Fires when the caller leaves.</param>
    /// <returns>The outcome of the one that answered; null where all failed.</returns>
    public async ValueTask<GatewayOutcome?> RunAsync(Claim first, TimeSpan? share, TimeSpan? hedgeAfter, Action<Claim, AttemptResult> failed, CancellationToken cancellationToken)
    {
        using var over = new CancellationTokenSource();
        GatewayOutcome? outcome = null;
        try
        {
            Start(first, share, cancellationToken);
            var hedge = hedgeAfter is { } wait ? Task.Delay(wait, states.Time, over.Token) : null;
            while (_running.Count > 0)
            {
                var ended = await NextAsync(hedge);
                if (ended is null)
                {
                    hedge = null;
                    StartSecond(share, cancellationToken);
                    continue;
                }

                outcome = Take(ended, await ended.Running, failed) ?? outcome;
            }
        }
        finally
        {
            await over.CancelAsync();
            await EndAsync();
        }

        if (outcome is null)
        {
            cancellationToken.ThrowIfCancellationRequested();
        }

        return outcome;
    }

    /// <summary>Lets an attempt have the caller's sink, and no other.</summary>
    /// <exception cref="OperationCanceledException">It came too late.</exception>
    public void Win(AttemptSink sink)
    {
        lock (_gate)
        {
            var winner = _running.Find(contestant => contestant.Call.Sink == sink)!;
            if (_winner is not null || winner.IsOut)
            {
                _ = winner.Leaving.CancelAsync();
                throw new OperationCanceledException(winner.Leaving.Token);
            }

            _winner = winner;
            winner.Deadline?.Dispose();
            foreach (var other in _running)
            {
                if (other != winner)
                {
                    other.IsOut = true;
                    call.NoteTried(new(new CallTarget(other.Claim.Deployment.Provider.Name, other.Claim.Model), "running"));

                    // Never here: what ends a connection does not run inside another's answer.
                    _ = other.Leaving.CancelAsync();
                }
            }

            call.Take(winner.Call);
            CountAttempts();
        }
    }

    private async ValueTask<Contestant?> NextAsync(Task? hedge)
    {
        var tasks = new List<Task>(3);
        foreach (var contestant in _running)
        {
            tasks.Add(contestant.Running);
        }

        if (hedge is not null)
        {
            tasks.Add(hedge);
        }

        var done = await Task.WhenAny(tasks);
        return _running.Find(contestant => contestant.Running == done);
    }

    private void Start(Claim claim, TimeSpan? share, CancellationToken cancellationToken)
    {
        var sink = new AttemptSink(this, call);
        var contestant = new Contestant(claim, call.ForAttempt(sink), CancellationTokenSource.CreateLinkedTokenSource(cancellationToken));
        lock (_gate)
        {
            _running.Add(contestant);
            if (_winner is not null)
            {
                // It won while this one was chosen: nobody else would tell this one to end.
                contestant.IsOut = true;
                _ = contestant.Leaving.CancelAsync();
            }
        }

        if (share is { } time)
        {
            contestant.Deadline = states.Time.CreateTimer(_ => Expire(contestant, time), null, time, Timeout.InfiniteTimeSpan);
        }

        contestant.Running = RunAsync(contestant);
    }

    private void StartSecond(TimeSpan? share, CancellationToken cancellationToken)
    {
        var isOpen = false;
        lock (_gate)
        {
            isOpen = _winner is null;
        }

        if (isOpen && walk.TryHedge(out var second))
        {
            Start(second, share, cancellationToken);
        }
    }

    private void Expire(Contestant contestant, TimeSpan share)
    {
        lock (_gate)
        {
            if (_winner == contestant || contestant.IsOut)
            {
                return;
            }

            contestant.IsOut = true;
            contestant.Call.Fault = GatewayError.UpstreamTimeout(
                FormattableString.Invariant($"The provider '{contestant.Claim.Deployment.Provider.Name}' did not begin its answer within {share.TotalSeconds:0.###} s, its share of the deadline of the model."));
            _ = contestant.Leaving.CancelAsync();
        }
    }

    private async Task<AttemptResult?> RunAsync(Contestant contestant)
    {
        try
        {
            return await runner.RunAsync(contestant.Call, contestant.Claim, contestant.Leaving.Token);
        }
        catch (OperationCanceledException) when (contestant.Leaving.IsCancellationRequested)
        {
            return contestant.Call is { Fault: not null, Sink.IsCommitted: false } ? NoPlace(contestant.Claim) : null;
        }
    }

    // Whose time ran out while its provider answered has that told by the runner: this one was not sent.
    private static AttemptResult NoPlace(Claim claim) => new(
        GatewayOutcome.Failed(GatewayError.Overloaded($"The provider '{claim.Deployment.Provider.Name}' had no place for the request within its share of the deadline of the model. Try again in a moment.", s_retryAfter)),
        Failure.NoPlace);

    private GatewayOutcome? Take(Contestant ended, AttemptResult? result, Action<Claim, AttemptResult> failed)
    {
        // To the end in here: who wins meanwhile writes what is known of the call into the answer's head.
        lock (_gate)
        {
            // Its time may run out in the very moment.
            ended.IsOut = true;
            _running.Remove(ended);
            ended.Dispose();
            _attempts += ended.Call.Attempts;
            CountAttempts();
            if (_winner == ended)
            {
                // What it noted since it began to answer: usage, where its events stand, what broke it off.
                call.Take(ended.Call);
                return result?.Outcome;
            }

            if (_winner is not null)
            {
                // Another answers, and what became of this one is nobody's business any more, save what it cost.
                call.NoteSpent(ended.Call);
                if (result is null && ended.Call.Attempts > 0)
                {
                    runner.NoteLost(call, ended.Claim);
                }

                return null;
            }

            if (result is { Failure: null } answered)
            {
                // Answered without a byte: a provider that does not commit, as where the caller left.
                call.Take(ended.Call);
                return answered.Outcome;
            }

            call.NoteSpent(ended.Call);
            call.Target = ended.Call.Target;
            if (result is { } failure)
            {
                failed(ended.Claim, failure);
            }

            return null;
        }
    }

    private void CountAttempts() => call.Attempts = _attempts + _running.Sum(contestant => contestant.Call.Attempts);

    // Only where something unforeseen was thrown is anything left to end here.
    private async ValueTask EndAsync()
    {
        foreach (var contestant in _running)
        {
            await contestant.Leaving.CancelAsync();
            await ((Task)contestant.Running).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            contestant.Dispose();
        }
    }

    private sealed class Contestant(Claim claim, GatewayCall attempt, CancellationTokenSource leaving) : IDisposable
    {
        public Claim Claim => claim;

        public GatewayCall Call => attempt;

        public CancellationTokenSource Leaving => leaving;

        public ITimer? Deadline { get; set; }

        public bool IsOut { get; set; }

        public Task<AttemptResult?> Running { get; set; } = Task.FromResult<AttemptResult?>(null);

        public void Dispose()
        {
            Deadline?.Dispose();
            leaving.Dispose();
        }
    }
}
