namespace Switchboard.Gateway.Pipeline;

/// <summary>Checks requests that the gateway makes of a call's: what the call goes on from is looked up behind the guardrails.</summary>
internal interface IRequestCheck
{
    /// <summary>Checks a request, which goes on as it was left.</summary>
    /// <param name="made">The request.</param>
    /// <param name="place">The member of the caller's own that it is about.</param>
    /// <param name="cancellationToken">Fires when the caller leaves.</param>
    /// <returns>Why it is refused; null where it is not.</returns>
    ValueTask<GatewayError?> CheckAsync(GatewayCall made, string place, CancellationToken cancellationToken);
}
