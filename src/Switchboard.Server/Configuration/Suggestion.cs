namespace Switchboard.Server.Configuration;

/// <summary>The known name that a misspelt one most likely means.</summary>
internal static class Suggestion
{
    // What other servers call these things.
    private static readonly Dictionary<string, string> s_synonyms = new(StringComparer.Ordinal)
    {
        ["port"] = "urls",
        ["host"] = "urls",
        ["listen"] = "urls",
        ["address"] = "urls",
        ["key"] = "api_key",
        ["endpoint"] = "base_url",
        ["api_base"] = "base_url",
        ["models_path"] = "models_dir",
    };

    /// <summary>The nearest of <paramref name="known"/>, or null when none is near.</summary>
    public static string? For(string written, IReadOnlyCollection<string> known)
    {
        var plain = written.Replace('-', '_').ToLowerInvariant();
        if (s_synonyms.TryGetValue(plain, out var synonym) && known.Contains(synonym))
        {
            return synonym;
        }

        var (name, distance) = known
            .Select(candidate => (Name: candidate, Distance: Distance(plain, candidate)))
            .DefaultIfEmpty((Name: "", Distance: int.MaxValue))
            .MinBy(candidate => candidate.Distance);
        return distance <= Math.Max(2, plain.Length * 2 / 5) ? name : null;
    }

    // Levenshtein, one row at a time.
    private static int Distance(string left, string right)
    {
        var row = Enumerable.Range(0, right.Length + 1).ToArray();
        for (var i = 1; i <= left.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= right.Length; j++)
            {
                var substitute = diagonal + (left[i - 1] == right[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(substitute, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return row[right.Length];
    }
}
