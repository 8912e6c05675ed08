namespace Switchboard.Gateway.Relay.Http;

/// <summary>Pooled connections to one provider.</summary>
internal interface IUpstreamTransport : IDisposable
{
    /// <summary>Sends a request; the answer's head has come when it returns, its body has not.</summary>
    /// <param name="request">The request.</param>
    /// <param name="cancellationToken">Ends the exchange, while the body is read too.</param>
    /// <exception cref="HttpRequestException">No connection, or no answer on it.</exception>
    /// <exception cref="IOException">The connection was lost, or what came is not HTTP.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled; or connecting took too long, when the token has not fired.</exception>
    ValueTask<UpstreamAnswer> SendAsync(UpstreamRequest request, CancellationToken cancellationToken);
}
