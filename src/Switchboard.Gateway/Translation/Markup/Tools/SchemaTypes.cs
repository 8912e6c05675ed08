using System.Text.Json;

namespace Switchboard.Gateway.Translation.Markup.Tools;

/// <summary>The types that a JSON schema allows.</summary>
[Flags]
internal enum SchemaTypes
{
    /// <summary>Not known.</summary>
    None = 0,
    String = 1,
    Integer = 2,
    Number = 4,
    Boolean = 8,
    Object = 16,
    Array = 32,
    Null = 64,
}

/// <summary>What a JSON schema says of a value.</summary>
internal readonly record struct Schema(JsonElement? Element)
{
    private const int MostReferences = 8;

    // Unions may refer to themselves many times over.
    private const int MostSchemas = 256;

    // References are to the root's definitions.
    private JsonElement Root { get; init; }

    /// <summary>The types that it allows; none where it names none.</summary>
    public SchemaTypes Types
    {
        get
        {
            var left = MostSchemas;
            return TypesOf(Element ?? default, ref left);
        }
    }

    /// <summary>The schema of a tool's parameters.</summary>
    public static Schema OfParameters(JsonElement? parameters) => new(parameters) { Root = parameters ?? default };

    /// <summary>The schema of a member.</summary>
    public Schema Member(string name)
    {
        var self = Resolve(Element ?? default);
        return Find(self, "properties") is { } properties && Find(properties, name) is { } member
            ? this with { Element = member }
            : this with { Element = Find(self, "additionalProperties") };
    }

    /// <summary>The schema of an array's items.</summary>
    public Schema Items => this with { Element = Find(Resolve(Element ?? default), "items") };

    private SchemaTypes TypesOf(JsonElement schema, ref int left)
    {
        schema = Resolve(schema);
        if (schema.ValueKind != JsonValueKind.Object || --left < 0)
        {
            return SchemaTypes.None;
        }

        var types = Find(schema, "type") is { } type ? Named(type) : SchemaTypes.None;
        foreach (var union in (ReadOnlySpan<string>)["anyOf", "oneOf", "allOf"])
        {
            if (Find(schema, union) is { ValueKind: JsonValueKind.Array } options)
            {
                foreach (var option in options.EnumerateArray())
                {
                    if (left <= 0)
                    {
                        break;
                    }

                    types |= TypesOf(option, ref left);
                }
            }
        }

        return types == SchemaTypes.None ? OfValues(schema) : types;
    }

    private JsonElement Resolve(JsonElement schema)
    {
        const string Local = "#/";
        for (var followed = 0; followed < MostReferences && Find(schema, "$ref") is { ValueKind: JsonValueKind.String } reference; followed++)
        {
            var path = reference.GetString()!;
            JsonElement? target = path.StartsWith(Local, StringComparison.Ordinal) ? Root : null;
            foreach (var step in path.Split('/').Skip(1))
            {
                target = target is { } inner ? Find(inner, step) : null;
            }

            schema = target ?? default;
        }

        return schema;
    }

    private static SchemaTypes OfValues(JsonElement schema)
    {
        var types = SchemaTypes.None;
        if (Find(schema, "enum") is { ValueKind: JsonValueKind.Array } values)
        {
            foreach (var value in values.EnumerateArray())
            {
                types |= OfValue(value);
            }
        }

        types |= Find(schema, "const") is { } constant ? OfValue(constant) : SchemaTypes.None;
        types |= Find(schema, "properties") is not null ? SchemaTypes.Object : SchemaTypes.None;
        return types | (Find(schema, "items") is not null ? SchemaTypes.Array : SchemaTypes.None);
    }

    private static SchemaTypes OfValue(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => SchemaTypes.String,
        JsonValueKind.Number => SchemaTypes.Number,
        JsonValueKind.True or JsonValueKind.False => SchemaTypes.Boolean,
        JsonValueKind.Object => SchemaTypes.Object,
        JsonValueKind.Array => SchemaTypes.Array,
        _ => SchemaTypes.Null,
    };

    private static SchemaTypes Named(JsonElement type) => type.ValueKind switch
    {
        JsonValueKind.Array => type.EnumerateArray().Aggregate(SchemaTypes.None, (types, one) => types | Named(one)),
        JsonValueKind.String => Named(type.GetString()!),
        _ => SchemaTypes.None,
    };

    // Clients also name types as their own languages do.
    private static SchemaTypes Named(string type) => type.ToLowerInvariant() switch
    {
        "string" or "str" or "text" or "enum" => SchemaTypes.String,
        "integer" or "int" or "int32" or "int64" or "long" => SchemaTypes.Integer,
        "number" or "float" or "double" => SchemaTypes.Number,
        "boolean" or "bool" => SchemaTypes.Boolean,
        "object" or "dict" => SchemaTypes.Object,
        "array" or "list" => SchemaTypes.Array,
        "null" => SchemaTypes.Null,
        _ => SchemaTypes.None,
    };

    private static JsonElement? Find(JsonElement element, string member) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(member, out var found) ? found : null;
}
