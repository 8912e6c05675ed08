using Switchboard.Gateway.Access;

namespace Switchboard.Gateway.Configuration;

/// <summary>Limits that hold whatever key asks, and what holds for all limits: the <c>limits:</c> part.</summary>
public sealed record LimitSettings
{
    /// <summary>What holds while the shared state is away (<c>when_unavailable</c>). Default <see cref="UnavailableHandling.Local"/>.</summary>
    public UnavailableHandling WhenUnavailable { get; init; }

    /// <summary>The limits of each user (<c>user</c>): whom the key tells, or else the request (<c>safety_identifier</c>, <c>user</c>). Null for none.</summary>
    public AccessLimits? User { get; init; }

    /// <summary>The limits of each address that asks (<c>address</c>). Null for none.</summary>
    public AccessLimits? Address { get; init; }

    /// <summary>
    /// The limits of models for all callers together (<c>models</c>), by the names that callers write, as patterns in which
    /// a <c>*</c> stands for anything; of several that fit the most particular one holds.
    /// </summary>
    public IReadOnlyDictionary<string, AccessLimits> Models { get; init => field = ValueMap<AccessLimits>.Of(value); } = ValueMap<AccessLimits>.Empty;
}
