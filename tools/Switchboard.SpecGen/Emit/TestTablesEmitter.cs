using Switchboard.SpecGen.Model;

namespace Switchboard.SpecGen.Emit;

/// <summary>Tables for the tests: which type each body and each component has, and where a union takes fewer variants than its hierarchy has.</summary>
internal static class TestTablesEmitter
{
    public static string Types(CodeWriter code, IReadOnlyList<OperationModel> operations, IReadOnlyDictionary<string, string> webhooks, IEnumerable<KeyValuePair<string, TypeUse>> components)
    {
        code.Line("namespace Switchboard.Tests.Protocol.Corpus;");
        code.Blank();
        code.Open("internal static partial class OperationTypes");
        code.Summary("Every operation of the specification.");
        code.Line("public static IReadOnlyList<OperationType> All { get; } =");
        code.Line("[");
        foreach (var model in operations)
        {
            code.Line($"    new({Literals.Text(model.Operation.Id)}, {Literals.Text(model.Operation.Method)}, {Literals.Text(model.Operation.Path)}, {Type(model.Request)}, {Type(model.Response)}, {Type(model.StreamEvent)}),");
        }

        code.Line("];");
        code.Close();
        code.Blank();
        Table(code, "WebhookTypes", "The type of a webhook's payload, by the event's type.", webhooks.Select(hook => (hook.Key, hook.Value)));
        code.Blank();
        Table(code, "SchemaTypes", "The type of every component, by the schema's name.", components.Select(component => (component.Key, Type(component.Value))));
        return code.ToString();
    }

    public static string Sites(CodeWriter code, IReadOnlyList<Declaration> declarations)
    {
        code.Line("namespace Switchboard.Tests.Protocol.Values;");
        code.Blank();
        code.Open("internal static partial class UnionSites");
        code.Line("private static readonly Dictionary<(Type Owner, string Place), Type[]> s_narrow = new()");
        code.Line("{");
        foreach (var (owner, place, variants) in declarations.SelectMany(Places).Distinct())
        {
            code.Line($"    [(typeof({owner}), \"{place}\")] = [{variants}],");
        }

        code.Line("};");
        code.Close();
        return code.ToString();
    }

    public static string Type(TypeUse? use) => use?.Type switch
    {
        null => "null",
        var type when TypeNames.Of(type) == TypeNames.Codec(type) => $"WireType.Of<{TypeNames.Of(type)}>({Literals.Text(TypeNames.Of(type))})",
        var type => $"WireType.Of<{TypeNames.Of(type)}, {TypeNames.Codec(type)}>({Literals.Text(TypeNames.Of(type))})",
    };

    private static void Table(CodeWriter code, string name, string summary, IEnumerable<(string Key, string Type)> rows)
    {
        code.Open($"internal static partial class {name}");
        code.Summary(summary);
        code.Line("public static IReadOnlyDictionary<string, WireType> All { get; } = new Dictionary<string, WireType>");
        code.Line("{");
        foreach (var (key, type) in rows)
        {
            code.Line($"    [{Literals.Text(key)}] = {type},");
        }

        code.Line("};");
        code.Close();
    }

    private static IEnumerable<(string Owner, string Place, string Variants)> Places(Declaration declaration) => declaration switch
    {
        ObjectDeclaration made => made.Members.SelectMany(member => Narrow(made.Name, member.Name, Innermost(member.Type))),
        UnionDeclaration { Hierarchy: not null } mixed => Narrow(mixed.Name, "", mixed).Concat(Lists(mixed)),
        UnionDeclaration mixed => Lists(mixed),
        Hierarchy hierarchy => Narrow(hierarchy.Name, "", hierarchy.Widest),
        _ => [],
    };

    private static IEnumerable<(string Owner, string Place, string Variants)> Lists(UnionDeclaration mixed) =>
        mixed.Others.OfType<ListType>().SelectMany(list => Narrow(mixed.Name, "[]", Innermost(list)));

    private static IEnumerable<(string Owner, string Place, string Variants)> Narrow(string owner, string place, UnionDeclaration? union)
    {
        if (union?.Hierarchy is { } hierarchy && union.Objects.Count < hierarchy.Variants.Count)
        {
            yield return (owner, place, string.Join(", ", union.Objects.Select(variant => $"typeof({variant.Name})")));
        }
    }

    private static UnionDeclaration? Innermost(TypeReference type) => type switch
    {
        ListType list => Innermost(list.Item),
        MapType map => Innermost(map.Value),
        NullableType nullable => Innermost(nullable.Inner),
        DeclaredType { Declaration: UnionDeclaration { IsMixed: false } union } => union,
        _ => null,
    };
}
