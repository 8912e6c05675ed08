using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace Switchboard.Client.StructuredOutputs;

/// <summary>The pointers with which a schema refers to its own parts: <c>#/properties/left</c>.</summary>
internal static class SchemaPointer
{
    /// <summary>A property's name as it stands in a pointer.</summary>
    public static string Escape(string name) => name.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal);

    /// <summary>The part of a schema that a pointer leads to, or null.</summary>
    public static JsonNode? Resolve(JsonNode? schema, string pointer)
    {
        if (!pointer.StartsWith('#'))
        {
            return null;
        }

        var node = schema;
        foreach (var name in Names(pointer))
        {
            node = node switch
            {
                JsonObject members => members[name],
                JsonArray items when int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var i) && i < items.Count => items[i],
                _ => null,
            };
        }

        return node;
    }

    /// <summary>A name for the part in <c>$defs</c>: that of the property it was found in.</summary>
    public static string NameOf(string pointer, IReadOnlyCollection<string> taken)
    {
        var found = Names(pointer).LastOrDefault(name => name is not ("properties" or "items" or "anyOf" or "oneOf" or "$defs" or "definitions")
            && !char.IsAsciiDigit(name.FirstOrDefault('0'))) ?? "root";
        var stem = string.Concat(found.Select(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' ? c : '_'));
        var result = stem;
        for (var number = 2; taken.Contains(result); number++)
        {
            result = string.Create(CultureInfo.InvariantCulture, $"{stem}{number}");
        }

        return result;
    }

    /// <summary>The pointer as a reader knows the place: <c>orders[].note</c>.</summary>
    public static string Describe(string pointer)
    {
        var path = new StringBuilder();
        var names = Names(pointer).ToArray();
        for (var i = 0; i < names.Length; i++)
        {
            switch (names[i])
            {
                case "properties" when i + 1 < names.Length:
                    path.Append(path.Length == 0 ? "" : ".").Append(names[++i]);
                    break;
                case "items":
                    path.Append("[]");
                    break;
            }
        }

        return path.Length == 0 ? "it" : $"'{path}'";
    }

    private static IEnumerable<string> Names(string pointer) => pointer.Split('/').Skip(1)
        .Select(name => name.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal));
}
