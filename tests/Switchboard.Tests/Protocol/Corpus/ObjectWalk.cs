using System.Collections;
using System.Collections.Concurrent;
using System.Reflection;
using System.Text.Json;
using Switchboard.Protocol.Embeddings;
using Switchboard.Protocol.Json;

namespace Switchboard.Tests.Protocol.Corpus;

/// <summary>Goes through everything a wire value holds and notes its types, what is unknown in it and what is extra.</summary>
internal sealed class ObjectWalk
{
    // Deeper than JSON may be: only a property that makes new values of its own kind gets here.
    private const int MaxDepth = 200;

    private static readonly ConcurrentDictionary<Type, PropertyInfo[]> s_properties = new();
    private static readonly ConcurrentDictionary<Type, HashSet<string>?> s_listed = new();

    /// <summary>The types of Switchboard.Protocol that were met.</summary>
    public HashSet<Type> Types { get; } = [];

    /// <summary>Values of types that stand for what the specification does not name, each with what it calls itself.</summary>
    public List<string> Unknown { get; } = [];

    /// <summary>Members that the specification does not name: <c>Type.member</c>.</summary>
    public List<string> Extra { get; } = [];

    /// <summary>Values of sets of strings that the specification does not list: <c>Set=value</c>.</summary>
    public List<string> Unlisted { get; } = [];

    public void Visit(object? value, int depth = 0)
    {
        Assert.True(depth < MaxDepth, $"{value?.GetType()} holds itself.");
        switch (value)
        {
            case null or string or RawJson or EmbeddingVector:
            case not null when value.GetType() is var type && (type.IsPrimitive || type.Namespace?.StartsWith("System", StringComparison.Ordinal) == true && value is not IEnumerable):
                return;
            case IDictionary map:
                VisitAll(map.Values, depth);
                break;
            case IEnumerable list:
                VisitAll(list, depth);
                break;
            default:
                VisitOwn(value, depth);
                break;
        }
    }

    private void VisitAll(IEnumerable values, int depth)
    {
        foreach (var value in values)
        {
            // The entries of a map that is read-only only.
            Visit(value?.GetType() is { IsGenericType: true } type && type.GetGenericTypeDefinition() == typeof(KeyValuePair<,>)
                ? type.GetProperty("Value")!.GetValue(value)
                : value, depth + 1);
        }
    }

    private void VisitOwn(object value, int depth)
    {
        var type = value.GetType();
        Types.Add(type);
        if (value is WireObject wire)
        {
            Extra.AddRange(wire.Extra.Keys.Select(name => $"{type.Name}.{name}"));
        }

        if (type.Name.StartsWith("Unknown", StringComparison.Ordinal))
        {
            Unknown.Add($"{type.Name} {TagIn(value.ToString()!)}");
            return;
        }

        if (s_listed.GetOrAdd(type, Listed) is { } listed && value.ToString() is { Length: > 0 } text && !listed.Contains(text))
        {
            Unlisted.Add($"{type.Name}={text}");
        }

        foreach (var property in s_properties.GetOrAdd(type, Readable))
        {
            var held = property.GetValue(value);
            if (held is RawJson json && property.Name == "Unknown")
            {
                Unknown.Add($"{type.Name} {(json.Kind == JsonValueKind.Object ? TagIn(json.ToString()) : json.Kind)}");
            }

            Visit(held, depth + 1);
        }
    }

    /// <summary>The values that a set of strings lists; null for any other type.</summary>
    private static HashSet<string>? Listed(Type type) => type.GetConstructor([typeof(string)]) is null || !type.IsValueType ? null
        : [.. type.GetProperties(BindingFlags.Public | BindingFlags.Static).Where(property => property.PropertyType == type).Select(property => property.GetValue(null)!.ToString()!)];

    private static PropertyInfo[] Readable(Type type) =>
        [.. type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(property => property.GetIndexParameters().Length == 0 && !property.PropertyType.IsByRef && property.Name != nameof(WireObject.Extra))];

    private static string TagIn(string json)
    {
        var root = JsonElement.Parse(json);
        foreach (var tag in new[] { "type", "role", "object", "event" })
        {
            if (root.ValueKind == JsonValueKind.Object && root.TryGetProperty(tag, out var value) && value.ValueKind == JsonValueKind.String)
            {
                return $"{tag}={value.GetString()}";
            }
        }

        return "without a tag";
    }
}
