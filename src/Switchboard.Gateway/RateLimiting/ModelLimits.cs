using Switchboard.Gateway.Access;

namespace Switchboard.Gateway.RateLimiting;

/// <summary>Limits by the names of models. Of several patterns that fit a name the most particular one holds.</summary>
internal sealed class ModelLimits
{
    private readonly (string Pattern, LimitRule[] Rules)[] _rows;

    /// <summary>Limits of models.</summary>
    /// <param name="models">The limits by pattern.</param>
    /// <param name="owner">Whose they are, by pattern.</param>
    /// <param name="id">What their counters are called by, by pattern.</param>
    public ModelLimits(IReadOnlyDictionary<string, AccessLimits> models, Func<string, LimitOwner> owner, Func<string, string> id) =>
        _rows = [.. models
            .OrderBy(row => row.Key.Contains('*', StringComparison.Ordinal))
            .ThenByDescending(row => row.Key.Length)
            .ThenBy(row => row.Key, StringComparer.Ordinal)
            .Select(row => (row.Key, RulesOf(owner(row.Key), id(row.Key), row.Value)))];

    /// <summary>Whether there are none.</summary>
    public bool IsEmpty => _rows.Length == 0;

    /// <summary>The limits of a model, as the caller wrote it; empty for none.</summary>
    public ReadOnlySpan<LimitRule> Of(string model)
    {
        foreach (var (pattern, rules) in _rows)
        {
            if (NamePattern.Matches(pattern, model))
            {
                return rules;
            }
        }

        return [];
    }

    private static LimitRule[] RulesOf(LimitOwner owner, string id, AccessLimits limits)
    {
        var rules = new List<LimitRule>();
        LimitRule.Add(rules, owner, id, limits);
        return [.. rules];
    }
}
