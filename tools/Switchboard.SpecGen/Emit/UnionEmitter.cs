using Switchboard.SpecGen.Model;
using Switchboard.SpecGen.Passes;

namespace Switchboard.SpecGen.Emit;

/// <summary>A union of strings, numbers, lists and objects: a value type with a case for each, and conversions from each.</summary>
internal static class UnionEmitter
{
    /// <summary>One case: its C# type, the property that gives it, and the JSON tokens it starts with.</summary>
    private sealed record Case(TypeReference Type, string Name, string CSharp, string[] Tokens)
    {
        public bool IsFile => FormEmitter.HoldsFile(Type);

        public string Codec => TypeNames.Codec(Type);
    }

    public static void Emit(CodeWriter code, UnionDeclaration union, Documentation documentation)
    {
        var name = union.Name;
        var cases = Cases(union);
        var isFile = cases.Exists(one => one.IsFile);
        var list = cases.Select(one => one.Type).OfType<ListType>().FirstOrDefault(type => !FormEmitter.HoldsFile(type));
        code.Summary(documentation.Of(union));
        code.Line($"/// <remarks>One of: {string.Join(", ", cases.Select(one => $"<see cref=\"{one.Name}\"/>"))}. Each converts implicitly; <see cref=\"Unknown\"/> holds anything else.</remarks>");
        if (!isFile)
        {
            code.Line($"[JsonConverter(typeof(WireConverter<{name}>))]");
        }

        if (list is not null)
        {
            code.Line($"[CollectionBuilder(typeof({name}), nameof(Create))]");
        }

        code.Open($"public readonly partial struct {name} : IEquatable<{name}>{(isFile ? "" : $", IWireCodec<{name}>")}");
        code.Line("private readonly object? _value;");
        code.Blank();
        code.Line($"private {name}(object? value) => _value = value;");
        code.Blank();
        foreach (var text in union.KnownTexts.Distinct())
        {
            code.Summary($"The string \"{text}\".");
            code.Line($"public static {name} {Words.Value(text, name)} => new({Literals.Text(text)});");
            code.Blank();
        }

        foreach (var one in cases)
        {
            code.Summary($"Its value when it is {Kind(one.Type)}; null when it is not.");
            code.Line($"public {one.CSharp}? {one.Name} => _value as {one.CSharp}{(TypeNames.IsValue(one.Type) ? "?" : "")};");
            code.Blank();
        }

        code.Summary("The JSON, when it is none of the other cases; else null.");
        code.Line("public RawJson? Unknown => _value as RawJson?;");
        code.Blank();
        code.Line("internal bool IsAbsent => _value is null;");
        code.Blank();
        foreach (var one in cases)
        {
            Conversions(code, name, one);
        }

        code.Summary("From JSON of any shape.");
        code.Line($"public static implicit operator {name}(RawJson json) => new((object)json);");
        code.Blank();
        EqualityEmitter.Operators(code, name);
        if (list is not null)
        {
            Collection(code, name, cases.First(one => one.Type == list), TypeNames.Of(list.Item));
        }

        code.Line("/// <inheritdoc/>");
        code.Line($"public bool Equals({name} other) => {(isFile ? "Equals(_value, other._value)" : "WireJson.AreSame(this, other)")};");
        code.Blank();
        EqualityEmitter.Overrides(
            code,
            name,
            isFile ? "_value?.GetHashCode() ?? 0" : "WireJson.HashOf(this)",
            isFile ? "_value?.ToString() ?? \"\"" : "_value is null ? \"\" : WireJson.SerializeToString(this)");
        if (isFile)
        {
            Form(code, cases);
        }
        else
        {
            Codec(code, name, cases);
        }

        code.Close();
    }

    /// <summary>A file goes into a form and never into JSON; what may stand in its place goes there too.</summary>
    private static void Form(CodeWriter code, List<Case> cases)
    {
        code.Open("internal void AddTo(MultipartForm form, string name)");
        code.Open("switch (_value)");
        foreach (var one in cases)
        {
            var add = one switch
            {
                { IsFile: true, Type: ListType } => "form.AddEach(name, v)",
                { IsFile: true } => "form.Add(name, v)",
                _ => $"form.AddFlattened(name, WireJson.SerializeToUtf8Bytes<{one.CSharp}, {one.Codec}>(v))",
            };
            code.Line($"case {one.CSharp} v: {add}; break;");
        }

        code.Line("case RawJson json: form.AddFlattened(name, json.Utf8.Span); break;");
        code.Close();
        code.Close();
    }

    private static List<Case> Cases(UnionDeclaration union)
    {
        var types = union.Others.Where(type => !(type is PrimitiveType { Kind: Primitive.Int64 or Primitive.Int32 } && union.Others.Contains(new PrimitiveType(Primitive.Double)))).ToList();
        if (union.Hierarchy is { } hierarchy)
        {
            types.Add(new DeclaredType(hierarchy) is var type ? new DeclaredType(Site(union, hierarchy)) : type);
        }
        else if (union.Objects is [var only])
        {
            types.Add(new DeclaredType(only));
        }

        var cases = types.ConvertAll(type => new Case(type, Name(type, union), TypeNames.Of(type), Tokens(type)));
        return [.. cases.Select(one => cases.Count(other => other.Name == one.Name) > 1 ? one with { Name = Words.Pascal(one.CSharp) } : one)];
    }

    /// <summary>The objects of a mixed union, as a union of their own.</summary>
    private static UnionDeclaration Site(UnionDeclaration union, Hierarchy hierarchy) => new(union.Path, union.Discriminator) { Objects = union.Objects, Hierarchy = hierarchy };

    private static void Conversions(CodeWriter code, string name, Case one)
    {
        string[] sources = one.Type is ListType list ? [$"{TypeNames.Of(list.Item)}[]", $"List<{TypeNames.Of(list.Item)}>"] : [one.CSharp];
        foreach (var source in sources)
        {
            code.Summary($"From {Kind(one.Type)}.");
            code.Line($"public static implicit operator {name}({source} value) => new((object)value);");
            code.Blank();
        }

        if (one.Type is ListType or MapType)
        {
            code.Summary($"From {Kind(one.Type)}.");
            code.Line($"public static {name} From({one.CSharp} value) => new(value);");
            code.Blank();
        }
    }

    private static void Collection(CodeWriter code, string name, Case list, string item)
    {
        code.Summary("From the elements of a collection expression.");
        code.Line($"public static {name} Create(ReadOnlySpan<{item}> items) => new(items.ToArray());");
        code.Blank();
        code.Summary("The elements when it is a list; none when it is not.");
        code.Line($"public IEnumerator<{item}> GetEnumerator() => ({list.Name} ?? []).GetEnumerator();");
        code.Blank();
    }

    private static void Codec(CodeWriter code, string name, List<Case> cases)
    {
        code.Open($"static {name} IWireCodec<{name}>.Read(ref WireReader reader) => reader.TokenType switch");
        foreach (var token in cases.SelectMany(one => one.Tokens).Distinct())
        {
            var fitting = cases.Where(one => one.Tokens.Contains(token)).ToList();
            if (fitting is [var only])
            {
                code.Line($"JsonTokenType.{token} => new((object){ReadCase(only)}),");
                continue;
            }

            code.Open($"JsonTokenType.{token} => reader.PeekElement() switch");
            foreach (var one in fitting.Skip(1))
            {
                code.Line($"{string.Join(" or ", Tokens(((ListType)one.Type).Item).Select(first => "JsonTokenType." + first))} => new((object){ReadCase(one)}),");
            }

            code.Line($"_ => new((object){ReadCase(fitting[0])}),");
            code.Close("},");
        }

        code.Line("_ => new((object)reader.ReadRaw()),");
        code.Close("};");
        code.Blank();
        code.Open($"static void IWireCodec<{name}>.Write(ref WireWriter writer, {name} value)");
        code.Open("switch (value._value)");
        foreach (var one in cases)
        {
            code.Line($"case {one.CSharp} v: writer.Write<{one.CSharp}, {one.Codec}>(v); break;");
        }

        code.Line("case RawJson json: writer.WriteRaw(json.Utf8.Span); break;");
        code.Line("default: writer.WriteNull(); break;");
        code.Close();
        code.Close();
    }

    private static string ReadCase(Case one) => $"reader.Read<{one.CSharp}, {one.Codec}>()";

    private static string Name(TypeReference type, UnionDeclaration union) => type switch
    {
        PrimitiveType { Kind: Primitive.String } => "Text",
        PrimitiveType { Kind: Primitive.Int32 or Primitive.Int64 } => "Integer",
        PrimitiveType { Kind: Primitive.Double } => "Number",
        PrimitiveType { Kind: var kind } => kind.ToString(),
        ListType { Item: DeclaredType item } => Plural(TypeNames.Of(item)),
        ListType { Item: var item } => Name(item, union) + (item is ListType ? "Lists" : "s"),
        MapType => "Map",
        _ => Shorten(TypeNames.Of(type), union.Name),
    };

    private static string Plural(string type) => Words.Plain(type).Split(' ')[^1] is var last ? char.ToUpperInvariant(last[0]) + last[1..] + "s" : type;

    private static string Shorten(string type, string union)
    {
        var rest = type.StartsWith(union, StringComparison.Ordinal) ? type[union.Length..] : type;
        return rest.Length == 0 || rest == union ? "Object" : rest;
    }

    private static string Kind(TypeReference type) => type switch
    {
        PrimitiveType { Kind: Primitive.String } => "a string",
        PrimitiveType { Kind: Primitive.Int32 or Primitive.Int64 } => "an integer",
        PrimitiveType { Kind: Primitive.Double } => "a number",
        PrimitiveType { Kind: Primitive.Boolean } => "a boolean",
        PrimitiveType { Kind: Primitive.File } => "a file",
        PrimitiveType => "JSON",
        ListType { Item: ListType } => "a list of lists",
        ListType { Item: PrimitiveType inner } => $"a list of {(inner.Kind == Primitive.String ? "strings" : inner.Kind == Primitive.File ? "files" : "numbers")}",
        ListType { Item: var item } => $"a list of {TypeNames.Of(item)}",
        MapType => "a map",
        _ => $"a {TypeNames.Of(type)}",
    };

    private static string[] Tokens(TypeReference type) => type switch
    {
        PrimitiveType { Kind: Primitive.String or Primitive.File } => ["String"],
        PrimitiveType { Kind: Primitive.Boolean } => ["True", "False"],
        PrimitiveType { Kind: Primitive.Json } => [],
        PrimitiveType => ["Number"],
        ListType => ["StartArray"],
        DeclaredType { Declaration: EnumDeclaration } => ["String"],
        DeclaredType { Declaration: UnionDeclaration { IsMixed: true } union } => [.. union.Others.SelectMany(Tokens).Distinct()],
        _ => ["StartObject"],
    };
}
