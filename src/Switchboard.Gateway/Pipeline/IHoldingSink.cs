namespace Switchboard.Gateway.Pipeline;

/// <summary>A sink that a stage puts between a call and its caller, and that may hold an answer back until the call has come to its end.</summary>
internal interface IHoldingSink : IAnswerSink
{
    /// <summary>Sends what was held back, or tells why not. Called once, when the call has come to its end.</summary>
    ValueTask<GatewayOutcome> CompleteAsync(GatewayOutcome outcome, CancellationToken cancellationToken);
}

/// <summary>Runs the rest of the pipeline with such a sink.</summary>
internal static class HoldingSinks
{
    /// <summary>Runs it to its end, and the sink with it.</summary>
    public static async ValueTask<GatewayOutcome> RunAsync(this IHoldingSink sink, GatewayCall call, GatewayStep next, CancellationToken cancellationToken)
    {
        var caller = call.Sink;
        call.SendTo(sink);
        try
        {
            return await sink.CompleteAsync(await next(call, cancellationToken), cancellationToken);
        }
        catch
        {
            // Whoever tells the caller why sees what was sent to them, not what was held back.
            call.SendTo(caller);
            throw;
        }
    }
}
