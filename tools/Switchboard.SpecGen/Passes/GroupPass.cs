using Switchboard.SpecGen.Model;
using Switchboard.SpecGen.Specification;

namespace Switchboard.SpecGen.Passes;

/// <summary>Puts every declaration into the folder of the first API group that reaches it; the overlay has the order, and the exceptions.</summary>
internal sealed class GroupPass(SpecDocument spec, Overlay overlay, IReadOnlyDictionary<string, TypeUse> uses)
{
    private readonly HashSet<Declaration> _seen = [];

    public void Run(IReadOnlyList<Declaration> declarations)
    {
        foreach (var (prefix, group) in overlay.All("groups"))
        {
            foreach (var operation in spec.Operations.Where(operation => operation.Path.StartsWith(prefix, StringComparison.Ordinal)))
            {
                Schema?[] bodies = [operation.JsonRequest, operation.FormRequest, operation.Response, operation.StreamEvent];
                foreach (var body in bodies.OfType<Schema>())
                {
                    Reach(uses[body.Path].Type, group);
                }
            }
        }

        foreach (var (prefix, group) in overlay.All("groups"))
        {
            foreach (var parameter in spec.Operations.Where(operation => operation.Path.StartsWith(prefix, StringComparison.Ordinal)).SelectMany(operation => operation.Parameters))
            {
                Reach(uses[parameter.Schema.Path].Type, group);
            }
        }

        foreach (var declaration in declarations)
        {
            declaration.Group = overlay.Match("groupOf", declaration.Component) ?? declaration.Group;
        }

        if (declarations.Where(declaration => declaration.Group.Length == 0).ToList() is { Count: > 0 } lost)
        {
            throw new InvalidOperationException($"No group reaches {string.Join(", ", lost)}; name one in the overlay's groupOf.");
        }
    }

    private void Reach(TypeReference type, string group)
    {
        switch (type)
        {
            case ListType list:
                Reach(list.Item, group);
                break;
            case MapType map:
                Reach(map.Value, group);
                break;
            case NullableType nullable:
                Reach(nullable.Inner, group);
                break;
            case DeclaredType { Declaration: var declaration } when _seen.Add(declaration):
                declaration.Group = group;
                Within(declaration).ToList().ForEach(inner => Reach(inner, group));
                break;
        }
    }

    private static IEnumerable<TypeReference> Within(Declaration declaration) => declaration switch
    {
        ObjectDeclaration made => made.Members.Select(member => member.Type).Concat(made.Hierarchy is { } hierarchy ? [new DeclaredType(hierarchy)] : []),
        UnionDeclaration union => union.Alternatives.Concat(union.Hierarchy is { } hierarchy ? [new DeclaredType(hierarchy)] : []),
        Hierarchy hierarchy => hierarchy.Variants.Select(variant => new DeclaredType(variant)),
        _ => [],
    };
}
