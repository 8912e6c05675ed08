namespace Switchboard.Gateway.Accounting;

/// <summary>How much time a bucket of usage holds. The numbers are seconds.</summary>
public enum BucketWidth
{
    /// <summary>A minute.</summary>
    Minute = 60,

    /// <summary>An hour.</summary>
    Hour = 3_600,

    /// <summary>A day, UTC.</summary>
    Day = 86_400,
}

/// <summary>Which sums by spans of time are wanted: of the calls for which a provider was asked.</summary>
public sealed record BucketQuery
{
    /// <summary>The first moment: the beginning of a bucket.</summary>
    public required DateTimeOffset From { get; init; }

    /// <summary>The first moment that does not belong to it: the beginning of another.</summary>
    public required DateTimeOffset Until { get; init; }

    /// <summary>How much time a bucket holds.</summary>
    public required BucketWidth Width { get; init; }

    /// <summary>What the sums of a bucket are told apart by; never the day. Nothing for one sum a bucket.</summary>
    public IReadOnlyList<UsageGroup> Groups { get; init; } = [];

    /// <summary>What the calls must have: one of these values each.</summary>
    public IReadOnlyDictionary<UsageGroup, IReadOnlyList<string>> Any { get; init; } = new Dictionary<UsageGroup, IReadOnlyList<string>>();

    /// <summary>True for the calls alone that cost something.</summary>
    public bool IsCharged { get; init; }

    /// <summary>The most sums.</summary>
    public int Limit { get; init; } = 10_000;
}

/// <summary>Sums of a bucket.</summary>
/// <param name="Start">The beginning of the bucket.</param>
/// <param name="Sums">The sums, and what they have in common.</param>
public sealed record BucketSums(DateTimeOffset Start, UsageSums Sums);
