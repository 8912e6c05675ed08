using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using Switchboard.Gateway.Configuration;
using Switchboard.Gateway.Pipeline;
using Switchboard.Gateway.Routing.Attempts;
using Switchboard.Gateway.Routing.Choice;
using Switchboard.Gateway.Routing.State;

namespace Switchboard.Gateway.Routing;

/// <summary>
/// The innermost stage: finds the deployments of the model and has one of them answer. As long as nothing was sent to the
/// caller, one that fails is followed by the next. It calls no next stage.
/// </summary>
internal sealed partial class RoutingStage(ModelTable table, DeploymentStates states, RoutingSettings settings, ILogger<RoutingStage> logger) : IGatewayStage
{
    private readonly AttemptRunner _runner = new(table, states, settings);

    public ValueTask<GatewayOutcome> InvokeAsync(GatewayCall call, GatewayStep next, CancellationToken cancellationToken)
    {
        var started = states.Time.GetTimestamp();
        var finding = table.FindAsync(call, cancellationToken);
        return finding.IsCompletedSuccessfully
            ? FollowAsync(call, finding.Result, started, cancellationToken)
            : WaitAsync(call, finding, started, cancellationToken);
    }

    // A model that no table names may have to be asked for first.
    private async ValueTask<GatewayOutcome> WaitAsync(GatewayCall call, ValueTask<Route> finding, long started, CancellationToken cancellationToken) =>
        await FollowAsync(call, await finding, started, cancellationToken);

    private ValueTask<GatewayOutcome> FollowAsync(GatewayCall call, Route route, long started, CancellationToken cancellationToken)
    {
        var error = table.ReadWishes(call, out var wishes) ?? route.Error;
        call.Timings.Add("route", states.Time.GetElapsedTime(started));
        if (error is not null)
        {
            return new(GatewayOutcome.Failed(error));
        }

        return route.Row!.IsPlain && (wishes.AreOpen || wishes.Allow(route.Row.First, route.Match))
            ? AskAsync(call, route.Row.First, route.Match, cancellationToken)
            : WalkAsync(call, new Destination(route.Row, route.Match), wishes, cancellationToken);
    }

    // One deployment and no other way: it is asked, however it fares.
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<GatewayOutcome> AskAsync(GatewayCall call, Deployment deployment, string match, CancellationToken cancellationToken)
    {
        Log.Routed(logger, call.RequestId, deployment.Provider.Name, call.Operation);
        var model = deployment.ModelFor(match);
        if ((deployment.Operations & Deployment.Bit(call.Operation)) == 0)
        {
            call.Target = new CallTarget(deployment.Provider.Name, model);
            return GatewayOutcome.Failed(Walk.Incapable(call, deployment.Provider.Name));
        }

        // It is asked however its breaker stands; one on trial lets that close again.
        deployment.State.Breaker.TryBegin(states.Now, settings.Breaker, out var isTrial);
        var result = await _runner.RunAsync(call, new Claim(deployment, model, isTrial, 0, 0), cancellationToken);
        return result.Outcome;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<GatewayOutcome> WalkAsync(GatewayCall call, Destination start, Wishes wishes, CancellationToken cancellationToken)
    {
        var walk = new Walk(call, start, wishes, states, settings);
        var ends = start.Row.Settings.Deadline is { } deadline ? states.Now + deadline.Ticks : long.MaxValue;
        while (states.Now < ends && walk.TryNext(out var claim))
        {
            Log.Routed(logger, call.RequestId, claim.Deployment.Provider.Name, call.Operation);
            var (phases, begun) = (call.Timings.Phases.Count, states.Now);
            if (await TryAsync(call, walk, claim, ends - states.Now, cancellationToken) is { } outcome)
            {
                return outcome;
            }

            call.Forget(phases);
            call.Timings.Add(CallTimings.Failed, TimeSpan.FromTicks(states.Now - begun));
        }

        return GatewayOutcome.Failed(walk.Error);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<GatewayOutcome?> TryAsync(GatewayCall call, Walk walk, Claim claim, long left, CancellationToken cancellationToken)
    {
        var row = walk.Row.Settings;
        var hedgeAfter = call.Upload is null ? HedgeAfter(row.HedgeAfter, call, claim) : null;

        // A websocket has no first byte that would end a race: it would be cut in the midst of its session.
        if (call.Socket is null && (row.Deadline is not null || hedgeAfter is not null))
        {
            // The last moment is one, too: what is claimed is tried.
            var share = TimeSpan.FromTicks(Math.Max(left / walk.Left, TimeSpan.TicksPerMillisecond));
            return await RaceAsync(call, walk, claim, row.Deadline is null ? null : share, hedgeAfter, cancellationToken);
        }

        var result = await _runner.RunAsync(call, claim, cancellationToken);
        if (result.Failure is null)
        {
            return result.Outcome;
        }

        Note(call, walk, claim, result);
        return null;
    }

    private ValueTask<GatewayOutcome?> RaceAsync(GatewayCall call, Walk walk, Claim claim, TimeSpan? share, TimeSpan? hedgeAfter, CancellationToken cancellationToken) =>
        new Race(call, walk, _runner, states).RunAsync(claim, share, hedgeAfter, (failed, result) => Note(call, walk, failed, result), cancellationToken);

    private static TimeSpan? HedgeAfter(HedgeDelay? delay, GatewayCall call, Claim claim) => delay switch
    {
        null => null,
        { Time: { } time } => time,
        _ => claim.Deployment.State.TimesOf(call.Facts.Stream).Slow is > 0 and var slow ? TimeSpan.FromTicks(slow) : null,
    };

    private void Note(GatewayCall call, Walk walk, Claim claim, AttemptResult result)
    {
        var (failure, error) = (result.Failure!.Value, result.Outcome.Error!);
        call.NoteTried(new(new CallTarget(claim.Deployment.Provider.Name, claim.Model), Failures.WordOf(failure, error)));
        walk.Note(failure, error);
        Log.Failed(logger, call.RequestId, claim.Deployment.State.Name, failure, error.Status, error.Body.Code);
    }

    private static partial class Log
    {
        [LoggerMessage(1110, LogLevel.Debug, "Call {RequestId} goes to provider {Provider} ({Operation}).")]
        public static partial void Routed(ILogger logger, string requestId, string provider, ApiOperation operation);

        [LoggerMessage(1111, LogLevel.Information, "Call {RequestId} was not answered by {Deployment} ({Failure}): {Status} {Code}.")]
        public static partial void Failed(ILogger logger, string requestId, string deployment, Failure failure, int status, string? code);
    }
}
