using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Switchboard.Gateway.Configuration;
using Switchboard.Gateway.Providers;
using Switchboard.Gateway.Routing;

namespace Switchboard.Gateway.Pipeline;

/// <summary>The stages a call walks down, and its outcome up. One pipeline serves all calls of a snapshot.</summary>
public sealed class GatewayPipeline
{
    private readonly GatewayStep _first;

    /// <summary>Makes the pipeline of a snapshot.</summary>
    public GatewayPipeline(GatewaySnapshot snapshot, ProviderServices services)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        ArgumentNullException.ThrowIfNull(services);
        _first = Compose(snapshot, services);
    }

    /// <summary>Runs a call to its end. When the caller left, the outcome is <see cref="GatewayError.CallerLeft"/> or nobody reads it.</summary>
    public async ValueTask<GatewayOutcome> RunAsync(GatewayCall call, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(call);
        try
        {
            return await _first(call, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return call.Sink.IsCommitted ? GatewayOutcome.Answered : GatewayOutcome.Failed(GatewayError.CallerLeft);
        }
    }

    // The order of the stages, outermost first.
    private static GatewayStep Compose(GatewaySnapshot snapshot, ProviderServices services)
    {
        IGatewayStage[] stages =
        [
            new RoutingStage(new ModelTable(snapshot), services.TimeProvider, services.LoggerFactory.CreateLogger<RoutingStage>()),
        ];

        GatewayStep step = static (_, _) => throw new UnreachableException("Routing answers every call.");
        foreach (var stage in stages.Reverse())
        {
            var next = step;
            step = (call, cancellationToken) => stage.InvokeAsync(call, next, cancellationToken);
        }

        return step;
    }
}
