using Switchboard.SpecGen.Model;

namespace Switchboard.SpecGen.Emit;

/// <summary>Lays the client out in files: a class a resource, a record a query, and the properties of the client itself.</summary>
internal sealed class ClientEmitter(string version, Documentation documentation, IReadOnlyList<ResourceModel> roots)
{
    private readonly ClientDocumentation _documentation = new(documentation);

    private IEnumerable<ResourceModel> Resources => roots.SelectMany(WithChildren);

    /// <summary>File contents by path, relative to <c>src/Switchboard.Client</c>.</summary>
    public SortedDictionary<string, string> Emit()
    {
        var files = new SortedDictionary<string, string>(StringComparer.Ordinal) { ["SwitchboardClient.Resources.g.cs"] = Root() };
        foreach (var resource in Resources)
        {
            files.Add($"{resource.Group}/{resource.ClassName}.g.cs", Class(resource));
            foreach (var call in resource.Calls.Where(call => call.QueryName is not null))
            {
                files.Add($"{resource.Group}/{call.QueryName}.g.cs", Query(resource, call));
            }
        }

        return files;
    }

    /// <summary>A resource and all those under it, in the tree's order.</summary>
    public static IEnumerable<ResourceModel> WithChildren(ResourceModel resource) => resource.Children.SelectMany(WithChildren).Prepend(resource);

    private string Root()
    {
        var code = FileHead.Write(version);
        FileHead.Usings(code, roots.Select(Namespace));
        code.Line("namespace Switchboard.Client;");
        code.Blank();
        code.Open("public sealed partial class SwitchboardClient");
        foreach (var resource in roots)
        {
            Property(code, resource, "Transport");
        }

        code.Close();
        return code.ToString();
    }

    private string Class(ResourceModel resource)
    {
        var code = FileHead.Write(version);
        var types = resource.Calls.SelectMany(call => Types(call.Operation)).SelectMany(Groups).ToList();
        FileHead.Usings(code, [
            .. types,
            .. resource.Calls.Count == 0 ? Array.Empty<string>() : ["System.Text.Json.Serialization.Metadata", "Switchboard.Protocol.Operations"],
            "Switchboard.Client.Transport"]);
        code.Line($"namespace {Namespace(resource)};");
        code.Blank();
        code.Summary(documentation.Text("resources", resource.Accessor) ?? $"The operations under <c>client.{resource.Accessor}</c>.");
        if (resource.Calls.Count > 0)
        {
            code.Line("/// <remarks>Every method throws an <see cref=\"ApiException\"/> when its call fails, and an <see cref=\"ArgumentException\"/> for an id that is empty.</remarks>");
        }

        code.Open($"public sealed partial class {resource.ClassName}");
        code.Line("private readonly ApiTransport _transport;");
        code.Blank();
        code.Line($"internal {resource.ClassName}(ApiTransport transport) => _transport = transport;");
        code.Blank();
        foreach (var child in resource.Children)
        {
            Property(code, child, "_transport");
        }

        foreach (var call in resource.Calls)
        {
            new CallEmitter(code, resource, call, _documentation).Emit();
        }

        code.Close();
        return code.ToString();
    }

    private void Property(CodeWriter code, ResourceModel resource, string transport)
    {
        code.Summary(documentation.Text("resources", resource.Accessor) ?? $"The operations under <c>client.{resource.Accessor}</c>.");
        code.Line($"public {resource.ClassName} {resource.Name} => field ??= new({transport});");
        code.Blank();
    }

    private string Query(ResourceModel resource, CallModel call)
    {
        var code = FileHead.Write(version);
        FileHead.Usings(code, [.. call.Operation.Query.SelectMany(parameter => Groups(parameter.Type)), "Switchboard.Client.Transport"]);
        code.Line($"namespace {Namespace(resource)};");
        code.Blank();
        QueryEmitter.Emit(code, resource, call, _documentation);
        return code.ToString();
    }

    private static string Namespace(ResourceModel resource) => $"Switchboard.Client.{resource.Group}";

    private static IEnumerable<TypeReference> Types(OperationModel operation)
    {
        TypeUse?[] uses = [operation.Request, operation.Form, operation.Response, operation.StreamEvent];
        var types = uses.OfType<TypeUse>().Select(use => use.Type);
        return operation is { Pagination: not Pagination.None, Response.Type: DeclaredType { Declaration: ObjectDeclaration page } } ? types.Append(page.Find("data")!.Type) : types;
    }

    private static IEnumerable<string> Groups(TypeReference type) => type switch
    {
        ListType list => Groups(list.Item).Append("Switchboard.Protocol.Json.Codecs"),
        MapType map => Groups(map.Value).Append("Switchboard.Protocol.Json.Codecs"),
        NullableType nullable => Groups(nullable.Inner),
        DeclaredType { Declaration: UnionDeclaration { IsMixed: false, Hierarchy: { } hierarchy } } => [$"Switchboard.Protocol.{hierarchy.Group}"],
        DeclaredType declared => [$"Switchboard.Protocol.{declared.Declaration.Group}"],
        _ => [],
    };
}
