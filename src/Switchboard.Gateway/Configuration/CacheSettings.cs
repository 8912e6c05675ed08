namespace Switchboard.Gateway.Configuration;

/// <summary>How answers are kept to be given again, the <c>cache:</c> part.</summary>
public sealed record CacheSettings
{
    /// <summary>Whether answers are kept (<c>enabled</c>). Default false.</summary>
    public bool Enabled { get; init; }

    /// <summary>How long an answer is given again (<c>ttl</c>), 1 s to 30 days. Default 1 h. A model of the table may have its own.</summary>
    public TimeSpan Life { get; init; } = TimeSpan.FromHours(1);

    /// <summary>The largest answer that is kept, in kilobytes (<c>max_entry_kb</c>), 1 to 65,536. Default 2,048. Redis takes none above 4,096.</summary>
    public int MaxEntryKilobytes { get; init; } = 2048;

    /// <summary>The most memory of this process that answers take, in megabytes (<c>max_mb</c>), 1 to 65,536. Default 256.</summary>
    public int MaxMegabytes { get; init; } = 256;

    /// <summary>Who is given an answer again (<c>scope</c>). Default <see cref="CacheScope.Key"/>.</summary>
    public CacheScope Scope { get; init; }

    /// <summary>The models whose answers are kept, as callers write them, with <c>*</c> for any text (<c>models</c>). Default all.</summary>
    public IReadOnlyList<string> Models { get; init => field = ValueList<string>.Of(value); } = ValueList<string>.Empty;

    /// <summary>Answers to questions that mean the same (<c>semantic</c>). Default null: only equal requests are.</summary>
    public SemanticCacheSettings? Semantic { get; init; }
}

/// <summary>Who is given an answer again.</summary>
public enum CacheScope
{
    /// <summary>The project of the key that asked, or the key where it is in none.</summary>
    Key,

    /// <summary>Everybody.</summary>
    Shared,
}

/// <summary>How questions are found that mean the same, <c>cache.semantic</c>.</summary>
public sealed record SemanticCacheSettings
{
    /// <summary>The model that makes vectors of questions (<c>model</c>), a name that a caller could write.</summary>
    public required string Model { get; init; }

    /// <summary>The cosine from which two questions mean the same (<c>threshold</c>), 0.5 to 1. Default 0.95.</summary>
    public double Threshold { get; init; } = 0.95;

    /// <summary>The most questions that are remembered (<c>max_entries</c>), 1 to 1,000,000; the oldest go first. Default 10,000.</summary>
    public int MaxEntries { get; init; } = 10_000;

    /// <summary>How long the vector may take (<c>timeout</c>), 10 ms to 60 s; then the question is asked. Default 2 s.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(2);
}
