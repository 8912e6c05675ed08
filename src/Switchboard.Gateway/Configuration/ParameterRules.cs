using System.Collections.Frozen;

namespace Switchboard.Gateway.Configuration;

/// <summary>What becomes of single members of requests, by name. Equal to others that say the same, so that a reload sees what changed.</summary>
public sealed class ParameterRules(IEnumerable<KeyValuePair<string, ParameterRule>> rules) : IEquatable<ParameterRules>
{
    private readonly FrozenDictionary<string, ParameterRule> _rules = rules.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>No rules.</summary>
    public static ParameterRules None { get; } = new([]);

    /// <summary>The rules by name.</summary>
    public IReadOnlyDictionary<string, ParameterRule> All => _rules;

    /// <summary>How many there are.</summary>
    public int Count => _rules.Count;

    /// <summary>The rule of a member; null where there is none.</summary>
    public ParameterRule? Of(string member) => _rules.GetValueOrDefault(member);

    /// <inheritdoc/>
    public bool Equals(ParameterRules? other) =>
        other is not null && other.Count == Count && _rules.All(rule => other.Of(rule.Key) == rule.Value);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as ParameterRules);

    /// <inheritdoc/>
    public override int GetHashCode() => _rules.Aggregate(_rules.Count, (hash, rule) => hash ^ HashCode.Combine(rule.Key, rule.Value));
}
