using Microsoft.Extensions.Logging;
using Switchboard.Gateway.Admission;
using Switchboard.Gateway.Pipeline;
using Switchboard.Gateway.Requests;
using Switchboard.Gateway.Requests.Forms;

namespace Switchboard.Gateway.Routing;

/// <summary>The innermost stage: finds the provider and has it answer. It calls no next stage.</summary>
internal sealed partial class RoutingStage(ModelTable table, RouteGates gates, TimeProvider time, ILogger<RoutingStage> logger) : IGatewayStage
{
    public ValueTask<GatewayOutcome> InvokeAsync(GatewayCall call, GatewayStep next, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
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
        call.Timings.Add("route", time.GetElapsedTime(started));
        if (!route.IsFound)
        {
            return new(GatewayOutcome.Failed(route.Error));
        }

        if (call.Upload is FormUpload form)
        {
            Settle(form, call, route);
        }

        Log.Routed(logger, call.RequestId, route.Provider.Name, call.Operation);
        call.Target = new CallTarget(route.Provider.Name, route.Model);
        if (!route.Provider.Offers(call.Operation))
        {
            return new(GatewayOutcome.Failed(Incapable(call, route.Provider.Name)));
        }

        var deployment = gates.Of(route.Deployment);
        var provider = gates.Of(route.Provider.Name);
        return deployment is null && provider is null
            ? AskAsync(call, route, cancellationToken)
            : AskInTurnAsync(call, route, deployment, provider, cancellationToken);
    }

    private static ValueTask<GatewayOutcome> AskAsync(GatewayCall call, Route route, CancellationToken cancellationToken)
    {
        call.Attempts++;
        return route.Provider!.AnswerAsync(call, route.Model, cancellationToken);
    }

    // Always in this order, and whoever has the second place waits for nothing more: no two can wait for each other.
    private static async ValueTask<GatewayOutcome> AskInTurnAsync(GatewayCall call, Route route, AdmissionGate? deployment, AdmissionGate? provider, CancellationToken cancellationToken)
    {
        if (deployment is not null && await deployment.EnterAsync(call, cancellationToken) is { } full)
        {
            return GatewayOutcome.Failed(full);
        }

        try
        {
            if (provider is not null && await provider.EnterAsync(call, cancellationToken) is { } fullProvider)
            {
                return GatewayOutcome.Failed(fullProvider);
            }

            try
            {
                return await AskAsync(call, route, cancellationToken);
            }
            finally
            {
                provider?.Leave();
            }
        }
        finally
        {
            deployment?.Leave();
        }
    }

    // Whom the caller names gets the model as it is written.
    private void Settle(FormUpload form, GatewayCall call, Route route) =>
        form.Settle(route.Model, call.Provider is null ? (model, cancellationToken) => table.FindLateAsync(route.Provider!, model, cancellationToken) : null);

    private static GatewayError Incapable(GatewayCall call, string provider) => call.Operation == ApiOperation.Other
        ? GatewayError.InvalidRequest($"The provider '{provider}' does not have {call.Method} /{call.Path}.", null, "unsupported_operation")
        : GatewayError.InvalidRequest($"The provider '{provider}' of this model does not offer {OperationProfile.Of(call.Operation).Words}.", "model", "unsupported_operation");

    private static partial class Log
    {
        [LoggerMessage(1110, LogLevel.Debug, "Call {RequestId} goes to provider {Provider} ({Operation}).")]
        public static partial void Routed(ILogger logger, string requestId, string provider, ApiOperation operation);
    }
}
