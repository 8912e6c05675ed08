namespace Switchboard.Gateway.Configuration;

/// <summary>The rules of the <c>cache:</c> part.</summary>
internal static class CacheRules
{
    private static readonly TimeSpan s_longestLife = TimeSpan.FromDays(30);

    public static void Check(CacheSettings cache, List<ConfigurationFault> faults)
    {
        Ranges.Check("cache.ttl", cache.Life, TimeSpan.FromSeconds(1), s_longestLife, faults);
        Ranges.Check("cache.max_entry_kb", cache.MaxEntryKilobytes, 1, 65_536, " kilobytes", faults);
        Ranges.Check("cache.max_mb", cache.MaxMegabytes, 1, 65_536, " megabytes", faults);
        if (cache.Semantic is { } semantic)
        {
            Check(semantic, faults);
        }
    }

    /// <summary>How long answers of a model are kept; zero for not at all.</summary>
    public static void CheckLife(string path, TimeSpan? life, List<ConfigurationFault> faults)
    {
        if (life is { } own && own != TimeSpan.Zero)
        {
            Ranges.Check(path, own, TimeSpan.FromSeconds(1), s_longestLife, faults);
        }
    }

    private static void Check(SemanticCacheSettings semantic, List<ConfigurationFault> faults)
    {
        if (string.IsNullOrWhiteSpace(semantic.Model))
        {
            faults.Add(new("cache.semantic.model", "A model that makes vectors is needed, such as local/switchboard-tiny-embed or text-embedding-3-small."));
        }

        Ranges.Check("cache.semantic.threshold", semantic.Threshold, 0.5, 1, faults);
        Ranges.Check("cache.semantic.max_entries", semantic.MaxEntries, 1, Ranges.MostRequests, "", faults);
        Ranges.Check("cache.semantic.timeout", semantic.Timeout, TimeSpan.FromMilliseconds(10), TimeSpan.FromMinutes(1), faults);
    }
}
