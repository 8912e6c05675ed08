using Switchboard.Gateway.Pipeline;

namespace Switchboard.Gateway.Providers;

/// <summary>A provider that answers <see cref="ApiOperation.ChatCompletions"/>.</summary>
public interface IChatProvider : IProvider
{
    /// <summary>Answers into the call's sink, or says why not with nothing written.</summary>
    /// <param name="call">The call.</param>
    /// <param name="model">The model's name at this provider.</param>
    /// <param name="cancellationToken">Fires when the caller leaves; the upstream call ends with it.</param>
    ValueTask<GatewayOutcome> CompleteChatAsync(GatewayCall call, string model, CancellationToken cancellationToken);
}
