using Switchboard.Gateway.Pipeline;

namespace Switchboard.Gateway.Relay;

/// <summary>A request cannot be signed, and so not be sent. Relays take it for a fault of the network that knows its own words.</summary>
/// <param name="error">What the caller is told.</param>
internal sealed class SigningException(GatewayError error) : IOException(error.Body.Message)
{
    /// <summary>What the caller is told.</summary>
    public GatewayError Error { get; } = error;
}
