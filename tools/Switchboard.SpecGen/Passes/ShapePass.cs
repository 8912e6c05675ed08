using Switchboard.SpecGen.Model;
using Switchboard.SpecGen.Specification;

namespace Switchboard.SpecGen.Passes;

/// <summary>From schemas to shapes: which are objects, sets of strings, unions, lists, maps; what may be absent and what may be null.</summary>
internal sealed class ShapePass(SpecDocument spec, Overlay overlay)
{
    private readonly Dictionary<string, TypeUse> _components = new(StringComparer.Ordinal);
    private readonly Queue<Action> _unfinished = [];

    private readonly Dictionary<string, Declaration> _declared = new(StringComparer.Ordinal);

    public IReadOnlyCollection<Declaration> Declarations => _declared.Values;

    /// <summary>Shapes every component, and every body and parameter of an operation.</summary>
    public Dictionary<string, TypeUse> Run()
    {
        var uses = spec.Components.Keys.ToDictionary(name => name, Component, StringComparer.Ordinal);
        foreach (var operation in spec.Operations)
        {
            Schema?[] bodies = [operation.JsonRequest, operation.FormRequest, operation.Response, operation.StreamEvent];
            foreach (var body in bodies.OfType<Schema>())
            {
                uses.TryAdd(body.Path, Resolve(body));
            }
        }

        foreach (var parameter in spec.Operations.SelectMany(operation => operation.Parameters))
        {
            uses.TryAdd(parameter.Schema.Path, Resolve(parameter.Schema));
        }

        while (_unfinished.TryDequeue(out var finish))
        {
            finish();
        }

        foreach (var form in spec.Operations.Select(operation => operation.FormRequest).OfType<Schema>())
        {
            MarkAsForm(uses[form.Path]);
        }

        return uses;
    }

    private static void MarkAsForm(TypeUse body)
    {
        if (body.Type is DeclaredType { Declaration: ObjectDeclaration form })
        {
            form.IsForm = true;
        }
    }

    private TypeUse Component(string name)
    {
        name = overlay.SameAs(name);
        if (!_components.TryGetValue(name, out var use))
        {
            use = Resolve(spec.Components[name]);
            _components[name] = use;
        }

        return use;
    }

    private TypeUse Resolve(Schema schema)
    {
        if (overlay.Match("types", schema.Path) is { } decided)
        {
            return new TypeUse(Enum.TryParse<Primitive>(decided, out var kind) ? new PrimitiveType(kind) : Named(decided).Type, schema.Nullable);
        }

        var use = ResolveShape(schema);
        return schema.Nullable ? use with { Nullable = true } : use;
    }

    private TypeUse ResolveShape(Schema schema) => schema switch
    {
        { Reference: "#" } => Component(schema.Path.Split('.')[0]),
        { Reference: { } component } => Component(component),
        { Alternatives: [var only], Properties.Count: 0 } => Resolve(only),
        { Alternatives.Count: > 1, Properties.Count: 0 } => Union(schema),
        { Parts.Count: > 0 } => Composition(schema),
        { IsObject: true, Properties.Count: > 0 } => Object(schema),
        { MapValues: { } values } => new TypeUse(new MapType(Element(values)), false),
        { Type: "array", Items: { } items } => new TypeUse(new ListType(Element(items)), false),
        { Type: "string", Values.Count: > 1 } => StringSet(schema, schema.Values),
        _ => new TypeUse(new PrimitiveType(Scalar(schema)), false),
    };

    private TypeReference Element(Schema schema)
    {
        var use = Resolve(schema);
        return use.Nullable ? new NullableType(use.Type) : use.Type;
    }

    private TypeUse Composition(Schema schema)
    {
        var telling = schema.Parts.Where(part => part.Reference is not null || part.Properties.Count > 0 || part.Alternatives.Count > 0).ToList();
        if (telling is not [var only] || schema.Properties.Count > 0)
        {
            return Object(schema);
        }

        var use = Resolve(only);
        return use with { Nullable = use.Nullable || schema.Parts.Any(part => part.Nullable) };
    }

    private TypeUse StringSet(Schema schema, IReadOnlyList<string> values)
    {
        if (overlay.Has("strings", schema.Path))
        {
            return new TypeUse(new PrimitiveType(Primitive.String), false);
        }

        var path = overlay.All("sharedEnums").FirstOrDefault(shared => shared.Value.Split('|').ToHashSet().SetEquals(values)).Key ?? SameParameter(schema, values) ?? schema.Path;
        return Declared(path, () => new EnumDeclaration(path, [.. values.Distinct()]));
    }

    /// <summary>Parameters with the same values share the type of the first of them.</summary>
    private string? SameParameter(Schema schema, IReadOnlyList<string> values) => schema.Path.Contains('?', StringComparison.Ordinal)
        ? _declared.Values.OfType<EnumDeclaration>().FirstOrDefault(other => other.IsParameter && other.Values.ToHashSet().SetEquals(values))?.Path
        : null;

    /// <summary>A shared set of strings, or a component.</summary>
    private TypeUse Named(string name) => overlay.Find("sharedEnums", name) is { } values
        ? Declared(name, () => new EnumDeclaration(name, values.Split('|')))
        : Component(name);

    /// <summary>A schema that stands in several compositions is one type.</summary>
    private TypeUse Declared(string path, Func<Declaration> make)
    {
        if (!_declared.TryGetValue(path, out var declaration))
        {
            declaration = make();
            _declared.Add(path, declaration);
        }

        return new TypeUse(new DeclaredType(declaration), false);
    }

    private static Primitive Scalar(Schema schema) => schema switch
    {
        { Type: "string", Format: "binary" } => Primitive.File,
        { Type: "string" } => Primitive.String,
        { Type: "boolean" } => Primitive.Boolean,
        { Format: "unixtime" } => Primitive.UnixTime,
        { Type: "integer" } => IsSmall(schema) ? Primitive.Int32 : Primitive.Int64,
        { Type: "number" } => Primitive.Double,
        _ => Primitive.Json,
    };

    /// <summary>Positions and counts with a small limit are <c>int</c>; every other integer is <c>long</c>, so that no real count is too large.</summary>
    private static bool IsSmall(Schema schema) =>
        schema.Maximum is <= int.MaxValue || schema.Values.Count > 0 || schema.Path.EndsWith("index", StringComparison.Ordinal);

    private TypeUse Union(Schema schema)
    {
        if (AllStrings(schema) is { } values)
        {
            return values.Count > 1 && !overlay.Has("strings", schema.Path)
                ? StringSet(schema, values)
                : new TypeUse(new PrimitiveType(Primitive.String), false);
        }

        return Declared(schema.Path, () =>
        {
            var union = new UnionDeclaration(schema.Path, schema.Discriminator);
            _unfinished.Enqueue(() => Fill(union, schema));
            return union;
        });
    }

    private void Fill(UnionDeclaration union, Schema schema)
    {
        foreach (var alternative in schema.Alternatives)
        {
            var texts = AllStrings(alternative);
            union.Alternatives.Add(texts is null ? Resolve(alternative).Type : new PrimitiveType(Primitive.String));
            union.KnownTexts.AddRange(texts ?? []);
        }

        union.Alternatives.AddRange((overlay.Find("alternatives", union.Path)?.Split('|') ?? []).Select(component => Component(component).Type));
    }

    /// <summary>The values of a schema that is a string in all its alternatives; null for any other.</summary>
    private List<string>? AllStrings(Schema schema)
    {
        if (schema.Reference is { } component && component != "#")
        {
            return AllStrings(spec.Components[component]);
        }

        if (schema.Alternatives.Count > 0)
        {
            var all = schema.Alternatives.Select(AllStrings).ToList();
            return all.Contains(null) ? null : [.. all.SelectMany(values => values!).Distinct()];
        }

        return schema is { Type: "string", Format: not "binary" } ? [.. schema.Values] : null;
    }

    private TypeUse Object(Schema schema) => Declared(schema.Path, () =>
    {
        var declaration = new ObjectDeclaration(schema.Path);
        _unfinished.Enqueue(() => Fill(declaration, schema));
        return declaration;
    });

    private void Fill(ObjectDeclaration declaration, Schema schema)
    {
        var same = spec.Components.Where(other => other.Key != schema.Path && overlay.SameAs(other.Key) == schema.Path).Select(other => other.Value);
        var forms = new[] { schema }.Concat(same).Select(Flatten).ToList();
        foreach (var (name, property) in forms.SelectMany(form => form.Properties).DistinctBy(property => property.Key))
        {
            var path = $"{declaration.Path}.{name}";
            var required = forms.All(form => form.Required.Contains(name)) && !overlay.Has("optional", path);
            var use = overlay.Has("nullable", path) ? Resolve(property) with { Nullable = true } : Resolve(property);
            declaration.Members.Add(new Member(name, property, use, required)
            {
                Constant = Constant(name, property, required),
                NullSpeaks = overlay.Has("nullSpeaks", path),
            });
        }

        foreach (var (name, added) in overlay.Additions(declaration.Path))
        {
            declaration.Members.Add(new Member(name, added, Resolve(added), required: false));
        }
    }

    /// <summary>The value of a tag, also of one that may be null.</summary>
    private static string? Constant(string name, Schema property, bool required)
    {
        var isTag = Discrimination.Tags.Contains(name);
        var schema = isTag && property.Alternatives is [var only] ? only : property;
        return schema is { Type: "string", Values: [var value] } && (isTag || schema.IsTag || required) ? value : null;
    }

    /// <summary>An object's members, those of all its parts included; a later part's word counts.</summary>
    private (List<KeyValuePair<string, Schema>> Properties, HashSet<string> Required) Flatten(Schema schema)
    {
        var properties = new List<KeyValuePair<string, Schema>>();
        var required = new HashSet<string>(schema.Required, StringComparer.Ordinal);
        if (schema.Reference is { } component)
        {
            return Flatten(spec.Components[component]);
        }

        foreach (var (partProperties, partRequired) in schema.Parts.Select(Flatten))
        {
            properties.RemoveAll(property => partProperties.Exists(later => later.Key == property.Key));
            properties.AddRange(partProperties);
            required.UnionWith(partRequired);
        }

        properties.RemoveAll(property => schema.Properties.Any(later => later.Key == property.Key));
        properties.AddRange(schema.Properties);
        return (properties, required);
    }
}
