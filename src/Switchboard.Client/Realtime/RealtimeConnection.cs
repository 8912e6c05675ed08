using System.Runtime.CompilerServices;
using Switchboard.Client.Transport;
using Switchboard.Protocol.Realtime;

namespace Switchboard.Client.Realtime;

/// <summary>A realtime session over a websocket: events go in and come out, both at once. Sending is thread-safe.</summary>
/// <remarks>
/// Read the events, even those of no interest: what is not read fills the queue, and then the server is read no further. Sending queues
/// an event and waits only while the queue is full (<see cref="SocketOptions.SendQueueBytes"/>).
/// </remarks>
/// <example><code>
/// await using var session = await client.Realtime.ConnectAsync("gpt-realtime");
/// await session.AddUserTextAsync("Hello");
/// await session.CreateResponseAsync();
/// await foreach (var news in session.ReceiveAsync()) { … }
/// </code></example>
public sealed partial class RealtimeConnection : IAsyncDisposable
{
    private readonly WebSocketChannel _channel;
    private readonly RealtimeConnectionOptions _options;
    private readonly RealtimePlayback _playback = new();

    internal RealtimeConnection(WebSocketChannel channel, RealtimeConnectionOptions options)
    {
        _channel = channel;
        _options = options;
    }

    /// <summary>Sends an event. One that no type is made for goes as an <see cref="UnknownRealtimeClientEvent"/>.</summary>
    /// <param name="clientEvent">The event.</param>
    /// <param name="cancellationToken">Ends the wait for room; the connection is none the worse.</param>
    /// <exception cref="ApiConnectionException">The connection has ended.</exception>
    /// <exception cref="ObjectDisposedException">The session was disposed of.</exception>
    public ValueTask SendAsync(RealtimeClientEvent clientEvent, CancellationToken cancellationToken = default) => _channel.SendAsync(clientEvent, cancellationToken);

    /// <summary>Sends an event of a session that translates.</summary>
    /// <inheritdoc cref="SendAsync(RealtimeClientEvent, CancellationToken)"/>
    public ValueTask SendAsync(RealtimeTranslationClientEvent clientEvent, CancellationToken cancellationToken = default) => _channel.SendAsync(clientEvent, cancellationToken);

    /// <summary>
    /// The events of the server as they come, until the server closes the session or it is disposed of. Errors of the session are events
    /// too (<see cref="RealtimeErrorEvent"/>): most leave it usable. Events that no type is made for come as <see cref="UnknownRealtimeServerEvent"/>,
    /// and so does the news of another connection (<see cref="ReconnectOptions.ReconnectedType"/>).
    /// </summary>
    /// <remarks>A loop that was left can be followed by another; two at a time cannot be.</remarks>
    /// <param name="cancellationToken">Ends the loop; the session goes on.</param>
    /// <exception cref="ApiSocketClosedException">The server closed the session otherwise than normally, or the connection broke.</exception>
    /// <exception cref="ApiException">Connecting again failed (<see cref="SocketOptions.Reconnect"/>).</exception>
    /// <exception cref="ApiStreamException">An event cannot be read; another loop goes on after it.</exception>
    /// <exception cref="InvalidOperationException">Another loop is reading.</exception>
    public async IAsyncEnumerable<RealtimeServerEvent> ReceiveAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        // Both kinds of session have an event of the same type for their beginning and their change.
        var events = _options.IsTranslation
            ? _channel.ReadEventsAsync<RealtimeServerEvent, RealtimeTranslationServerEventCodec>(cancellationToken)
            : _channel.ReadEventsAsync<RealtimeServerEvent, RealtimeServerEvent>(cancellationToken);
        await foreach (var serverEvent in events.ConfigureAwait(false))
        {
            _playback.Observe(serverEvent);
            yield return serverEvent;
        }
    }

    /// <summary>Sends what waits and closes the connection; loops over <see cref="ReceiveAsync"/> end. It takes 2 seconds at most.</summary>
    public ValueTask DisposeAsync() => _channel.DisposeAsync();
}
