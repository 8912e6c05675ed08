using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Switchboard.Gateway.Access;
using Switchboard.Gateway.Accounting;
using Switchboard.Gateway.Admission;
using Switchboard.Gateway.Caching;
using Switchboard.Gateway.Configuration;
using Switchboard.Gateway.Guardrails;
using Switchboard.Gateway.Guardrails.Finding;
using Switchboard.Gateway.Providers;
using Switchboard.Gateway.RateLimiting;
using Switchboard.Gateway.Responses;
using Switchboard.Gateway.Routing;
using Switchboard.Gateway.Telemetry;

namespace Switchboard.Gateway.Pipeline;

/// <summary>The stages a call walks down, and its outcome up. One pipeline serves all calls of a snapshot.</summary>
public sealed partial class GatewayPipeline
{
    private readonly GatewayStep _first;
    private readonly ILogger _logger;
    private readonly CancellationToken _stopping;

    /// <summary>Makes the pipeline of a snapshot.</summary>
    /// <param name="snapshot">The providers and the table of models.</param>
    /// <param name="services">What every stage may use.</param>
    /// <param name="stopping">Fires when calls that still run must end; the token of each call has to fire with it.</param>
    public GatewayPipeline(GatewaySnapshot snapshot, ProviderServices services, CancellationToken stopping = default)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        ArgumentNullException.ThrowIfNull(services);
        _stopping = stopping;
        _logger = services.LoggerFactory.CreateLogger<GatewayPipeline>();
        _first = Compose(snapshot, services, stopping);
    }

    /// <summary>
    /// Runs a call to its end. When the caller left, the outcome is <see cref="GatewayError.CallerLeft"/> or nobody
    /// reads it; when the gateway stops, <see cref="GatewayError.ShuttingDown"/> or the last event of the stream says so.
    /// </summary>
    public async ValueTask<GatewayOutcome> RunAsync(GatewayCall call, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(call);
        try
        {
            var outcome = await _first(call, cancellationToken);
            if (outcome.IsCallerGone)
            {
                Log.CallerLeft(_logger, call.RequestId);
            }

            return outcome;
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            Log.Stopped(_logger, call.RequestId);
            return await StopAsync(call);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            Log.CallerLeft(_logger, call.RequestId);
            return call.Sink.IsCommitted ? GatewayOutcome.CallerLeft : GatewayOutcome.Failed(GatewayError.CallerLeft);
        }
    }

    // Half an answer must not look whole: a stream is told, anything else is cut.
    private static async ValueTask<GatewayOutcome> StopAsync(GatewayCall call)
    {
        if (!call.Sink.IsCommitted)
        {
            return GatewayOutcome.Failed(GatewayError.ShuttingDown);
        }

        if (call.Sink.Events is not { } events)
        {
            call.Sink.Abort();
            return GatewayOutcome.Answered;
        }

        // Who does not read it holds nothing up: the server closes the connection in the end.
        StreamErrors.Write(call, events, GatewayError.ShuttingDown.Body);
        await events.FlushAsync(CancellationToken.None);
        return GatewayOutcome.Answered;
    }

    // The order of the stages, outermost first.
    private static GatewayStep Compose(GatewaySnapshot snapshot, ProviderServices services, CancellationToken stopping)
    {
        IGatewayStage[] accounting = services.Ledger is { } ledger ? [new AccountingStage(snapshot, ledger, services, stopping)] : [];
        var routing = new RoutingStage(snapshot.Table, services.Deployments, snapshot.Configuration.Routing, services.LoggerFactory.CreateLogger<RoutingStage>());
        GatewayStep end = static (_, _) => throw new UnreachableException("Routing answers every call.");

        // What guardrails ask a model themselves takes no place: their own call may hold the last one.
        IGatewayStage[] guardrails = snapshot.Configuration.Guardrails is { Count: > 0 } settings
            ? [new GuardrailStage(settings, services, (call, cancellationToken) => routing.InvokeAsync(call, end, cancellationToken))]
            : [];
        services.Answers.Apply(snapshot.Configuration.Cache);
        IGatewayStage[] caching = snapshot.Configuration.Cache is { Enabled: true } cache ? [new CachingStage(cache, snapshot.Configuration, services.Answers, stopping)] : [];
        IGatewayStage[] stages =
        [
            new TelemetryStage(snapshot.Labels, snapshot.Configuration.Telemetry.CaptureContent ? SecretMask.Hide : null, services.TimeProvider, stopping),
            .. accounting,
            new AccessStage(),
            new RateLimitingStage(snapshot.Configuration, services.Shared.Counters, services.Budgets, services.TimeProvider),
            new ConversationTurnStage(services, snapshot.Configuration.Conversations, snapshot.Configuration.Server),
            new KeptResponsesStage(services),
            .. guardrails,
            .. caching,
            new AdmissionStage(snapshot.Configuration.Server, snapshot.Limits, services.TimeProvider),
            new StoredResponsesStage(services),
            routing,
        ];

        var step = end;
        foreach (var stage in stages.Reverse())
        {
            var next = step;
            step = (call, cancellationToken) => stage.InvokeAsync(call, next, cancellationToken);
        }

        return step;
    }

    private static partial class Log
    {
        [LoggerMessage(1120, LogLevel.Information, "Call {RequestId} ended with 499: its caller left.")]
        public static partial void CallerLeft(ILogger logger, string requestId);

        [LoggerMessage(1121, LogLevel.Warning, "Call {RequestId} was ended before its answer was whole: the gateway stops.")]
        public static partial void Stopped(ILogger logger, string requestId);
    }
}
