namespace Switchboard.Gateway.Configuration;

/// <summary>How responses are kept that the gateway answers itself, the <c>responses:</c> part.</summary>
public sealed record ResponseStoreSettings
{
    /// <summary>The most responses that are kept (<c>max_stored</c>), 0 to 1,000,000; those used longest ago go first. Default 10,000.</summary>
    public int MaxStored { get; init; } = 10_000;

    /// <summary>The most room that they take, in megabytes (<c>max_megabytes</c>), 1 to 65,536. Default 256.</summary>
    public int MaxMegabytes { get; init; } = 256;

    /// <summary>How long one is kept after it was used last (<c>max_age</c>), 1 s to 30 d. Default 24 h.</summary>
    public TimeSpan MaxAge { get; init; } = TimeSpan.FromHours(24);
}
