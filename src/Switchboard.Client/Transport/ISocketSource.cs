using System.Net.WebSockets;

namespace Switchboard.Client.Transport;

/// <summary>Opens a connection, and opens it again.</summary>
internal interface ISocketSource
{
    /// <summary>The connection's name in messages.</summary>
    string Name { get; }

    /// <exception cref="ApiException">It cannot be opened.</exception>
    Task<WebSocket> ConnectAsync(bool again, CancellationToken cancellationToken);

    /// <summary>Asks the user's hook before another attempt.</summary>
    /// <returns>What to send first; null to give up.</returns>
    ValueTask<IReadOnlyList<PooledBuffer>?> PrepareAsync(int attempt, ApiException cause, CancellationToken cancellationToken);
}
