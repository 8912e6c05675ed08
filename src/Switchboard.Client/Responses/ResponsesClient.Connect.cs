using Switchboard.Client.Transport;
using Switchboard.Protocol.Responses;

namespace Switchboard.Client.Responses;

/// <content>Responses over a websocket.</content>
public sealed partial class ResponsesClient
{
    /// <summary>Opens a websocket for one response after another, which saves the way of a request for each turn of an agent.</summary>
    /// <param name="options">How it is kept; null for the defaults.</param>
    /// <param name="cancellationToken">Ends the opening; the connection stays until it is disposed of.</param>
    /// <exception cref="ApiStatusException">The server refused.</exception>
    /// <exception cref="ApiConnectionException">The server could not be reached, or answered no websocket handshake.</exception>
    /// <exception cref="ApiResponseException">The server answered with a page or the like.</exception>
    /// <exception cref="ArgumentException">The options hold a value that cannot work.</exception>
    public async Task<ResponsesConnection> ConnectAsync(ResponsesConnectionOptions? options = null, CancellationToken cancellationToken = default)
    {
        options ??= new ResponsesConnectionOptions();
        var source = new SocketSource<ResponsesConnectionOptions, ResponseCreateClientEvent>(
            _transport, options, options.Socket, subProtocol: null, static (options, _, again) => options.ToRequest(again), static options => options.Reconnecting);
        return new ResponsesConnection(await WebSocketChannel.OpenAsync(source, options.Socket, _transport.Options.TimeProvider, cancellationToken).ConfigureAwait(false));
    }
}
