using System.Collections;
using System.Collections.Concurrent;
using System.Globalization;
using System.Reflection;
using Switchboard.Client;
using Switchboard.Client.Transport;

namespace Switchboard.Tests.Client.Calls;

/// <summary>Fills the query records of the client from what stands in an address. Which property makes which name is asked of the record itself.</summary>
internal static class QueryRecord
{
    private static readonly ConcurrentDictionary<Type, IReadOnlyDictionary<string, PropertyInfo>> s_names = new();

    /// <summary>The names that a record can write, a map's as <c>metadata[]</c>.</summary>
    public static IReadOnlyDictionary<string, PropertyInfo> NamesOf(Type record) => s_names.GetOrAdd(record, Ask);

    /// <summary>The pairs of an address's query, unescaped.</summary>
    public static IReadOnlyList<KeyValuePair<string, string>> PairsOf(string query) =>
        [.. query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries).Select(pair => pair.Split('=', 2))
            .Select(pair => new KeyValuePair<string, string>(Uri.UnescapeDataString(pair[0]), Uri.UnescapeDataString(pair.ElementAtOrDefault(1) ?? "")))];

    /// <summary>A record that writes these pairs.</summary>
    /// <exception cref="ArgumentException">It has no property for one of them.</exception>
    public static object Of(Type record, IEnumerable<KeyValuePair<string, string>> pairs)
    {
        var query = Activator.CreateInstance(record)!;
        foreach (var group in pairs.GroupBy(pair => PropertyOf(record, pair.Key)))
        {
            group.Key.SetValue(query, ValueOf(group.Key.PropertyType, [.. group]));
        }

        return query;
    }

    private static PropertyInfo PropertyOf(Type record, string name)
    {
        var names = NamesOf(record);
        return names.GetValueOrDefault(name) ?? names.GetValueOrDefault(name.Split('[')[0] + "[]") ?? throw new ArgumentException($"{record.Name} has no property for the query parameter {name}.");
    }

    private static Dictionary<string, PropertyInfo> Ask(Type record) =>
        (from property in record.GetProperties()
         where property.CanWrite
         let query = Activator.CreateInstance(record)!
         from name in NamesOf(query, property)
         select (name, property)).ToDictionary(pair => pair.name, pair => pair.property, StringComparer.Ordinal);

    private static IEnumerable<string> NamesOf(object query, PropertyInfo property)
    {
        property.SetValue(query, Sample.Of(property.PropertyType));
        var written = QueryString.Of((IQueryParameters)query)!.ToString();
        return PairsOf(written).Select(pair => property.PropertyType.IsAssignableTo(typeof(IEnumerable<KeyValuePair<string, string>>)) ? pair.Key.Split('[')[0] + "[]" : pair.Key);
    }

    private static object ValueOf(Type type, IReadOnlyList<KeyValuePair<string, string>> pairs)
    {
        if (type.IsAssignableTo(typeof(IEnumerable<KeyValuePair<string, string>>)))
        {
            return pairs.ToDictionary(pair => pair.Key.Split('[')[1].TrimEnd(']'), pair => pair.Value);
        }

        if (!type.IsGenericType || type.GetGenericTypeDefinition() != typeof(IReadOnlyList<>))
        {
            return ScalarOf(type, pairs.Single().Value);
        }

        var list = (IList)Activator.CreateInstance(typeof(List<>).MakeGenericType(type.GetGenericArguments()))!;
        foreach (var (_, value) in pairs)
        {
            list.Add(ScalarOf(type.GetGenericArguments()[0], value));
        }

        return list;
    }

    private static object ScalarOf(Type type, string text) => (Nullable.GetUnderlyingType(type) ?? type) switch
    {
        var bare when bare == typeof(DateTimeOffset) => DateTimeOffset.FromUnixTimeSeconds(long.Parse(text, CultureInfo.InvariantCulture)),
        { IsPrimitive: true } bare => Convert.ChangeType(text, bare, CultureInfo.InvariantCulture),
        var bare when bare == typeof(string) => text,
        var bare => Activator.CreateInstance(bare, text)!,
    };
}
