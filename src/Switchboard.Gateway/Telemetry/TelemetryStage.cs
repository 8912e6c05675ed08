using System.Diagnostics;
using System.Runtime.CompilerServices;
using Switchboard.Gateway.Pipeline;
using Switchboard.Gateway.Routing;

namespace Switchboard.Gateway.Telemetry;

/// <summary>
/// The outermost stage: the span and the metrics of every call, whatever becomes of it. Where nobody reads them a call
/// passes it untouched.
/// </summary>
/// <param name="labels">Which names may be labels.</param>
/// <param name="redactContent">Takes secrets out of what is asked and answered before it stands on a span; null to keep all of it off.</param>
/// <param name="time">The clock.</param>
/// <param name="stopping">Fires when calls that still run must end.</param>
internal sealed class TelemetryStage(ModelLabels labels, Func<string, string>? redactContent, TimeProvider time, CancellationToken stopping) : IGatewayStage
{
    /// <inheritdoc/>
    public ValueTask<GatewayOutcome> InvokeAsync(GatewayCall call, GatewayStep next, CancellationToken cancellationToken) =>
        GatewayTelemetry.Source.HasListeners() || GenAIMetrics.AreCallsRead ? WatchAsync(call, next, cancellationToken) : next(call, cancellationToken);

    // Pooled: every call goes through it.
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<GatewayOutcome> WatchAsync(GatewayCall call, GatewayStep next, CancellationToken cancellationToken)
    {
        var server = FindServerSpan();
        using var own = server is null ? GatewayTelemetry.Source.StartActivity("call", ActivityKind.Internal) : null;
        var span = server ?? own;
        Tell(span, call);
        var watch = new CallWatch(span is { IsAllDataRequested: true } ? span : null, time);
        call.Watch = watch;
        var content = redactContent is not null && span is { IsAllDataRequested: true } ? ContentCapture.Start(span, call, redactContent, time) : null;
        try
        {
            var outcome = await next(call, cancellationToken);
            var error = outcome.Error ?? (outcome.IsCallerGone ? GatewayError.CallerLeft : call.Fault);
            End(call, watch, span, error is null ? null : GenAITerms.ErrorOf(error));
            return outcome;
        }
        catch (Exception exception)
        {
            End(call, watch, span, ErrorOf(exception, cancellationToken));
            throw;
        }
        finally
        {
            content?.End();
        }
    }

    // The server's span of the request is the call's as well: one fewer to make, to send and to pay for. A second call of the same request has its own.
    private static Activity? FindServerSpan() =>
        GatewayTelemetry.Source.HasListeners() && Activity.Current is { Kind: ActivityKind.Server } server && server.GetTagItem(GenAISpan.Operation) is null ? server : null;

    private void Tell(Activity? span, GatewayCall call)
    {
        if (span is not { IsAllDataRequested: true })
        {
            return;
        }

        var model = call.Facts.Model;
        var label = labels.Of(model);
        if (span.Kind != ActivityKind.Server)
        {
            span.DisplayName = model.Length == 0 ? GenAITerms.OperationOf(call.Operation) : GenAITerms.NameOf(call.Operation, label);
        }

        GenAISpan.TellRequest(span, call, model, label);
        span.AddTag("switchboard.request_id", GenAISpan.Short(call.RequestId));
        if (call.Facts.AnswerTokens > 0)
        {
            span.AddTag("gen_ai.request.max_tokens", call.Facts.AnswerTokens);
        }

        if (call.Facts.Choices > 1)
        {
            span.AddTag("gen_ai.request.choice.count", call.Facts.Choices);
        }
    }

    private void End(GatewayCall call, CallWatch watch, Activity? span, string? error)
    {
        var elapsed = watch.Elapsed;
        var provider = labels.ProviderOf(call.IsCached ? null : call.Target?.Provider);
        if (span is { IsAllDataRequested: true })
        {
            Tell(span, call, watch, provider, error);
        }

        if (GenAIMetrics.AreCallsRead)
        {
            CallMetrics.Record(call, labels.Of(call.Facts.Model), provider, new(elapsed, watch.FirstToken, error));
        }
    }

    private void Tell(Activity span, GatewayCall call, CallWatch watch, string provider, string? error)
    {
        span.AddTag("switchboard.attempts", call.Attempts);
        if (call.Target is { } target)
        {
            span.AddTag("switchboard.provider", target.Provider);
        }

        if (call.CostSoFar is { } cost)
        {
            span.AddTag("switchboard.cost", cost / 1e9);
        }

        GenAISpan.TellAnswer(span, call, (provider, labels.Of(call.Target?.Model ?? "")), watch.FirstToken, error);
    }

    private string ErrorOf(Exception exception, CancellationToken cancellationToken) =>
        exception is not OperationCanceledException ? GenAITerms.ErrorOf(GatewayError.Bug)
        : stopping.IsCancellationRequested ? GenAITerms.ErrorOf(GatewayError.ShuttingDown)
        : cancellationToken.IsCancellationRequested ? GenAITerms.Cancelled
        : GenAITerms.ErrorOf(GatewayError.Bug);
}
