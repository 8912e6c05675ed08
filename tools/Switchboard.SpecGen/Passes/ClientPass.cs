using Switchboard.SpecGen.Model;

namespace Switchboard.SpecGen.Passes;

/// <summary>From paths to the client's tree of resources and the names of their methods; the overlay has the exceptions.</summary>
internal sealed class ClientPass(Overlay overlay, IReadOnlyList<OperationModel> operations, IReadOnlyList<Declaration> declarations)
{
    private const string BetaQuery = "?beta=true";

    private readonly Dictionary<string, ResourceModel> _resources = new(StringComparer.Ordinal);

    /// <summary>The resources at the root of the client, in the order of their names.</summary>
    public IReadOnlyList<ResourceModel> Run()
    {
        var root = new ResourceModel([]);
        foreach (var operation in operations)
        {
            var (path, verb) = Place(operation);
            var resource = Resource(root, path);
            var method = overlay.Match("methods", operation.Operation.Id) ?? verb;
            if (resource.Calls.Exists(call => call.Name == method))
            {
                throw new InvalidOperationException($"{resource.Accessor} has two methods {method}: name {operation.Operation.Id} in the overlay's methods.");
            }

            resource.Calls.Add(new CallModel(operation, method, operation.Query.Count == 0 ? null : string.Concat(resource.Stem.Select(Words.Singular)) + method + "Query"));
        }

        root.Children.ForEach(resource => Gather(resource, Group(resource)));
        return root.Children;
    }

    private (IReadOnlyList<string> Resource, string Method) Place(OperationModel operation)
    {
        var path = Path(operation.Operation.Path);
        var segments = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        if (overlay.Match("verbs", path) is { } verb)
        {
            return (Names(segments[..^1]), verb.Length > 0 ? verb : Words.Pascal(segments[^1]));
        }

        var isItem = segments[^1][0] == '{';
        return (Names(segments), operation.Operation.Method switch
        {
            "GET" => !isItem && IsList(operation) ? "List" : "Retrieve",
            "DELETE" => "Delete",
            _ => isItem || IsSingle(operation.Operation.Path) ? "Update" : "Create",
        });
    }

    /// <summary>The path as the client has it: beta operations under <c>/beta</c>, the administration's under <c>/admin</c>.</summary>
    private string Path(string path)
    {
        if (path.EndsWith(BetaQuery, StringComparison.Ordinal))
        {
            return "/beta" + path[..^BetaQuery.Length];
        }

        var (prefix, other) = overlay.All("resources").FirstOrDefault(entry => (path + "/").StartsWith(entry.Key + "/", StringComparison.Ordinal));
        return prefix is null ? path : other + path[prefix.Length..];
    }

    private static string[] Names(IEnumerable<string> segments) => [.. segments.Where(segment => segment[0] != '{').Select(Words.Pascal)];

    private static bool IsList(OperationModel operation) =>
        operation.Response?.Type is DeclaredType { Declaration: ObjectDeclaration page } && page.Find("data")?.Type is ListType;

    /// <summary>There is only one, which is read at the same path.</summary>
    private bool IsSingle(string path) =>
        operations.Any(other => other.Operation.Method == "GET" && other.Operation.Path == path && !IsList(other));

    private ResourceModel Resource(ResourceModel root, IReadOnlyList<string> path)
    {
        if (path.Count == 0)
        {
            return root;
        }

        var key = string.Join('.', path);
        if (!_resources.TryGetValue(key, out var resource))
        {
            resource = new ResourceModel(path);
            _resources.Add(key, resource);
            Resource(root, [.. path.SkipLast(1)]).Children.Add(resource);
        }

        return resource;
    }

    /// <summary>The folder of the protocol's types that the resource is about, by its shortest path; a namespace may not hide a type.</summary>
    private string Group(ResourceModel resource)
    {
        var path = Calls(resource).Select(call => call.Operation.Operation.Path).MinBy(path => path.Length)!;
        var group = overlay.All("groups").First(entry => path.StartsWith(entry.Key, StringComparison.Ordinal)).Value;
        return declarations.Any(declaration => declaration.Name == group) ? resource.Name : group;
    }

    private static IEnumerable<CallModel> Calls(ResourceModel resource) => resource.Calls.Concat(resource.Children.SelectMany(Calls));

    private static void Gather(ResourceModel resource, string group)
    {
        resource.Group = group;
        resource.Children.Sort((left, right) => string.CompareOrdinal(left.Name, right.Name));
        resource.Children.ForEach(child => Gather(child, group));
    }
}
