using Microsoft.Extensions.Logging;
using Switchboard.Gateway.Pipeline;
using Switchboard.Gateway.Requests;
using Switchboard.Gateway.Requests.Forms;

namespace Switchboard.Gateway.Routing;

/// <summary>The innermost stage: finds the provider and has it answer. It calls no next stage.</summary>
internal sealed partial class RoutingStage(ModelTable table, TimeProvider time, ILogger<RoutingStage> logger) : IGatewayStage
{
    public async ValueTask<GatewayOutcome> InvokeAsync(GatewayCall call, GatewayStep next, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        var route = await table.FindAsync(call, cancellationToken);
        call.Timings.Add("route", time.GetElapsedTime(started));
        if (!route.IsFound)
        {
            return GatewayOutcome.Failed(route.Error);
        }

        if (call.Upload is FormUpload form)
        {
            Settle(form, call, route);
        }

        Log.Routed(logger, call.RequestId, route.Provider.Name, call.Operation);
        return route.Provider.Offers(call.Operation)
            ? await route.Provider.AnswerAsync(call, route.Model, cancellationToken)
            : GatewayOutcome.Failed(Incapable(call, route.Provider.Name));
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
