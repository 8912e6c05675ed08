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
}
