using System.Net.WebSockets;
using Switchboard.Protocol.Json;

namespace Switchboard.Client.Transport;

/// <summary>Opens connections of one kind by their options, which a hook may change in between.</summary>
/// <param name="transport">The way.</param>
/// <param name="options">The first options.</param>
/// <param name="socket">How the connection is kept.</param>
/// <param name="subProtocol">What the two speak, in the websocket's words; null to leave it unsaid.</param>
/// <param name="describe">The handshake's request.</param>
/// <param name="hook">The hook in the options.</param>
internal sealed class SocketSource<TOptions, TEvent>(
    ApiTransport transport,
    TOptions options,
    SocketOptions socket,
    string? subProtocol,
    Func<TOptions, ApiEndpoint, bool, ApiRequest> describe,
    Func<TOptions, Func<ReconnectContext<TOptions, TEvent>, CancellationToken, ValueTask>?> hook) : ISocketSource
    where TEvent : IWireCodec<TEvent>
{
    private TOptions _options = options;

    public string Name => describe(_options, transport.Endpoint, false).Operation.Path;

    public Task<WebSocket> ConnectAsync(bool again, CancellationToken cancellationToken) =>
        transport.OpenSocketAsync(describe(_options, transport.Endpoint, again), new WebSocketHandshake(socket, subProtocol), cancellationToken);

    public async ValueTask<IReadOnlyList<PooledBuffer>?> PrepareAsync(int attempt, ApiException cause, CancellationToken cancellationToken)
    {
        if (hook(_options) is not { } ask)
        {
            return [];
        }

        var context = new ReconnectContext<TOptions, TEvent>(attempt, cause, _options);
        await ask(context, cancellationToken).ConfigureAwait(false);
        _options = context.Options ?? throw new ArgumentException("The hook before reconnecting left no options.");
        return context.GivesUp ? null : [.. context.First.Select(Write)];
    }

    private static PooledBuffer Write(TEvent value)
    {
        var message = new PooledBuffer();
        WireJson.Serialize(message, value);
        return message;
    }
}
