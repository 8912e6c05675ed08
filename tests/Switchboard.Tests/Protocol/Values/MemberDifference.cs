using System.Collections;
using System.Collections.Concurrent;
using System.Reflection;
using System.Text.Json;
using Switchboard.Protocol.Json;

namespace Switchboard.Tests.Protocol.Values;

/// <summary>
/// Compares values member by member. Their own equality compares the JSON they write: a member that is never written would
/// be missed by both. A variant that was read as another is no difference: <see cref="VariantTests"/> is about those.
/// </summary>
internal static class MemberDifference
{
    private static readonly ConcurrentDictionary<Type, PropertyInfo[]> s_properties = new();

    /// <summary>The first member that differs, or null.</summary>
    public static string? Find(object? expected, object? actual, string path = "$")
    {
        // JSON's null is read as no JSON at all, and written again.
        expected = expected is RawJson { Kind: JsonValueKind.Null } ? null : expected;
        actual = actual is RawJson { Kind: JsonValueKind.Null } ? null : actual;
        if (expected is null || actual is null)
        {
            return expected is null && actual is null ? null : $"{path}: expected {expected ?? "nothing"}, found {actual ?? "nothing"}";
        }

        return (expected, actual) switch
        {
            (WireObject, WireObject) when expected.GetType() != actual.GetType() => null,
            (string or RawJson, _) => Plain(expected, actual, path),
            (ReadOnlyMemory<byte> left, ReadOnlyMemory<byte> right) => left.Span.SequenceEqual(right.Span) ? null : $"{path}: other bytes",
            (IDictionary left, IEnumerable right) => Maps(left, right, path),
            (IEnumerable left, IEnumerable right) => Lists(left.Cast<object?>().ToList(), right.Cast<object?>().ToList(), path),
            _ => expected.GetType() != actual.GetType() ? $"{path}: expected a {expected.GetType().Name}, found a {actual.GetType().Name}"
                : IsOwn(expected.GetType()) ? Members(expected, actual, path)
                : Plain(expected, actual, path),
        };
    }

    private static bool IsOwn(Type type) => typeof(WireObject).IsAssignableFrom(type) || WireShapes.IsUnion(type);

    private static string? Plain(object expected, object actual, string path) =>
        expected.Equals(actual) ? null : $"{path}: expected {expected}, found {actual}";

    private static string? Maps(IDictionary expected, IEnumerable actual, string path)
    {
        var pairs = actual.Cast<object>().ToDictionary(pair => (string)Of(pair, "Key")!, pair => Of(pair, "Value"));
        return expected.Count != pairs.Count
            ? $"{path}: expected {expected.Count} entries, found {pairs.Count}"
            : expected.Keys.Cast<string>().Select(key => Find(expected[key], pairs.GetValueOrDefault(key), $"{path}['{key}']")).FirstOrDefault(difference => difference is not null);
    }

    private static object? Of(object pair, string property) => pair.GetType().GetProperty(property)!.GetValue(pair);

    private static string? Lists(List<object?> expected, List<object?> actual, string path) => expected.Count != actual.Count
        ? $"{path}: expected {expected.Count} elements, found {actual.Count}"
        : expected.Select((item, index) => Find(item, actual[index], $"{path}[{index}]")).FirstOrDefault(difference => difference is not null);

    private static string? Members(object expected, object actual, string path) => s_properties.GetOrAdd(expected.GetType(), Readable)
        .Select(property => Find(property.GetValue(expected), property.GetValue(actual), $"{path}.{property.Name}"))
        .FirstOrDefault(difference => difference is not null);

    private static PropertyInfo[] Readable(Type type) =>
        [.. type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(property => property.GetIndexParameters().Length == 0 && !property.PropertyType.IsByRef)];
}
