using System.Runtime.CompilerServices;
using Switchboard.Client.Transport;
using Switchboard.Protocol.Errors;
using Switchboard.Protocol.Json;
using Switchboard.Protocol.Responses;

namespace Switchboard.Client.Responses;

/// <summary>A websocket over which responses are asked for, turn after turn. Sending is thread-safe.</summary>
/// <example><code>
/// await using var connection = await client.Responses.ConnectAsync();
/// await foreach (var news in connection.StreamAsync(new() { Model = "gpt-5", Input = "Hello" })) { … }
/// </code></example>
public sealed class ResponsesConnection : IAsyncDisposable
{
    private static readonly KeyValuePair<string, RawJson>[] s_type = [new("type", RawJson.Parse("\"response.create\""u8))];

    private readonly WebSocketChannel _channel;

    internal ResponsesConnection(WebSocketChannel channel) => _channel = channel;

    /// <summary>Asks for a response. With a <see cref="ResponseCreateClientEvent.StreamId"/> several may be under way, whose events bear that name.</summary>
    /// <param name="request">The request; it streams in any case, and cannot run in the background.</param>
    /// <param name="cancellationToken">Ends the wait for room; the connection is none the worse.</param>
    /// <exception cref="ApiConnectionException">The connection has ended.</exception>
    /// <exception cref="ObjectDisposedException">The connection was disposed of.</exception>
    public ValueTask SendAsync(ResponseCreateClientEvent request, CancellationToken cancellationToken = default) => _channel.SendAsync(request, cancellationToken);

    /// <summary>
    /// The events of all responses as they come, until the server closes the connection or it is disposed of. Errors are events too
    /// (<see cref="ResponseErrorEvent"/>), and so is the news of another connection (<see cref="ReconnectOptions.ReconnectedType"/>):
    /// responses that were under way on the one before are lost.
    /// </summary>
    /// <remarks>A loop that was left can be followed by another; two at a time cannot be.</remarks>
    /// <param name="cancellationToken">Ends the loop; the connection stays.</param>
    /// <exception cref="ApiSocketClosedException">The server closed the connection otherwise than normally, or it broke.</exception>
    /// <exception cref="ApiException">Connecting again failed (<see cref="SocketOptions.Reconnect"/>).</exception>
    /// <exception cref="ApiStreamException">An event cannot be read; another loop goes on after it.</exception>
    /// <exception cref="InvalidOperationException">Another loop is reading.</exception>
    public IAsyncEnumerable<ResponseStreamEvent> ReceiveAsync(CancellationToken cancellationToken = default) => _channel.ReadEventsAsync<ResponseStreamEvent, ResponseStreamEvent>(cancellationToken);

    /// <summary>One turn: asks for a response and gives its events up to the last, after which the next turn can be asked for. Read it to its end.</summary>
    /// <param name="request">The request, as for <see cref="ResponsesClient.StreamAsync(ResponseRequest, CallOptions, CancellationToken)"/>.</param>
    /// <param name="cancellationToken">Ends the loop; what still comes of the response is the next loop's then.</param>
    /// <exception cref="ApiStreamException">The server reported an error, or sent an event that cannot be read.</exception>
    /// <exception cref="ApiConnectionException">The connection ended before the response was whole.</exception>
    /// <inheritdoc cref="ReceiveAsync" path="/exception"/>
    public async IAsyncEnumerable<ResponseStreamEvent> StreamAsync(ResponseRequest request, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        await _channel.SendAsync(MessageOf(request), cancellationToken).ConfigureAwait(false);
        await foreach (var news in ReceiveAsync(cancellationToken).ConfigureAwait(false))
        {
            if (news is ResponseErrorEvent error)
            {
                throw new ApiStreamException(ApiError.Read(WireJson.SerializeToUtf8Bytes(error)), requestId: null);
            }

            if (news is UnknownResponseStreamEvent { Type: ReconnectOptions.ReconnectedType })
            {
                throw new ApiConnectionException("The connection broke and was opened again: the response that was under way is lost.");
            }

            yield return news;
            if (StreamEnd.IsLast(news))
            {
                yield break;
            }
        }

        throw new ApiConnectionException("The connection was closed before the response was whole.");
    }

    /// <summary>Sends what waits and closes the connection; loops over <see cref="ReceiveAsync"/> end. It takes 2 seconds at most.</summary>
    public ValueTask DisposeAsync() => _channel.DisposeAsync();

    private static PooledBuffer MessageOf(ResponseRequest request)
    {
        var message = new PooledBuffer();
        using var body = new PooledBuffer();

        // Here every answer is a stream, and the server refuses to be told so.
        WireJson.Serialize(body, request with { Stream = null });
        JsonMembers.Merge(body.WrittenSpan, s_type, message);
        return message;
    }
}
