using Switchboard.SpecGen.Emit;
using Switchboard.SpecGen.Model;
using Switchboard.SpecGen.Passes;
using Switchboard.SpecGen.Specification;

namespace Switchboard.SpecGen;

/// <summary>From the specification to the files: each step in its order.</summary>
internal sealed class Generation
{
    private Generation(SpecDocument spec, IReadOnlyDictionary<string, TypeUse> uses, IReadOnlyList<Declaration> declarations)
    {
        Spec = spec;
        Uses = uses;
        Declarations = declarations;
    }

    public SpecDocument Spec { get; }

    /// <summary>The type of every component and of every body, by path.</summary>
    public IReadOnlyDictionary<string, TypeUse> Uses { get; }

    /// <summary>What is written.</summary>
    public IReadOnlyList<Declaration> Declarations { get; }

    public static Generation Of(string specification)
    {
        var overlay = Overlay.Load();
        var spec = SpecDocument.Load(specification);
        var shapes = new ShapePass(spec, overlay);
        var uses = shapes.Run();
        var hierarchies = HierarchyPass.Run(shapes.Declarations, overlay);
        var declarations = Written(shapes.Declarations, hierarchies);
        new NamePass(overlay, declarations).Run();
        new GroupPass(spec, overlay, uses).Run(declarations);
        if (declarations.GroupBy(declaration => declaration.Name, StringComparer.Ordinal).Where(same => same.Count() > 1).ToList() is { Count: > 0 } clashes)
        {
            throw new InvalidOperationException("Two of one name: " + string.Join("; ", clashes.Select(same => string.Join(" and ", same))));
        }

        return new Generation(spec, uses, declarations);
    }

    /// <summary>The committed files of <c>src/Switchboard.Protocol</c>, by their path in it.</summary>
    public SortedDictionary<string, string> ProtocolFiles() =>
        new ProtocolEmitter(Spec.Version, Documentation.Load()).WithHomes(Declarations).Emit(Declarations);

    /// <summary>A union of objects alone is written as its hierarchy.</summary>
    private static List<Declaration> Written(IEnumerable<Declaration> shaped, IEnumerable<Hierarchy> hierarchies) =>
        [.. hierarchies, .. shaped.Where(declaration => declaration is not UnionDeclaration { IsMixed: false })];
}
