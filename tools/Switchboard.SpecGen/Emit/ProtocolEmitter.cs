using Switchboard.SpecGen.Model;

namespace Switchboard.SpecGen.Emit;

/// <summary>Lays the declarations out in files: a component and what stands inside it make one file, in its group's folder.</summary>
internal sealed class ProtocolEmitter
{
    private readonly string _version;
    private readonly Documentation _documentation;
    private readonly IReadOnlyList<Declaration> _declarations;
    private readonly Dictionary<string, string> _homes = new(StringComparer.Ordinal);

    public ProtocolEmitter(string version, Documentation documentation, IReadOnlyList<Declaration> declarations)
    {
        _version = version;
        _documentation = documentation;
        _declarations = declarations;
        foreach (var declaration in declarations.OrderBy(declaration => declaration.Path.Length))
        {
            _homes.TryAdd(declaration.Component, declaration.Name);
        }
    }

    /// <summary>File contents by path, relative to <c>src/Switchboard.Protocol</c>.</summary>
    public SortedDictionary<string, string> Emit()
    {
        var files = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var family in _declarations.GroupBy(FileOf).OrderBy(family => family.Key, StringComparer.Ordinal))
        {
            files.Add(family.Key, File(family.First().Group, [.. family.OrderBy(Order).ThenBy(declaration => declaration.Path, StringComparer.Ordinal)]));
        }

        files.Add("Usings.g.cs", Usings().ToString());
        return files;
    }

    private string FileOf(Declaration declaration) => $"{declaration.Group}/{_homes.GetValueOrDefault(declaration.Component, declaration.Name)}.g.cs";

    private static int Order(Declaration declaration) => declaration is Hierarchy ? 0 : declaration.Path.Length;

    private string File(string group, IReadOnlyList<Declaration> family)
    {
        var code = Header();
        code.Line($"namespace Switchboard.Protocol.{group};");
        foreach (var declaration in family)
        {
            code.Blank();
            Emit(code, declaration);
        }

        return code.ToString();
    }

    private void Emit(CodeWriter code, Declaration declaration)
    {
        switch (declaration)
        {
            case EnumDeclaration values:
                EnumEmitter.Emit(code, values, _documentation);
                break;
            case ObjectDeclaration made:
                ObjectEmitter.Emit(code, made, _documentation);
                break;
            case UnionDeclaration union:
                UnionEmitter.Emit(code, union, _documentation);
                break;
            case Hierarchy hierarchy:
                HierarchyEmitter.Emit(code, hierarchy, _documentation);
                break;
        }
    }

    /// <summary>The head of a generated file.</summary>
    public CodeWriter Header() => FileHead.Write(_version, "#pragma warning disable CS8618 // A required member that the wire lacks stays absent.");

    /// <summary>The head of a generated file of the tests.</summary>
    public CodeWriter TestHeader()
    {
        var code = Header();
        FileHead.Usings(code, Namespaces());
        return code;
    }

    private CodeWriter Usings()
    {
        var code = Header();
        string[] framework = ["System.Diagnostics.CodeAnalysis", "System.Runtime.CompilerServices", "System.Text", "System.Text.Json", "System.Text.Json.Serialization"];
        foreach (var name in framework.Concat(Namespaces()))
        {
            code.Line($"global using {name};");
        }

        return code;
    }

    private IEnumerable<string> Namespaces() =>
        _declarations.Select(declaration => $"Switchboard.Protocol.{declaration.Group}").Distinct()
            .Concat(["Switchboard.Protocol.Json", "Switchboard.Protocol.Json.Codecs", "Switchboard.Protocol.Multipart"]).Order(StringComparer.Ordinal);
}
