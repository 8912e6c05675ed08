using System.Globalization;

namespace Switchboard.Gateway.Caching;

/// <summary>What a caller wants of the cache for one call.</summary>
public sealed record CacheWish
{
    /// <summary>Whatever is configured.</summary>
    public static CacheWish None { get; } = new();

    /// <summary>Nothing is looked up, and nothing kept (<c>no-store</c>, <c>bypass</c>).</summary>
    public bool Bypass { get; init; }

    /// <summary>Nothing is looked up; the answer is kept (<c>no-cache</c>).</summary>
    public bool Fresh { get; init; }

    /// <summary>No provider is asked (<c>only-if-cached</c>).</summary>
    public bool OnlyIfCached { get; init; }

    /// <summary>Only the same request, none that means the same (<c>exact</c>).</summary>
    public bool Exact { get; init; }

    /// <summary>How old an answer may be (<c>max-age</c>); null for any age.</summary>
    public TimeSpan? MaxAge { get; init; }

    /// <summary>How long the answer is kept (<c>ttl</c>), at most as long as is configured; null for that.</summary>
    public TimeSpan? Life { get; init; }

    /// <summary>Reads headers; words that are not known are passed over, as HTTP has it.</summary>
    /// <param name="cacheControl">The value of <c>Cache-Control</c>.</param>
    /// <param name="own">The value of <c>x-switchboard-cache</c>.</param>
    public static CacheWish Read(string? cacheControl, string? own) =>
        string.IsNullOrEmpty(cacheControl) && string.IsNullOrEmpty(own) ? None : None.With(cacheControl).With(own);

    private CacheWish With(string? header)
    {
        var wish = this;
        foreach (var word in (header ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var split = word.IndexOf('=', StringComparison.Ordinal);
            TimeSpan? seconds = split < 0 ? null : Seconds(word.AsSpan(split + 1));
            wish = (split < 0 ? word : word[..split]).TrimEnd().ToLowerInvariant() switch
            {
                "no-store" or "bypass" => wish with { Bypass = true },
                "no-cache" => wish with { Fresh = true },
                "only-if-cached" => wish with { OnlyIfCached = true },
                "exact" => wish with { Exact = true },
                "max-age" => wish with { MaxAge = seconds },
                "ttl" => wish with { Life = seconds },
                _ => wish,
            };
        }

        return wish;
    }

    // What cannot be read is the least: nobody gets an older answer than they asked for.
    private static TimeSpan Seconds(ReadOnlySpan<char> text) =>
        TimeSpan.FromSeconds(int.TryParse(text.Trim().Trim('"'), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) ? seconds : 0);
}
