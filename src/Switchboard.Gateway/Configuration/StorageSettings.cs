namespace Switchboard.Gateway.Configuration;

/// <summary>Where the gateway keeps what it knows, the <c>storage:</c> part.</summary>
public sealed record StorageSettings
{
    /// <summary>
    /// The Redis (or Valkey) that several gateways share their counters, cache and locks in (<c>shared</c>,
    /// <c>REDIS_URL</c>), as <see cref="RedisUrl"/> has it; null for the memory of this process. Default null.
    /// </summary>
    public Secret? Shared { get; init; }

    /// <summary>How long one question to it may take (<c>shared_timeout</c>), 10 ms to 10 s. Default 250 ms.</summary>
    public TimeSpan SharedTimeout { get; init; } = TimeSpan.FromMilliseconds(250);
}
