using System.Text.Json;
using System.Text.Json.Nodes;

namespace Switchboard.Client.StructuredOutputs;

/// <summary>Makes of a JSON schema one that strict structured outputs take: https://platform.openai.com/docs/guides/structured-outputs.</summary>
/// <remarks>
/// Every object is closed and all its properties are required; a part that is used again (recursion) goes to <c>$defs</c>;
/// checks that the API does not know become notes in the description. What cannot be said is an <see cref="ArgumentException"/>.
/// </remarks>
internal sealed class StrictSchema
{
    private const string Root = "#";

    private readonly JsonNode? _source;
    private readonly string _subject;
    private readonly bool _nullableOptionals;
    private readonly bool _isRootKept;
    private readonly HashSet<string> _shared = [];
    private readonly Dictionary<string, string> _names = [];
    private readonly JsonObject _definitions = [];
    private int _depth;

    private StrictSchema(JsonNode? source, string subject, bool nullableOptionals)
    {
        _source = source;
        _subject = subject;
        _nullableOptionals = nullableOptionals;
        _isRootKept = source is JsonObject root && SchemaTypes.IsObject(root) && !root.ContainsKey("anyOf") && !root.ContainsKey("oneOf");
        FindShared(source);
    }

    /// <summary>The strict schema of a value; a value that is no object is put into <c>{"value": …}</c>.</summary>
    /// <param name="source">The schema.</param>
    /// <param name="subject">What it is the schema of, for messages.</param>
    /// <param name="nullableOptionals">Properties that are not required become nullable ones: the model has no other way to leave them out.</param>
    /// <param name="isWrapped">True when the value is inside <c>value</c>.</param>
    /// <exception cref="ArgumentException">The schema cannot be strict, or is larger than the API allows.</exception>
    public static JsonObject Of(JsonNode? source, string subject, bool nullableOptionals, out bool isWrapped)
    {
        var maker = new StrictSchema(source, subject, nullableOptionals);
        isWrapped = !maker._isRootKept;
        var strict = isWrapped ? Wrap(maker.Convert(source, Root)) : maker.ConvertBody((JsonObject)source!, Root);
        if (maker._definitions.Count > 0)
        {
            strict["$defs"] = maker._definitions;
        }

        SchemaLimits.Check(strict, subject);
        return strict;
    }

    private static JsonObject Wrap(JsonObject value) => new()
    {
        ["type"] = "object",
        ["properties"] = new JsonObject { ["value"] = value },
        ["required"] = new JsonArray("value"),
        ["additionalProperties"] = false,
    };

    private void FindShared(JsonNode? node)
    {
        switch (node)
        {
            case JsonObject schema:
                if (ReferenceOf(schema) is { } pointer)
                {
                    _shared.Add(pointer);
                }

                foreach (var (_, member) in schema)
                {
                    FindShared(member);
                }

                break;
            case JsonArray items:
                foreach (var item in items)
                {
                    FindShared(item);
                }

                break;
        }
    }

    private JsonObject Convert(JsonNode? node, string pointer)
    {
        if (node is not JsonObject { Count: > 0 } schema)
        {
            throw Refusal(pointer, "may be any JSON value", "give it a type");
        }

        // Beside a reference the API takes nothing, not even a description.
        return ReferenceOf(schema) is { } target ? Reference(target)
            : _shared.Contains(pointer) ? Reference(pointer)
            : ConvertBody(schema, pointer);
    }

    private JsonObject Reference(string pointer)
    {
        if (pointer == Root && _isRootKept)
        {
            return new JsonObject { ["$ref"] = Root };
        }

        if (!_names.TryGetValue(pointer, out var name))
        {
            name = SchemaPointer.NameOf(pointer, _names.Values);
            _names.Add(pointer, name);
            var depth = _depth;
            _depth = 0;
            var target = SchemaPointer.Resolve(_source, pointer) as JsonObject
                ?? throw Refusal(pointer, "is referred to and not there", "refer only to parts of the schema itself");
            // A definition may itself be nothing but a reference.
            _definitions[name] = ReferenceOf(target) is { } next ? Reference(next) : ConvertBody(target, pointer);
            _depth = depth;
        }

        return new JsonObject { ["$ref"] = "#/$defs/" + name };
    }

    private JsonObject ConvertBody(JsonObject schema, string pointer)
    {
        var strict = new JsonObject();
        var notes = new List<string>();
        foreach (var (keyword, value) in schema)
        {
            switch (SchemaKeywords.Of(keyword, value))
            {
                case SchemaKeywords.Use.Keep:
                    strict[keyword] = value?.DeepClone();
                    break;
                case SchemaKeywords.Use.Note:
                    notes.Add(keyword == "default" ? $"Default: {value?.ToJsonString() ?? "null"}." : $"{keyword}: {value?.ToJsonString() ?? "null"}.");
                    break;
                case SchemaKeywords.Use.Refuse:
                    throw Refusal(pointer, $"uses '{keyword}'", "say it with anyOf, enum or another type");
            }
        }

        if (notes.Count > 0)
        {
            strict["description"] = string.Join(' ', (string?)strict["description"] is { Length: > 0 } text ? [text, .. notes] : notes);
        }

        AddShape(strict, schema, pointer);
        return strict;
    }

    private void AddShape(JsonObject strict, JsonObject schema, string pointer)
    {
        if (schema["anyOf"] is JsonArray anyOf)
        {
            AddAlternatives(strict, schema, anyOf, pointer + "/anyOf");
            return;
        }

        if (schema["oneOf"] is JsonArray oneOf)
        {
            AddAlternatives(strict, schema, oneOf, pointer + "/oneOf");
            return;
        }

        SchemaTypes.Infer(strict);
        if (!strict.ContainsKey("type"))
        {
            throw Refusal(pointer, "may be any JSON value", "give it a type");
        }

        if (SchemaTypes.Has(schema, "object"))
        {
            AddProperties(strict, schema, pointer);
        }

        if (SchemaTypes.Has(schema, "array"))
        {
            strict["items"] = Convert(schema["items"], pointer + "/items");
        }
    }

    private void AddAlternatives(JsonObject strict, JsonObject schema, JsonArray branches, string pointer)
    {
        if (schema.ContainsKey("properties"))
        {
            throw Refusal(pointer, "has properties and alternatives at once", "put the properties into each alternative");
        }

        // The serialiser says the type once, beside the alternatives of a polymorphic type.
        strict.Remove("type");
        var type = SchemaTypes.WithoutNull(schema["type"]);
        var alternatives = new JsonArray();
        for (var i = 0; i < branches.Count; i++)
        {
            var branch = branches[i];
            if (type is not null && branch is JsonObject bare && !bare.ContainsKey("type") && ReferenceOf(bare) is null)
            {
                branch = bare.DeepClone();
                branch["type"] = type.DeepClone();
            }

            alternatives.Add((JsonNode)Convert(branch, $"{pointer}/{i}"));
        }

        strict["anyOf"] = alternatives;
        if (SchemaTypes.Has(schema, "null"))
        {
            SchemaTypes.AllowNull(strict);
        }
    }

    private void AddProperties(JsonObject strict, JsonObject schema, string pointer)
    {
        if (schema["additionalProperties"] is JsonObject || (schema["additionalProperties"]?.GetValueKind() == JsonValueKind.True && schema["properties"] is null))
        {
            throw Refusal(pointer, "is a dictionary, whose names nobody knows before", "use a list of objects with a name and a value");
        }

        if (schema["properties"] is not JsonObject && pointer != Root)
        {
            throw Refusal(pointer, "is an object that names no properties", "give it a type with properties");
        }

        if (++_depth > SchemaLimits.MaxDepth)
        {
            throw Refusal(pointer, $"is nested deeper than {SchemaLimits.MaxDepth} objects", "make the types flatter");
        }

        var properties = new JsonObject();
        var names = new JsonArray();
        var required = schema["required"] as JsonArray;
        foreach (var (name, property) in schema["properties"] as JsonObject ?? [])
        {
            var converted = Convert(property, $"{pointer}/properties/{SchemaPointer.Escape(name)}");
            if (_nullableOptionals && required?.Any(entry => (string?)entry == name) != true)
            {
                SchemaTypes.AllowNull(converted);
            }

            properties[name] = converted;
            names.Add((JsonNode)name);
        }

        _depth--;
        strict["properties"] = properties;
        strict["required"] = names;
        strict["additionalProperties"] = false;
    }

    private static string? ReferenceOf(JsonObject schema) =>
        schema["$ref"] is JsonValue value && value.GetValueKind() == JsonValueKind.String ? (string?)value : null;

    private ArgumentException Refusal(string pointer, string fault, string advice) =>
        new($"No strict schema can be made of {_subject}: {SchemaPointer.Describe(pointer)} {fault}; {advice}.");
}
