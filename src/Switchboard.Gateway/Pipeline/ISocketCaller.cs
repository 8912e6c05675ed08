namespace Switchboard.Gateway.Pipeline;

/// <summary>
/// The caller's end of a websocket that it asks for and that is not open yet. What it offers is in the call's
/// <see cref="GatewayCall.ForwardedHeaders"/>; the bytes are the two ends' own business.
/// </summary>
public interface ISocketCaller
{
    /// <summary>Opens it. Called once, when the provider's end is open; from then on there is no status any more.</summary>
    /// <param name="headers">What the provider agreed to, and what else the caller may know of its answer.</param>
    /// <param name="cancellationToken">Fires when the caller leaves.</param>
    /// <returns>The bytes from and to the caller.</returns>
    ValueTask<Stream> OpenAsync(IReadOnlyList<KeyValuePair<string, string>> headers, CancellationToken cancellationToken);
}
