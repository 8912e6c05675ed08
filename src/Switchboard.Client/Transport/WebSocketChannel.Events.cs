using System.Runtime.CompilerServices;
using System.Text.Json;
using Switchboard.Protocol.Errors;
using Switchboard.Protocol.Json;

namespace Switchboard.Client.Transport;

/// <summary>Events in place of bytes.</summary>
internal sealed partial class WebSocketChannel
{
    /// <summary>Queues an event.</summary>
    public ValueTask SendAsync<T>(T value, CancellationToken cancellationToken)
        where T : IWireCodec<T>
    {
        ArgumentNullException.ThrowIfNull(value);
        var message = new PooledBuffer();
        WireJson.Serialize(message, value);
        return SendAsync(message, cancellationToken);
    }

    /// <summary>The events that come; a new connection shows as one of <see cref="ReconnectOptions.ReconnectedType"/>.</summary>
    public async IAsyncEnumerable<T> ReadEventsAsync<T, TCodec>([EnumeratorCancellation] CancellationToken cancellationToken)
        where TCodec : IWireCodec<T>
    {
        await foreach (var message in ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            using var body = message.Body ?? News(message.Attempts);
            yield return Read<T, TCodec>(body.WrittenSpan);
        }
    }

    private static PooledBuffer News(int attempts)
    {
        var news = new PooledBuffer();
        news.Write(System.Text.Encoding.UTF8.GetBytes($$"""{"type":"{{ReconnectOptions.ReconnectedType}}","attempts":{{attempts}}}"""));
        return news;
    }

    private T Read<T, TCodec>(ReadOnlySpan<byte> json)
        where TCodec : IWireCodec<T>
    {
        try
        {
            return WireJson.Deserialize<T, TCodec>(json);
        }
        catch (JsonException fault)
        {
            throw new ApiStreamException(ApiError.Read(json), null, $"An event of {_source.Name} cannot be read: {fault.Message}", fault);
        }
    }
}
