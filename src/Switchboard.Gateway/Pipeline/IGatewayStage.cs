namespace Switchboard.Gateway.Pipeline;

/// <summary>One policy on the way of a call. It decides, passes on, and may look at the outcome coming back.</summary>
public interface IGatewayStage
{
    /// <summary>Handles the call, calling <paramref name="next"/> at most once.</summary>
    ValueTask<GatewayOutcome> InvokeAsync(GatewayCall call, GatewayStep next, CancellationToken cancellationToken);
}

/// <summary>The rest of the pipeline below a stage.</summary>
public delegate ValueTask<GatewayOutcome> GatewayStep(GatewayCall call, CancellationToken cancellationToken);
