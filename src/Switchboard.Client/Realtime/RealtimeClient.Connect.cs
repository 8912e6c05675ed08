using Switchboard.Client.Transport;
using Switchboard.Protocol.Realtime;

namespace Switchboard.Client.Realtime;

/// <content>Sessions over a websocket.</content>
public sealed partial class RealtimeClient
{
    /// <summary>Opens a session with a model.</summary>
    /// <param name="model">The model, such as <c>gpt-realtime</c>; with classic Azure deployments, the deployment.</param>
    /// <param name="cancellationToken">Ends the opening.</param>
    /// <returns>The session; dispose of it to end it.</returns>
    /// <exception cref="ApiException">It could not be opened: see <see cref="ConnectAsync(RealtimeConnectionOptions, CancellationToken)"/>.</exception>
    /// <exception cref="ArgumentException">The model is empty.</exception>
    public Task<RealtimeConnection> ConnectAsync(string model, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(model);
        return ConnectAsync(new RealtimeConnectionOptions { Model = model }, cancellationToken);
    }

    /// <summary>Opens a session over a websocket: a conversation, a transcription, a translation, or a call that others speak in.</summary>
    /// <remarks>
    /// The key, the organization, the client's headers and its retries are those of every call; a client secret
    /// (<c>client.Realtime.ClientSecrets</c>) serves as <see cref="SwitchboardClientOptions.ApiKey"/>. In a browser, which sets no headers,
    /// the key goes as a subprotocol: give it a client secret there.
    /// </remarks>
    /// <param name="options">Which session, and how it is kept.</param>
    /// <param name="cancellationToken">Ends the opening; the session goes on until it is disposed of.</param>
    /// <returns>The session; dispose of it to end it.</returns>
    /// <exception cref="ApiStatusException">The server refused.</exception>
    /// <exception cref="ApiConnectionException">The server could not be reached, or answered no websocket handshake.</exception>
    /// <exception cref="ApiResponseException">The server answered with a page or the like.</exception>
    /// <exception cref="ArgumentException">The options contradict themselves or hold a value that cannot work.</exception>
    public async Task<RealtimeConnection> ConnectAsync(RealtimeConnectionOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        var source = new SocketSource<RealtimeConnectionOptions, RealtimeClientEvent>(
            _transport, options, options.Socket, "realtime", static (options, endpoint, again) => options.ToRequest(endpoint, again), static options => options.Reconnecting);
        return new RealtimeConnection(await WebSocketChannel.OpenAsync(source, options.Socket, _transport.Options.TimeProvider, cancellationToken).ConfigureAwait(false), options);
    }
}
