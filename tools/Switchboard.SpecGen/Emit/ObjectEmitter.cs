using Switchboard.SpecGen.Model;

namespace Switchboard.SpecGen.Emit;

/// <summary>A JSON object as a sealed record that reads and writes itself.</summary>
internal static class ObjectEmitter
{
    public static void Emit(CodeWriter code, ObjectDeclaration declaration, Documentation documentation)
    {
        var name = declaration.Name;
        var json = declaration.Members.Where(member => !IsFile(member)).ToList();
        if (json.Count > 64)
        {
            throw new InvalidOperationException($"{declaration} has more than 64 members.");
        }

        code.Summary(documentation.Of(declaration));
        code.Line($"[JsonConverter(typeof(WireConverter<{name}>))]");
        code.Open($"public sealed partial record {name} : {declaration.Hierarchy?.Name ?? "WireObject"}, IWireCodec<{name}>{(declaration.IsForm ? ", IMultipartRequest" : "")}");
        Fields(code, json);
        Constructors(code, declaration, json);
        foreach (var member in declaration.Members)
        {
            Property(code, declaration, member, json.IndexOf(member), documentation);
        }

        Equality(code, declaration);
        Codec(code, name, json);
        if (declaration.IsForm)
        {
            FormEmitter.Emit(code, declaration);
        }

        code.Close();
    }

    private static void Fields(CodeWriter code, List<Member> members)
    {
        foreach (var member in members.Where(HasField))
        {
            code.Line(member.Constant is { } constant
                ? $"private readonly string? {Field(member)} = {Literals.Text(constant)};"
                : $"private readonly {TypeNames.Of(member.Type)}? {Field(member)};");
        }

        code.Blank();
    }

    private static void Constructors(CodeWriter code, ObjectDeclaration declaration, List<Member> members)
    {
        var name = declaration.Name;
        code.Summary(declaration.Members.Any(member => member.Required && member.Constant is null) ? "With its required members set." : "With every member absent.");
        code.Line($"public {name}()\n{{\n}}");
        code.Blank();
        Convenience(code, name, [.. declaration.Members.Where(member => member.Required && member.Constant is null)]);
        code.Line("[SetsRequiredMembers]");
        code.Open($"private {name}(ref WireReader reader)");
        foreach (var member in members.Where(member => member.Constant is not null))
        {
            code.Line($"{Field(member)} = null;");
        }

        code.Line("var seen = 0UL;");
        code.Line("reader.ReadStartObject();");
        code.Open("while (reader.NextMember(out var name))");
        code.Line("var member = IndexOf(name);");
        code.Open("if (!Take(ref reader, name, member, ref seen, Kinds))");
        code.Line("continue;");
        code.Close();
        code.Blank();
        if (members.Count > 0)
        {
            code.Open("switch (member)");
            for (var i = 0; i < members.Count; i++)
            {
                var target = HasField(members[i]) ? Field(members[i]) : members[i].Name;
                code.Line($"case {i}: {target} = {Read(members[i])}; break;");
            }

            code.Close();
        }

        code.Close();
        code.Close();
        code.Blank();
    }

    /// <summary>A constructor of the required members, where they are few.</summary>
    private static void Convenience(CodeWriter code, string name, List<Member> required)
    {
        if (required.Count is 0 or > 3)
        {
            return;
        }

        code.Summary("With these required members.");
        code.Line("[SetsRequiredMembers]");
        code.Open($"public {name}({string.Join(", ", required.Select(member => $"{TypeNames.Of(member.Type)}{(member.Nullable ? "?" : "")} {Parameter(member)}"))})");
        foreach (var member in required)
        {
            code.Line($"{member.Name} = {Parameter(member)};");
        }

        code.Close();
        code.Blank();
    }

    private static string Read(Member member) => member switch
    {
        { Constant: { } constant } => $"reader.ValueEquals({Literals.Utf8(constant)}) ? {Literals.Text(constant)} : reader.ReadString()",
        { Type: PrimitiveType { Kind: Primitive.Bytes } } => "reader.ReadBase64()",
        { Type: PrimitiveType { Kind: Primitive.Json } } => "reader.ReadRaw()",
        { Type: PrimitiveType { Kind: not Primitive.Embedding and var kind } } => $"reader.Read{kind}()",
        _ => $"reader.Read<{TypeNames.Of(member.Type)}, {TypeNames.Codec(member.Type)}>()",
    };

    private static void Property(CodeWriter code, ObjectDeclaration declaration, Member member, int index, Documentation documentation)
    {
        var type = TypeNames.Of(member.Type);
        code.Summary(documentation.Of(declaration, member));
        if (member.Constant is { } constant)
        {
            var isTag = declaration.Hierarchy?.Tag == member.WireName;
            code.Line($"public {(isTag ? "override " : "")}string {member.Name} => {Field(member)} ?? {Literals.Text(constant)};");
        }
        else if (member.Nullable && index >= 0 && (member.Required || member.NullSpeaks))
        {
            code.Open($"public {(member.Required ? "required " : "")}{type}? {member.Name}");
            code.Line("get;");
            code.Open("init");
            code.Line("field = value;");
            code.Line($"Nulls = value is null ? Nulls | 1UL << {index} : Nulls & ~(1UL << {index});");
            code.Close();
            code.Close();
        }
        else if (HasField(member))
        {
            var standIn = TypeNames.StandIn(member.Type) is { } value ? $"{Field(member)} ?? {value}" : $"{Field(member)}.GetValueOrDefault()";
            code.Line($"public required {type} {member.Name} {{ get => {standIn}; init => {Field(member)} = value; }}");
        }
        else
        {
            code.Line(member.Required && !member.Nullable ? $"public required {type} {member.Name} {{ get; init; }}" : $"public {type}? {member.Name} {{ get; init; }}");
        }

        code.Blank();
    }

    private static void Equality(CodeWriter code, ObjectDeclaration declaration)
    {
        var files = declaration.Members.Where(IsFile).Select(member => $" && Equals({member.Name}, other!.{member.Name})");
        EqualityEmitter.Record(code, "", declaration.Name, string.Concat(files));
    }

    private static void Codec(CodeWriter code, string name, List<Member> members)
    {
        code.Line($"private static ReadOnlySpan<WireKinds> Kinds => [{string.Join(", ", members.Select(member => WireKind.Of(member.Type)))}];");
        code.Blank();
        code.Line($"static {name} IWireCodec<{name}>.Read(ref WireReader reader) => new(ref reader);");
        code.Blank();
        code.Line($"static void IWireCodec<{name}>.Write(ref WireWriter writer, {name} value) => value.WriteTo(ref writer);");
        code.Blank();
        code.Open("private protected override ulong WriteMembers(ref WireWriter writer)");
        code.Line("var written = 0UL;");
        for (var i = 0; i < members.Count; i++)
        {
            code.Open($"if ({Presence(members[i], i)})");
            code.Line($"writer.WriteName({Literals.Name(members[i].WireName)});");
            code.Line(Write(members[i], i) + ";");
            code.Line($"written |= 1UL << {i};");
            code.Close();
            code.Blank();
        }

        code.Line("return written;");
        code.Close();
        code.Blank();
        code.Open("private protected override ReadOnlySpan<byte> MemberName(int member) => member switch");
        for (var i = 0; i < members.Count; i++)
        {
            code.Line($"{i} => {Literals.Name(members[i].WireName)},");
        }

        code.Line("_ => default,");
        code.Close("};");
        code.Blank();
        IndexEmitter.Emit(code, "private protected override", "IndexOf", [.. members.Select(member => member.WireName)]);
    }

    /// <summary>A condition that holds when the member is on the wire; it leaves its value in <c>v0</c>, <c>v1</c> …</summary>
    private static string Presence(Member member, int index) =>
        HasField(member) ? $"{Field(member)} is {{ }} v{index}"
        : member is { Required: true, Nullable: false } && TypeNames.KnowsAbsence(member.Type) ? $"{member.Name} is {{ IsAbsent: false }} v{index}"
        : $"{member.Name} is {{ }} v{index}";

    private static string Write(Member member, int index) => member.Type switch
    {
        _ when member.Constant is not null => $"writer.WriteString(v{index})",
        PrimitiveType { Kind: Primitive.Int32 } => $"writer.WriteInt64(v{index})",
        PrimitiveType { Kind: Primitive.Bytes } => $"writer.WriteBase64(v{index}.Span)",
        PrimitiveType { Kind: not (Primitive.Embedding or Primitive.Json) and var kind } => $"writer.Write{kind}(v{index})",
        _ => $"writer.Write<{TypeNames.Of(member.Type)}, {TypeNames.Codec(member.Type)}>(v{index})",
    };

    /// <summary>
    /// A tag, and a required member whose type cannot say "absent" itself, live in a field that can: what a lenient server left
    /// out is not made up when it is written again.
    /// </summary>
    private static bool HasField(Member member) =>
        member.Constant is not null
        || (member is { Required: true, Nullable: false }
            && (TypeNames.StandIn(member.Type) is not null || (TypeNames.IsValue(member.Type) && !TypeNames.KnowsAbsence(member.Type))));

    private static bool IsFile(Member member) => FormEmitter.HoldsFile(member.Type);

    private static string Parameter(Member member) => $"@{char.ToLowerInvariant(member.Name[0])}{member.Name[1..]}";

    private static string Field(Member member) => $"_{char.ToLowerInvariant(member.Name[0])}{member.Name[1..]}";
}
