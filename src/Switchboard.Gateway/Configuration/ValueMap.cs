using System.Collections;
using System.Diagnostics.CodeAnalysis;

namespace Switchboard.Gateway.Configuration;

/// <summary>Values by name, equal to every other map of its kind with the same names and values; as <see cref="ValueList{T}"/> is for lists.</summary>
internal sealed class ValueMap<T> : IReadOnlyDictionary<string, T>, IEquatable<ValueMap<T>>
{
    private readonly Dictionary<string, T> _values;

    private ValueMap(Dictionary<string, T> values) => _values = values;

    /// <summary>No values.</summary>
    public static ValueMap<T> Empty { get; } = new([]);

    /// <inheritdoc/>
    public int Count => _values.Count;

    /// <inheritdoc/>
    public IEnumerable<string> Keys => _values.Keys;

    /// <inheritdoc/>
    public IEnumerable<T> Values => _values.Values;

    /// <inheritdoc/>
    public T this[string key] => _values[key];

    /// <summary>The map with these values, in their order.</summary>
    public static ValueMap<T> Of(IReadOnlyDictionary<string, T> values) => values as ValueMap<T> ?? new(new Dictionary<string, T>(values, StringComparer.Ordinal));

    /// <inheritdoc/>
    public bool ContainsKey(string key) => _values.ContainsKey(key);

    /// <inheritdoc/>
    public bool TryGetValue(string key, [MaybeNullWhen(false)] out T value) => _values.TryGetValue(key, out value);

    /// <inheritdoc/>
    public bool Equals(ValueMap<T>? other) =>
        other is not null && other.Count == Count && _values.All(one => other.TryGetValue(one.Key, out var value) && EqualityComparer<T>.Default.Equals(one.Value, value));

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as ValueMap<T>);

    /// <inheritdoc/>
    public override int GetHashCode() => _values.Aggregate(_values.Count, (hash, one) => hash ^ HashCode.Combine(one.Key, one.Value));

    /// <inheritdoc/>
    public IEnumerator<KeyValuePair<string, T>> GetEnumerator() => _values.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
