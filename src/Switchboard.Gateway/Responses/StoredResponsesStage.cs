using Switchboard.Gateway.Pipeline;
using Switchboard.Gateway.Providers;
using Switchboard.Gateway.Translation.Responses;

namespace Switchboard.Gateway.Responses;

/// <summary>
/// Answers calls for responses and conversations that the gateway keeps: those whose id is one of ours, and new
/// conversations where no provider can make them. All others go on.
/// </summary>
internal sealed class StoredResponsesStage(ProviderServices services) : IGatewayStage
{
    private readonly StoredCalls _calls = new(services);

    /// <inheritdoc/>
    public ValueTask<GatewayOutcome> InvokeAsync(GatewayCall call, GatewayStep next, CancellationToken cancellationToken)
    {
        if (call.Operation != ApiOperation.Other || !StoredCalls.IsOne(call))
        {
            return next(call, cancellationToken);
        }

        return ResponseIds.IsOurs(StoredCalls.IdOf(call)) ? _calls.AnswerAsync(call, cancellationToken)
            : StoredCalls.IsNewConversation(call) ? MakeAsync(call, next, cancellationToken)
            : next(call, cancellationToken);
    }

    private async ValueTask<GatewayOutcome> MakeAsync(GatewayCall call, GatewayStep next, CancellationToken cancellationToken)
    {
        var outcome = await next(call, cancellationToken);
        return outcome is { IsError: true, Error.Body.Code: "unsupported_operation" } ? await _calls.AnswerAsync(call, cancellationToken) : outcome;
    }
}
