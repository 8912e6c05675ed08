using System.Diagnostics;
using System.Runtime.CompilerServices;
using Switchboard.Gateway.Admission;
using Switchboard.Gateway.Configuration;
using Switchboard.Gateway.Pipeline;
using Switchboard.Gateway.Requests.Forms;
using Switchboard.Gateway.Routing.State;
using Switchboard.Gateway.Telemetry;

namespace Switchboard.Gateway.Routing.Attempts;

/// <summary>Makes one attempt at one deployment, and keeps what it taught.</summary>
internal sealed class AttemptRunner(ModelTable table, DeploymentStates states, RoutingSettings settings)
{
    private static readonly TimeSpan s_refusedFor = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan s_leastCooldown = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_longestCooldown = TimeSpan.FromMinutes(5);

    /// <summary>Waits for a place, asks, and notes what became of it.</summary>
    /// <param name="call">The call; what its provider notes in it is this attempt's.</param>
    /// <param name="claim">Where it goes.</param>
    /// <param name="cancellationToken">Fires when the caller leaves, or the attempt is given up.</param>
    // Pooled: every call goes through it.
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<AttemptResult> RunAsync(GatewayCall call, Claim claim, CancellationToken cancellationToken)
    {
        var deployment = claim.Deployment;
        call.Target = new CallTarget(deployment.Provider.Name, claim.Model);
        var isBegun = false;
        var hasOwn = false;
        var hasProviders = false;
        try
        {
            cancellationToken.ThrowIfCancellationRequested();

            // Always in this order, and whoever has the second place waits for nothing more: no two can wait for each other.
            if (await EnterAsync(deployment.Gate, call, cancellationToken) is { } full)
            {
                return new(GatewayOutcome.Failed(full), Failure.NoPlace);
            }

            hasOwn = true;
            if (await EnterAsync(deployment.ProviderGate, call, cancellationToken) is { } fullProvider)
            {
                return new(GatewayOutcome.Failed(fullProvider), Failure.NoPlace);
            }

            hasProviders = true;
            isBegun = true;
            call.Attempts++;
            return await AskAsync(call, claim, cancellationToken);
        }
        finally
        {
            Leave(hasProviders ? deployment.ProviderGate : null);
            Leave(hasOwn ? deployment.Gate : null);
            if (!isBegun)
            {
                Release(claim);
            }
        }
    }

    /// <summary>Notes that an attempt was given up for another: its time is at least so long, which is news where it was thought to be shorter.</summary>
    public void NoteLost(GatewayCall call, Claim claim)
    {
        var now = states.Now;
        var times = claim.Deployment.State.TimesOf(call.Facts.Stream);
        if (now - claim.At > times.Average(now))
        {
            times.Add(now - claim.At, now);
        }

        Count(claim, "lost");
    }

    private static ValueTask<GatewayError?> EnterAsync(AdmissionGate? gate, GatewayCall call, CancellationToken cancellationToken) =>
        gate is null ? default : gate.EnterAsync(call, cancellationToken);

    private static void Leave(AdmissionGate? gate) => gate?.Leave();

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<AttemptResult> AskAsync(GatewayCall call, Claim claim, CancellationToken cancellationToken)
    {
        var (deployment, state) = (claim.Deployment, claim.Deployment.State);
        var target = GatewayTelemetry.Source.HasListeners() || GenAIMetrics.AreAttemptsRead ? TargetOf(claim) : default;
        using var span = AttemptTelemetry.Start(call, target);
        var startedAt = states.Now;
        var isEnded = false;
        var isHeard = false;
        state.Enter(startedAt);
        call.Timings.Heard = state.Heard;
        try
        {
            if (call.Upload is FormUpload form)
            {
                Settle(form, call, claim);
            }

            var outcome = await AnswerAsync(call, deployment, claim.Model, cancellationToken);
            isEnded = true;
            isHeard = !outcome.IsError;
            if (isHeard)
            {
                // Not every provider tells when its answer began.
                state.Hear();
            }

            var result = Note(call, claim, outcome, startedAt, out var word);
            Tell(span, call, target, word, outcome.Error ?? (outcome.IsCallerGone ? GatewayError.CallerLeft : call.Fault), startedAt);
            return result;
        }
        finally
        {
            call.Timings.Heard = null;
            state.Leave(isHeard || call.Timings.Of(CallTimings.Connect) is not null);
            if (!isEnded)
            {
                // Its caller left, or it was given up: that says nothing of the deployment.
                state.Breaker.Ended(claim.IsTrial);
                var isCancelled = cancellationToken.IsCancellationRequested;
                Tell(span, call, target, isCancelled ? GenAITerms.Cancelled : "failed", isCancelled ? GatewayError.CallerLeft : GatewayError.Bug, startedAt);
            }
        }
    }

    private AttemptTarget TargetOf(Claim claim)
    {
        var name = claim.Deployment.Provider.Name;
        return new(name, table.Labels.ProviderOf(name), claim.Deployment.State.Name, table.Labels.Of(claim.Model));
    }

    private void Tell(Activity? span, GatewayCall call, in AttemptTarget target, string word, GatewayError? error, long startedAt)
    {
        if (target.Name is not null)
        {
            var first = FirstByteOf(call) is { } ticks ? TimeSpan.FromTicks(ticks) : (TimeSpan?)null;
            AttemptTelemetry.End(span, call, target, new(TimeSpan.FromTicks(states.Now - startedAt), first, word, error is null ? null : GenAITerms.ErrorOf(error)));
        }
    }

    // Who gives an attempt up for its time says so beforehand.
    private static async ValueTask<GatewayOutcome> CatchAsync(GatewayCall call, ValueTask<GatewayOutcome> answering)
    {
        try
        {
            return await answering;
        }
        catch (OperationCanceledException) when (call.Fault is not null && !call.Sink.IsCommitted)
        {
            return GatewayOutcome.Failed(call.Fault);
        }
    }

    private static ValueTask<GatewayOutcome> AnswerAsync(GatewayCall call, Deployment deployment, string model, CancellationToken cancellationToken)
    {
        if (call.Origin is { Fault: { } fault } origin && !deployment.Provider.Passes(origin))
        {
            return new(GatewayOutcome.Failed(fault));
        }

        var answering = deployment.Provider.AnswerAsync(call, model, cancellationToken);
        return call.Sink is AttemptSink ? CatchAsync(call, answering) : answering;
    }

    // Whom the caller names gets the model as it is written.
    private void Settle(FormUpload form, GatewayCall call, Claim claim) =>
        form.Settle(claim.Model, call.Provider is null ? (model, cancellationToken) => table.FindLateAsync(claim.Deployment.Provider, model, call.Caller, cancellationToken) : null);

    private AttemptResult Note(GatewayCall call, Claim claim, GatewayOutcome outcome, long startedAt, out string word)
    {
        var now = states.Now;
        var fault = outcome.Error ?? call.Fault;
        Failure? failure = fault is null ? null : Failures.Of(fault);
        NoteTimes(call, claim, outcome, startedAt, now);
        NoteHealth(claim, WasRefusedHere(call, outcome), failure, fault, now);
        if (claim.Deployment.Settings.TokensPerMinute is not null && (outcome.IsError || call.Usage is not null))
        {
            var used = call.Usage is { } usage ? usage.Prompt + usage.Completion : 0;
            claim.Deployment.State.Tokens.Settle(used - claim.Tokens, claim.At, now);
        }

        word = fault is null ? outcome.IsCallerGone ? "left" : "answered" : Failures.WordOf(failure!.Value, fault);
        Count(claim, word);
        return new(outcome, outcome.IsError ? failure : null);
    }

    private static void Count(Claim claim, string outcome)
    {
        if (GatewayTelemetry.Attempts.Enabled)
        {
            GatewayTelemetry.Attempts.Add(1, new("deployment", claim.Deployment.State.Name), new("outcome", outcome));
        }
    }

    private static void NoteTimes(GatewayCall call, Claim claim, GatewayOutcome outcome, long startedAt, long now)
    {
        if (outcome.IsError || call.Operation == ApiOperation.Other || call.Socket is not null)
        {
            return;
        }

        // Who tells no times answers in one piece, or out of this process.
        var time = FirstByteOf(call) ?? now - startedAt;
        claim.Deployment.State.TimesOf(call.Facts.Stream).Add(time, now);
        if (GatewayTelemetry.FirstByte.Enabled)
        {
            GatewayTelemetry.FirstByte.Record((double)time / TimeSpan.TicksPerSecond, new KeyValuePair<string, object?>("deployment", claim.Deployment.State.Name));
        }
    }

    private static long? FirstByteOf(GatewayCall call)
    {
        var head = call.Timings.Of(CallTimings.Connect);
        var first = call.Facts.Stream || head is null ? call.Timings.Of(CallTimings.FirstByte) : null;
        return head is null && first is null ? null : ((head ?? TimeSpan.Zero) + (first ?? TimeSpan.Zero)).Ticks;
    }

    private void NoteHealth(Claim claim, bool wasRefusedHere, Failure? failure, GatewayError? fault, long now)
    {
        var (deployment, state) = (claim.Deployment, claim.Deployment.State);
        switch (failure)
        {
            case Failure.Broken:
                state.Tell(state.Failed(now, claim.IsTrial, settings.Breaker));
                if (fault is { Status: 503 or 529, RetryAfter: { } again })
                {
                    Cool(state, again, "overloaded", now);
                }

                break;
            case Failure.Limited:
                state.Breaker.Ended(claim.IsTrial);
                Cool(state, fault!.RetryAfter ?? s_leastCooldown, "rate_limited", now);
                break;
            case Failure.Refused:
                state.Breaker.Ended(claim.IsTrial);

                // Of many names one that is not there says nothing of the others.
                if (!deployment.IsPattern || fault!.Status != 404)
                {
                    Cool(state, s_refusedFor, "refused", now);
                }

                break;
            case not null when wasRefusedHere:
                state.Breaker.Ended(claim.IsTrial);
                break;
            default:
                // It answered, whatever the request was worth.
                state.Tell(state.Succeeded(now, claim.IsTrial, settings.Breaker));
                break;
        }
    }

    // Nothing came from the provider: the request could not be translated, or has what its settings refuse.
    private static bool WasRefusedHere(GatewayCall call, GatewayOutcome outcome) => outcome.IsError && call.Timings.Of(CallTimings.Connect) is null;

    private static void Cool(DeploymentState state, TimeSpan time, string reason, long now)
    {
        time = time < s_leastCooldown ? s_leastCooldown : time > s_longestCooldown ? s_longestCooldown : time;
        state.CoolUntil(now + time.Ticks);
        GatewayTelemetry.Cooldowns.Add(1, new("deployment", state.Name), new("reason", reason));
    }

    // Nothing was sent: what was counted is given back.
    private void Release(Claim claim)
    {
        var (deployment, state) = (claim.Deployment, claim.Deployment.State);
        state.Breaker.Ended(claim.IsTrial);
        if (deployment.Settings.RequestsPerMinute is not null)
        {
            state.Requests.Settle(-1, claim.At, states.Now);
        }

        if (deployment.Settings.TokensPerMinute is not null)
        {
            state.Tokens.Settle(-claim.Tokens, claim.At, states.Now);
        }
    }
}
