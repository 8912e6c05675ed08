namespace Switchboard.Server.Health;

/// <summary>How something stands that the gateway relies on.</summary>
/// <param name="Name">What it is to the gateway.</param>
/// <param name="Kind">What it is.</param>
/// <param name="State">How it stands.</param>
/// <param name="Latency">How long it took to answer; null where it did not, or was not asked.</param>
internal sealed record Dependency(string Name, string Kind, DependencyState State, TimeSpan? Latency = null)
{
    /// <summary>What more there is to say, as numbers by name.</summary>
    public IReadOnlyList<(string Name, long Value)> Counts { get; init; } = [];
}

/// <summary>How a dependency stands.</summary>
internal enum DependencyState
{
    /// <summary>It answers.</summary>
    Ok,

    /// <summary>It works on with less: something waits, or is lost.</summary>
    Degraded,

    /// <summary>It does not answer.</summary>
    Down,
}
