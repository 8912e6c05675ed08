using Switchboard.Gateway.Configuration;

namespace Switchboard.Gateway.Access;

/// <summary>How much may be asked in which time; null for as much as comes.</summary>
public sealed record AccessLimits
{
    /// <summary>Requests in any minute.</summary>
    public long? RequestsPerMinute { get; init; }

    /// <summary>Requests in any 24 hours.</summary>
    public long? RequestsPerDay { get; init; }

    /// <summary>Tokens of prompts and answers in any minute.</summary>
    public long? TokensPerMinute { get; init; }

    /// <summary>Tokens of prompts and answers in any 24 hours.</summary>
    public long? TokensPerDay { get; init; }

    /// <summary>Requests at the same time.</summary>
    public long? ConcurrentRequests { get; init; }

    /// <summary>
    /// Limits of single models within it, by the names that callers write, as patterns in which a <c>*</c> stands for
    /// anything; of several that fit the most particular one holds. They have no such limits of their own.
    /// </summary>
    public IReadOnlyDictionary<string, AccessLimits> Models { get; init => field = ValueMap<AccessLimits>.Of(value); } = ValueMap<AccessLimits>.Empty;
}
