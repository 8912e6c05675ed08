using System.Runtime.CompilerServices;
using Switchboard.Gateway.Configuration;
using Switchboard.Gateway.Pipeline;

namespace Switchboard.Gateway.Admission;

/// <summary>
/// So many calls at once in the whole gateway, a bounded number waiting, and everyone else is
/// sent away at once, so that a flood costs little and those inside are answered.
/// </summary>
internal sealed class AdmissionStage(ServerSettings settings, AdmissionLimits limits, TimeProvider time) : IGatewayStage
{
    private readonly AdmissionGate _gate = new(
        limits.Get("server", settings.MaxConcurrency, settings.MaxQueue, settings.QueueTimeout),
        "The gateway",
        time);

    // Pooled: every call goes through it, and suspends in it.
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<GatewayOutcome> InvokeAsync(GatewayCall call, GatewayStep next, CancellationToken cancellationToken)
    {
        if (await _gate.EnterAsync(call, cancellationToken) is { } refusal)
        {
            return GatewayOutcome.Failed(refusal);
        }

        try
        {
            return await next(call, cancellationToken);
        }
        finally
        {
            _gate.Leave();
        }
    }
}
