using Switchboard.Gateway.Pipeline;
using Switchboard.Gateway.Requests;

namespace Switchboard.Gateway.Access;

/// <summary>
/// Whether the caller may ask for what it names. Which providers may answer it is the business of
/// routing, for each deployment that could be chosen.
/// </summary>
internal sealed class AccessStage : IGatewayStage
{
    public ValueTask<GatewayOutcome> InvokeAsync(GatewayCall call, GatewayStep next, CancellationToken cancellationToken) =>
        Check(call) is { } error ? new(GatewayOutcome.Failed(error)) : next(call, cancellationToken);

    private static GatewayError? Check(GatewayCall call)
    {
        var caller = call.Caller;
        if (call.IsAdministration && !caller.IsAnonymous && !caller.IsAdministrator)
        {
            return AccessErrors.NoAdministrator;
        }

        if (!caller.Permissions.LimitModels)
        {
            return null;
        }

        if (call.Socket is not null && call.Operation == ApiOperation.Responses)
        {
            return AccessErrors.OpenSocket;
        }

        // Where none is named the provider decides, or something that lies there already: a file, a thread. In a form it may
        // still come, behind the file.
        var model = call.Facts.Model.Length > 0 || call.Operation == ApiOperation.Other || call.Upload is not null ? call.Facts.Model : OperationProfile.Of(call.Operation).DefaultModel ?? "";
        return model.Length == 0 ? AccessErrors.NoModel
            : caller.MayAskFor(model) ? null
            : AccessErrors.ModelNotAllowed(model);
    }
}
