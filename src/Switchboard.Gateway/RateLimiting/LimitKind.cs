namespace Switchboard.Gateway.RateLimiting;

/// <summary>What a limit is of.</summary>
internal enum LimitKind
{
    /// <summary>Requests in any minute.</summary>
    RequestsPerMinute,

    /// <summary>Requests in any 24 hours.</summary>
    RequestsPerDay,

    /// <summary>Tokens in any minute.</summary>
    TokensPerMinute,

    /// <summary>Tokens in any 24 hours.</summary>
    TokensPerDay,

    /// <summary>Requests at the same time.</summary>
    ConcurrentRequests,

    /// <summary>Money, in nano-dollars.</summary>
    Budget,
}
