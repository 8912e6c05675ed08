namespace Switchboard.Client.Transport;

/// <summary>What a channel gives its reader: an event, or the news that the connection is another one.</summary>
/// <param name="Body">The event, to be disposed of by the reader; null for the news.</param>
/// <param name="Attempts">How many attempts it took to open the connection again.</param>
internal readonly record struct SocketMessage(PooledBuffer? Body, int Attempts = 0);
