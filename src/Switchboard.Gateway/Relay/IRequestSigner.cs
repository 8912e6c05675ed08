using Switchboard.Gateway.Relay.Http;

namespace Switchboard.Gateway.Relay;

/// <summary>Makes a finished request one that the provider accepts, where a key that never changes does not do: a token that is renewed, a signature.</summary>
internal interface IRequestSigner
{
    /// <summary>The request as it is sent.</summary>
    /// <param name="request">The request; its body is <see cref="RequestContent"/>, or none, where it is signed.</param>
    /// <param name="cancellationToken">Ends the waiting for a token.</param>
    /// <exception cref="SigningException">There is no token to be had.</exception>
    ValueTask<UpstreamRequest> SignAsync(UpstreamRequest request, CancellationToken cancellationToken);
}
