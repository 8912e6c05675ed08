using Switchboard.SpecGen.Emit;
using Switchboard.SpecGen.Model;
using Switchboard.SpecGen.Passes;
using Switchboard.SpecGen.Specification;

namespace Switchboard.SpecGen;

/// <summary>From the specification to the files: each step in its order.</summary>
internal sealed class Generation
{
    private static readonly string[] s_folders = ["src/Switchboard.Protocol", "src/Switchboard.Client", "tests/Switchboard.Tests"];
    private static readonly string[] s_documents = ["docs/client-operations.md", "src/Switchboard.Server/Endpoints/Docs/openapi.json"];

    private readonly SpecDocument _spec;
    private readonly IReadOnlyDictionary<string, TypeUse> _uses;
    private readonly IReadOnlyList<OperationModel> _operations;
    private readonly IReadOnlyList<ResourceModel> _resources;

    private Generation(SpecDocument spec, IReadOnlyDictionary<string, TypeUse> uses, IReadOnlyList<Declaration> declarations, IReadOnlyList<OperationModel> operations, IReadOnlyList<ResourceModel> resources)
    {
        _spec = spec;
        _uses = uses;
        _operations = operations;
        _resources = resources;
        Declarations = declarations;
    }

    /// <summary>The types that are written.</summary>
    public IReadOnlyList<Declaration> Declarations { get; }

    /// <summary>The generated files that a checkout has.</summary>
    public static IEnumerable<string> FilesOf(string repository) =>
        s_folders.SelectMany(folder => Directory.EnumerateFiles(Path.Combine(repository, folder), "*.g.cs", SearchOption.AllDirectories))
            .Concat(s_documents.Select(document => Path.Combine(repository, document)).Where(File.Exists));

    public static Generation Of(string specification)
    {
        var overlay = Overlay.Load();
        var spec = SpecDocument.Load(specification, overlay.Components());
        var shapes = new ShapePass(spec, overlay);
        var uses = shapes.Run();
        var hierarchies = HierarchyPass.Run(shapes.Declarations, overlay);
        var declarations = Written(shapes.Declarations, hierarchies);
        new NamePass(overlay, declarations).Run();
        new GroupPass(spec, overlay, uses).Run(declarations);
        var operations = OperationPass.Run(spec, overlay, uses);
        var resources = new ClientPass(overlay, operations, declarations).Run();
        if (overlay.Unused.ToList() is { Count: > 0 } unused)
        {
            throw new InvalidOperationException("The overlay decides what nothing asks for: " + string.Join("; ", unused));
        }

        if (declarations.GroupBy(declaration => declaration.Name, StringComparer.Ordinal).Where(same => same.Count() > 1).ToList() is { Count: > 0 } clashes)
        {
            throw new InvalidOperationException("Two of one name: " + string.Join("; ", clashes.Select(same => string.Join(" and ", same))));
        }

        return new Generation(spec, uses, declarations, operations, resources);
    }

    /// <summary>The generated files of the repository: their contents by path.</summary>
    public SortedDictionary<string, string> Files()
    {
        var documentation = Documentation.Load();
        var emitter = new ProtocolEmitter(_spec.Version, documentation, Declarations);
        var files = new SortedDictionary<string, string>(StringComparer.Ordinal)
        {
            ["src/Switchboard.Protocol/Operations/OpenAIOperations.g.cs"] = OperationsEmitter.Emit(emitter.Header(), _operations),
            [s_documents[0]] = ClientTableEmitter.Page(_spec.Version, _operations, _resources),
            [s_documents[1]] = new OpenApiEmitter(_spec.Version, documentation, _resources).Emit(),
            ["tests/Switchboard.Tests/Client/Resources/ClientMethods.g.cs"] = ClientTableEmitter.Test(_spec.Version, _operations, _resources),
            ["tests/Switchboard.Tests/Protocol/Corpus/OperationTypes.g.cs"] = TestTablesEmitter.Types(emitter.TestHeader(), _operations, WebhookTypes(), _uses.Where(use => _spec.Components.ContainsKey(use.Key))),
            ["tests/Switchboard.Tests/Protocol/Values/UnionSites.g.cs"] = TestTablesEmitter.Sites(emitter.TestHeader(), Declarations),
        };
        foreach (var (name, content) in emitter.Emit())
        {
            files.Add("src/Switchboard.Protocol/" + name, content);
        }

        foreach (var (name, content) in new ClientEmitter(_spec.Version, documentation, _resources).Emit())
        {
            files.Add("src/Switchboard.Client/" + name, content);
        }

        return files;
    }

    /// <summary>The payload's type by the event's own name, which is the tag of the payload.</summary>
    private SortedDictionary<string, string> WebhookTypes() => new(
        _spec.Webhooks.Values.Select(component => (Tag: ((_uses[component].Type as DeclaredType)?.Declaration as ObjectDeclaration)?.Find("type")?.Constant, Use: _uses[component]))
            .Where(hook => hook.Tag is not null).ToDictionary(hook => hook.Tag!, hook => TestTablesEmitter.Type(hook.Use)),
        StringComparer.Ordinal);

    /// <summary>A union of objects alone is written as its hierarchy.</summary>
    private static List<Declaration> Written(IEnumerable<Declaration> shaped, IEnumerable<Hierarchy> hierarchies) =>
        [.. hierarchies, .. shaped.Where(declaration => declaration is not UnionDeclaration { IsMixed: false })];
}
