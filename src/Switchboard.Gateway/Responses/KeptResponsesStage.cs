using Microsoft.Extensions.Logging;
using Switchboard.Gateway.Pipeline;
using Switchboard.Gateway.Providers;

namespace Switchboard.Gateway.Responses;

/// <summary>
/// Has responses kept as their callers see them: it stands before the guardrails, so that what they take out of an answer
/// is not kept, and an answer that they refuse is none.
/// </summary>
internal sealed partial class KeptResponsesStage(ProviderServices services) : IGatewayStage
{
    private readonly ILogger _logger = services.LoggerFactory.CreateLogger<KeptResponsesStage>();

    /// <inheritdoc/>
    public ValueTask<GatewayOutcome> InvokeAsync(GatewayCall call, GatewayStep next, CancellationToken cancellationToken) =>
        call is { Operation: ApiOperation.Responses, Socket: null } ? KeepAsync(call, next, cancellationToken) : next(call, cancellationToken);

    // Apart, so that other calls pay for no closure.
    private ValueTask<GatewayOutcome> KeepAsync(GatewayCall call, GatewayStep next, CancellationToken cancellationToken) =>
        new KeptResponseSink(call, fault => Log.NotAdded(_logger, fault, call.RequestId)).RunAsync(call, next, cancellationToken);

    private static partial class Log
    {
        [LoggerMessage(1703, LogLevel.Warning, "What was answered to request {RequestId} could not be added to its conversation.")]
        public static partial void NotAdded(ILogger logger, Exception exception, string requestId);
    }
}
