using Switchboard.Gateway.Pipeline;

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

        var model = call.MeantModel;
        return model.Length == 0 ? AccessErrors.NoModel
            : caller.MayAskFor(model) ? null
            : AccessErrors.ModelNotAllowed(model);
    }
}
