namespace Switchboard.Gateway.Caching;

/// <summary>What the cache did for a call, for <c>x-switchboard-cache</c>.</summary>
/// <param name="Result">What it did.</param>
public sealed record CacheNote(CacheResult Result)
{
    /// <summary>How old the answer is, where it is from the cache.</summary>
    public TimeSpan Age { get; init; }

    /// <summary>How near the question is to the one that was answered, 0 to 1, where it is not the same.</summary>
    public double? Similarity { get; init; }

    /// <summary>True where no provider was asked.</summary>
    public bool IsAnswer => Result is CacheResult.Hit or CacheResult.Semantic;

    /// <summary>The provider was asked, and its answer may be kept.</summary>
    public static CacheNote Miss { get; } = new(CacheResult.Miss);

    /// <summary>The provider was asked, and its answer is not kept.</summary>
    public static CacheNote Bypass { get; } = new(CacheResult.Bypass);
}

/// <summary>What the cache did for a call.</summary>
public enum CacheResult
{
    /// <summary>It answered the same request.</summary>
    Hit,

    /// <summary>It answered a question that means the same.</summary>
    Semantic,

    /// <summary>It had no answer, or none that was wanted.</summary>
    Miss,

    /// <summary>It was left aside: the request is none whose answer can be given again, or its caller did not want it.</summary>
    Bypass,
}
