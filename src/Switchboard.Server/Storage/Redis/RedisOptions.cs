using Switchboard.Gateway.Configuration;

namespace Switchboard.Server.Storage.Redis;

/// <summary>How the client speaks to its server.</summary>
/// <param name="Url">Where it is.</param>
/// <param name="Timeout">How long a command waits for its answer.</param>
internal sealed record RedisOptions(RedisUrl Url, TimeSpan Timeout)
{
    /// <summary>The time to connect and to sign in.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The least time between two attempts to connect; it doubles with each.</summary>
    public TimeSpan LeastBackOff { get; init; } = TimeSpan.FromMilliseconds(50);

    /// <summary>The most.</summary>
    public TimeSpan MostBackOff { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How many commands in a row must have had no answer in time for the server to be left alone.</summary>
    public int TimeoutsUntilAway { get; init; } = 3;

    /// <summary>How often a server that is left alone is asked whether it answers again.</summary>
    public TimeSpan ProbeEvery { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>How long a place in a concurrent counter is held without being renewed; it is renewed four times in that.</summary>
    public TimeSpan LeaseLife { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>How long a server may be silent before its connection is given up.</summary>
    public TimeSpan LongestSilence { get; init; } = TimeSpan.FromSeconds(15);
}
