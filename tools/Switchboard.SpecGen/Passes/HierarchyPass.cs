using Switchboard.SpecGen.Model;

namespace Switchboard.SpecGen.Passes;

/// <summary>
/// Sorts the unions: objects only, or mixed with strings, numbers and lists. Unions that share a variant become one hierarchy,
/// because a C# record has one base: what a response gives out can then be sent in again.
/// </summary>
internal static class HierarchyPass
{
    public static List<Hierarchy> Run(IReadOnlyCollection<Declaration> declarations, Overlay overlay)
    {
        foreach (var union in declarations.OfType<UnionDeclaration>())
        {
            Sort(union);
        }

        var hierarchies = Join(declarations.OfType<UnionDeclaration>().Where(union => union.Objects.Count > 1));
        foreach (var hierarchy in hierarchies)
        {
            hierarchy.Tag = CommonTag(hierarchy);
            AddMembers(hierarchy, overlay);
        }

        return hierarchies;
    }

    private static void Sort(UnionDeclaration union)
    {
        var flat = Flatten(union).DistinctBy(type => type.Signature).ToList();
        union.Objects = [.. flat.OfType<DeclaredType>().Select(type => type.Declaration).OfType<ObjectDeclaration>()];
        union.Others = [.. flat.Where(type => type is not DeclaredType && !(type is PrimitiveType { Kind: Primitive.Json } && union.Objects.Count > 0))];
        union.KnownTexts.AddRange(Nested(union).SelectMany(nested => nested.KnownTexts).ToList());
    }

    private static IEnumerable<TypeReference> Flatten(UnionDeclaration union) => union.Alternatives.SelectMany(type => type switch
    {
        DeclaredType { Declaration: UnionDeclaration nested } => Flatten(nested),
        DeclaredType { Declaration: EnumDeclaration } => [new PrimitiveType(Primitive.String)],
        _ => [type],
    });

    private static IEnumerable<UnionDeclaration> Nested(UnionDeclaration union) =>
        union.Alternatives.OfType<DeclaredType>().Select(type => type.Declaration).OfType<UnionDeclaration>();

    private static List<Hierarchy> Join(IEnumerable<UnionDeclaration> unions)
    {
        var hierarchies = new List<Hierarchy>();
        foreach (var union in unions)
        {
            var touched = hierarchies.Where(hierarchy => hierarchy.Variants.Intersect(union.Objects).Any()).ToList();
            var joined = new Hierarchy(union.Path);
            joined.Unions.AddRange([.. touched.SelectMany(hierarchy => hierarchy.Unions), union]);
            joined.Variants.AddRange(joined.Unions.SelectMany(member => member.Objects).Distinct());
            hierarchies.RemoveAll(touched.Contains);
            hierarchies.Add(joined);
        }

        return [.. hierarchies.Select(Settle)];
    }

    /// <summary>A hierarchy stands where its best-known union stands: a component rather than an inline union, the widest, the first.</summary>
    private static Hierarchy Settle(Hierarchy joined)
    {
        var home = joined.Unions.OrderByDescending(union => union.IsComponent && !union.IsMixed).ThenByDescending(union => union.Objects.Count)
            .ThenBy(union => union.Path.Length).First();
        var hierarchy = new Hierarchy(home.IsMixed ? home.Path + "/object" : home.Path);
        hierarchy.Unions.AddRange(joined.Unions);
        hierarchy.Variants.AddRange(joined.Variants);
        joined.Unions.ForEach(union => union.Hierarchy = hierarchy);
        joined.Variants.ForEach(variant => variant.Hierarchy = hierarchy);
        return hierarchy;
    }

    private static string? CommonTag(Hierarchy hierarchy) =>
        Discrimination.Tags.FirstOrDefault(tag => hierarchy.Variants.All(variant => variant.Find(tag)?.Constant is not null));

    private static void AddMembers(Hierarchy hierarchy, Overlay overlay)
    {
        foreach (var (name, schema) in overlay.Additions(hierarchy.Path))
        {
            foreach (var variant in hierarchy.Variants.Where(variant => variant.Find(name) is null))
            {
                variant.Members.Add(new Member(name, schema, new TypeUse(new PrimitiveType(Primitive.String), false), required: false));
            }
        }
    }
}
