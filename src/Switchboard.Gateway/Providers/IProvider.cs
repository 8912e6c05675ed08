using Switchboard.Gateway.Pipeline;

namespace Switchboard.Gateway.Providers;

/// <summary>Something that runs models.</summary>
public interface IProvider
{
    /// <summary>Its name in the configuration, and the prefix of <c>provider/model</c>.</summary>
    string Name { get; }

    /// <summary>Whether it answers calls of this operation at all.</summary>
    bool Offers(ApiOperation operation);

    /// <summary>Whether it answers those of them that name no model, too: a websocket, a stored prompt.</summary>
    bool OffersUnnamed(ApiOperation operation) => Offers(operation);

    /// <summary>True where it speaks the caller's own dialect, so that it takes the request as it came and not as a chat request.</summary>
    bool Passes(CallOrigin origin) => false;

    /// <summary>Answers into the call's sink, or says why not with nothing written. Only for operations that it offers.</summary>
    /// <param name="call">The call.</param>
    /// <param name="model">The model's name at this provider; empty where the call names none.</param>
    /// <param name="cancellationToken">Fires when the caller leaves; the upstream call ends with it.</param>
    ValueTask<GatewayOutcome> AnswerAsync(GatewayCall call, string model, CancellationToken cancellationToken);

    /// <summary>The models it offers now; an error where it cannot be asked.</summary>
    ValueTask<ModelListing> ListModelsAsync(CancellationToken cancellationToken);
}
