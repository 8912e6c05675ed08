using Switchboard.Client.Transport;
using Switchboard.Protocol.Operations;
using Switchboard.Protocol.Responses;

namespace Switchboard.Client.Responses;

/// <summary>How a <see cref="ResponsesConnection"/> is opened and kept.</summary>
public sealed record ResponsesConnectionOptions
{
    private static readonly OpenAIOperation s_connect = new("connect-responses", "GET", "/responses");

    /// <summary>Headers, query, timeout and retries of the handshake.</summary>
    public CallOptions? Call { get; init; }

    /// <summary>Queues, limits, pings, reconnecting.</summary>
    public SocketOptions Socket { get; init; } = new();

    /// <summary>Asked before each attempt to connect again: it may change the options, say what to send first, or give up. A fault of it ends the connection.</summary>
    public Func<ReconnectContext<ResponsesConnectionOptions, ResponseCreateClientEvent>, CancellationToken, ValueTask>? Reconnecting { get; init; }

    internal ApiRequest ToRequest(bool again)
    {
        Socket.Validate();
        return new ApiRequest(s_connect, s_connect.Path, again ? (Call ?? new()) with { MaxRetries = 0 } : Call);
    }
}
