using Switchboard.Gateway.State;

namespace Switchboard.Gateway.Accounting;

/// <summary>What sums of the ledger can be told apart by.</summary>
public enum UsageGroup
{
    /// <summary>The day, UTC.</summary>
    Day,

    /// <summary>The model as callers wrote it; empty for requests that went nowhere.</summary>
    Model,

    /// <summary>The key.</summary>
    Key,

    /// <summary>The project.</summary>
    Project,

    /// <summary>The provider that was asked last.</summary>
    Provider,

    /// <summary>The model's name at that provider.</summary>
    Deployment,

    /// <summary>What was asked for.</summary>
    Operation,

    /// <summary>The user. Sums of days do not tell users apart; rows do, and so do buckets, which read the rows for it.</summary>
    User,
}

/// <summary>Which sums are wanted.</summary>
public sealed record UsageQuery
{
    /// <summary>The first day, UTC.</summary>
    public required DateOnly From { get; init; }

    /// <summary>The last day, which belongs to it.</summary>
    public required DateOnly To { get; init; }

    /// <summary>What the sums are told apart by; nothing for one sum.</summary>
    public IReadOnlyList<UsageGroup> Groups { get; init; } = [];

    /// <summary>What the requests must have.</summary>
    public IReadOnlyDictionary<UsageGroup, string> Only { get; init; } = new Dictionary<UsageGroup, string>();

    /// <summary>The most sums, 1 to 1,000.</summary>
    public int Limit { get; init; } = 100;

    /// <summary>How many sums are passed over.</summary>
    public int Offset { get; init; }
}

/// <summary>The sums of some requests.</summary>
public sealed record UsageSums
{
    /// <summary>The day; null where days are not told apart.</summary>
    public DateOnly? Day { get; init; }

    /// <summary>What they have in common, of what was asked for beside the day.</summary>
    public IReadOnlyDictionary<UsageGroup, string> Of { get; init; } = new Dictionary<UsageGroup, string>();

    /// <summary>Requests.</summary>
    public long Requests { get; init; }

    /// <summary>Of them, those that were answered with an error or whose answer broke off.</summary>
    public long Failed { get; init; }

    /// <summary>Of them, those whose caller left.</summary>
    public long Cancelled { get; init; }

    /// <summary>Of them, those that the cache answered.</summary>
    public long FromCache { get; init; }

    /// <summary>Of them, those whose cost is not known.</summary>
    public long Unpriced { get; init; }

    /// <summary>Tokens of prompts.</summary>
    public long Prompt { get; init; }

    /// <summary>Of those, read from a provider's cache.</summary>
    public long Cached { get; init; }

    /// <summary>Of those, written to a provider's cache.</summary>
    public long CacheWritten { get; init; }

    /// <summary>Tokens of answers.</summary>
    public long Completion { get; init; }

    /// <summary>Of those, reasoning.</summary>
    public long Reasoning { get; init; }

    /// <summary>Pictures made.</summary>
    public long Images { get; init; }

    /// <summary>Seconds of sound.</summary>
    public decimal Seconds { get; init; }

    /// <summary>Characters read out.</summary>
    public long Characters { get; init; }

    /// <summary>Searches.</summary>
    public long Searches { get; init; }

    /// <summary>What they cost, in nano-dollars, as far as that is known.</summary>
    public long Cost { get; init; }
}

/// <summary>Which rows are wanted.</summary>
public sealed record LedgerQuery
{
    /// <summary>The first moment.</summary>
    public required DateTimeOffset From { get; init; }

    /// <summary>The first moment that does not belong to it.</summary>
    public required DateTimeOffset Until { get; init; }

    /// <summary>What the rows must have; days do not count.</summary>
    public IReadOnlyDictionary<UsageGroup, string> Only { get; init; } = new Dictionary<UsageGroup, string>();

    /// <summary>The page.</summary>
    public RecordsQuery Page { get; init; } = new() { Limit = 100 };
}
