namespace Switchboard.Client;

/// <summary>How a websocket is kept, whatever is said over it.</summary>
public sealed record SocketOptions
{
    /// <summary>How many bytes of events may wait to be sent, above zero; 1 MiB by default. A send that finds no room waits. One event that is larger goes alone.</summary>
    public long SendQueueBytes { get; init; } = 1024 * 1024;

    /// <summary>How many bytes of events may wait to be read, above zero; 4 MiB by default. When they are full the server is read no further.</summary>
    public long ReceiveQueueBytes { get; init; } = 4 * 1024 * 1024;

    /// <summary>The largest event that is taken, in bytes, above zero; 64 MiB by default. A larger one ends the connection.</summary>
    public int MaxMessageBytes { get; init; } = 64 * 1024 * 1024;

    /// <summary>After how long a silence the server is pinged; 20 seconds by default, <see cref="Timeout.InfiniteTimeSpan"/> for never. A browser sees to this itself.</summary>
    public TimeSpan KeepAliveInterval { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>How long the server may take to answer a ping before the connection counts as broken; 20 seconds by default, <see cref="Timeout.InfiniteTimeSpan"/> for ever.</summary>
    public TimeSpan KeepAliveTimeout { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>What is done when the connection breaks; null, the default, to let it be.</summary>
    public ReconnectOptions? Reconnect { get; init; }

    /// <exception cref="ArgumentOutOfRangeException">A value cannot work.</exception>
    internal void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(SendQueueBytes);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(ReceiveQueueBytes);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(MaxMessageBytes);
        Transport.ClientEnvironment.Positive(KeepAliveInterval, nameof(KeepAliveInterval));
        Transport.ClientEnvironment.Positive(KeepAliveTimeout, nameof(KeepAliveTimeout));
        if (Reconnect is { } reconnect)
        {
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(reconnect.MaxAttempts, nameof(ReconnectOptions.MaxAttempts));
            ArgumentOutOfRangeException.ThrowIfLessThan(reconnect.FirstDelay, TimeSpan.Zero, nameof(ReconnectOptions.FirstDelay));
            ArgumentOutOfRangeException.ThrowIfLessThan(reconnect.MaxDelay, reconnect.FirstDelay, nameof(ReconnectOptions.MaxDelay));
        }
    }
}
