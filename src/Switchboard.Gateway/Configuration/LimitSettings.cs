namespace Switchboard.Gateway.Configuration;

/// <summary>What holds for all limits, the <c>limits:</c> part.</summary>
public sealed record LimitSettings
{
    /// <summary>What holds while the shared state is away (<c>when_unavailable</c>). Default <see cref="UnavailableHandling.Local"/>.</summary>
    public UnavailableHandling WhenUnavailable { get; init; }
}
