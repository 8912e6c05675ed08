using System.Collections;
using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;

namespace Switchboard.Gateway.Configuration;

/// <summary>What becomes of single members of requests, by name. Equal to others that say the same, so that a reload sees what changed.</summary>
public sealed class ParameterRules(IEnumerable<KeyValuePair<string, ParameterRule>> rules) : IReadOnlyDictionary<string, ParameterRule>, IEquatable<ParameterRules>
{
    private readonly FrozenDictionary<string, ParameterRule> _rules = rules.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>No rules.</summary>
    public static ParameterRules None { get; } = new([]);

    /// <inheritdoc/>
    public int Count => _rules.Count;

    /// <inheritdoc/>
    public IEnumerable<string> Keys => _rules.Keys;

    /// <inheritdoc/>
    public IEnumerable<ParameterRule> Values => _rules.Values;

    /// <inheritdoc/>
    public ParameterRule this[string key] => _rules[key];

    /// <inheritdoc/>
    public bool ContainsKey(string key) => _rules.ContainsKey(key);

    /// <inheritdoc/>
    public bool TryGetValue(string key, [MaybeNullWhen(false)] out ParameterRule value) => _rules.TryGetValue(key, out value);

    /// <inheritdoc/>
    public bool Equals(ParameterRules? other) =>
        other is not null && other.Count == Count && _rules.All(rule => other._rules.TryGetValue(rule.Key, out var same) && same == rule.Value);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as ParameterRules);

    /// <inheritdoc/>
    public override int GetHashCode() => _rules.Aggregate(_rules.Count, (hash, rule) => hash ^ HashCode.Combine(rule.Key, rule.Value));

    /// <inheritdoc/>
    public IEnumerator<KeyValuePair<string, ParameterRule>> GetEnumerator() => ((IEnumerable<KeyValuePair<string, ParameterRule>>)_rules).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
