using Switchboard.SpecGen.Model;
using Switchboard.SpecGen.Passes;

namespace Switchboard.SpecGen.Emit;

/// <summary>The abstract record of a closed hierarchy, its unknown variant, and a codec for each set of variants that may stand somewhere.</summary>
internal static class HierarchyEmitter
{
    public static void Emit(CodeWriter code, Hierarchy hierarchy, Documentation documentation)
    {
        var name = hierarchy.Name;
        code.Summary(documentation.Of(hierarchy));
        code.Line($"/// <remarks>A closed set: {string.Join(", ", hierarchy.Variants.Select(variant => $"<see cref=\"{variant.Name}\"/>"))}; <see cref=\"Unknown{name}\"/> for any other.</remarks>");
        code.Line($"[JsonConverter(typeof(WireConverter<{name}>))]");
        code.Open($"public abstract partial record {name} : WireObject, IWireCodec<{name}>");
        code.Line($"private protected {name}()\n{{\n}}");
        code.Blank();
        if (hierarchy.Tag is { } tag)
        {
            code.Summary("The tag on the wire that says which one it is.");
            code.Line($"public abstract string {Words.Pascal(tag)} {{ get; }}");
            code.Blank();
        }

        EqualityEmitter.Record(code, "virtual ", name, "");
        Read(code, hierarchy, hierarchy.Widest);
        code.Line($"static void IWireCodec<{name}>.Write(ref WireWriter writer, {name} value) => value.WriteTo(ref writer);");
        code.Close();
        code.Blank();
        Unknown(code, hierarchy);
        foreach (var union in hierarchy.Unions.DistinctBy(union => TypeNames.Codec(hierarchy, union)).Where(union => TypeNames.Codec(hierarchy, union) != name))
        {
            code.Blank();
            code.Summary($"Reads what {union.Path} may be.".Replace("<", "", StringComparison.Ordinal));
            code.Open($"public readonly struct {TypeNames.Codec(hierarchy, union)} : IWireCodec<{name}>");
            Read(code, hierarchy, union);
            code.Line($"static void IWireCodec<{name}>.Write(ref WireWriter writer, {name} value) => value.WriteTo(ref writer);");
            code.Close();
        }
    }

    private static void Read(CodeWriter code, Hierarchy hierarchy, UnionDeclaration union)
    {
        var questions = new List<IReadOnlyList<string>>();
        code.Open($"static {hierarchy.Name} IWireCodec<{hierarchy.Name}>.Read(ref WireReader reader)");
        code.Open("if (reader.TokenType != JsonTokenType.StartObject)");
        Ask(code, hierarchy, new Decision.Unknown(), questions);
        code.Close();
        code.Blank();
        Ask(code, hierarchy, Discrimination.Decide(union), questions);
        code.Close();
        code.Blank();
        for (var i = 0; i < questions.Count; i++)
        {
            IndexEmitter.Emit(code, $"Index{i}", questions[i]);
            code.Blank();
        }
    }

    /// <summary>Writes statements that return what the decision finds.</summary>
    private static void Ask(CodeWriter code, Hierarchy hierarchy, Decision decision, List<IReadOnlyList<string>> questions)
    {
        switch (decision)
        {
            case Decision.Is { Variant: var variant }:
                code.Line($"return reader.Read<{variant.Name}, {variant.Name}>();");
                break;
            case Decision.Unknown:
                code.Line($"return Unknown{hierarchy.Name}.Read(ref reader);");
                break;
            case Decision.ByPresence presence:
                code.Open($"if (reader.PeekHas({Literals.Utf8(presence.Member)}))");
                Ask(code, hierarchy, presence.Then, questions);
                code.Close();
                code.Blank();
                Ask(code, hierarchy, presence.Otherwise, questions);
                break;
            case Decision.ByTag byTag:
                AskTag(code, hierarchy, byTag, questions);
                break;
        }
    }

    private static void AskTag(CodeWriter code, Hierarchy hierarchy, Decision.ByTag decision, List<IReadOnlyList<string>> questions)
    {
        var values = decision.Cases.SelectMany(one => one.Values).ToList();
        var number = questions.Count;
        questions.Add(values);
        var tag = $"tag{number}";
        code.Line($"var {tag} = reader.PeekTag({Literals.Utf8(decision.Tag)});");
        if (decision.Absent is not Decision.Unknown)
        {
            code.Open($"if ({tag}.IsEmpty)");
            Ask(code, hierarchy, decision.Absent, questions);
            code.Close();
            code.Blank();
        }

        code.Open($"switch (Index{number}({tag}))");
        foreach (var (group, then) in decision.Cases)
        {
            foreach (var value in group)
            {
                code.Line($"case {values.IndexOf(value)}:");
            }

            code.Open("");
            Ask(code, hierarchy, then, questions);
            code.Close();
            code.Blank();
        }

        code.Open("default:");
        Ask(code, hierarchy, new Decision.Unknown(), questions);
        code.Close();
        code.Close();
    }

    private static void Unknown(CodeWriter code, Hierarchy hierarchy)
    {
        var name = "Unknown" + hierarchy.Name;
        code.Summary($"A <see cref=\"{hierarchy.Name}\"/> that this version does not know; its JSON is kept and written back as it came.");
        code.Open($"public sealed record {name} : {hierarchy.Name}");
        code.Summary("One from its JSON.");
        code.Line($"public {name}(RawJson json) => Json = json;");
        code.Blank();
        code.Summary("The whole value.");
        code.Line("public RawJson Json { get; }");
        code.Blank();
        if (hierarchy.Tag is { } tag)
        {
            code.Line("/// <inheritdoc/>");
            code.Line($"public override string {Words.Pascal(tag)} => Json.StringMember({Literals.Utf8(tag)});");
            code.Blank();
        }

        code.Line("/// <inheritdoc/>");
        code.Line("public override void WriteTo(ref WireWriter writer) => writer.WriteRaw(Json.Utf8.Span);");
        code.Blank();
        EqualityEmitter.Record(code, "", name, "");
        code.Line($"internal static {name} Read(ref WireReader reader) => new(reader.ReadRaw());");
        code.Blank();
        code.Line("private protected override ulong WriteMembers(ref WireWriter writer) => 0;");
        code.Blank();
        code.Line("private protected override ReadOnlySpan<byte> MemberName(int member) => default;");
        code.Blank();
        code.Line("private protected override int IndexOf(ReadOnlySpan<byte> name) => -1;");
        code.Close();
    }
}
