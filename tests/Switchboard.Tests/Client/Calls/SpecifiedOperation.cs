using System.Text.Json;

namespace Switchboard.Tests.Client.Calls;

/// <summary>An operation as the specification has it, read from its JSON and not by the generator.</summary>
/// <param name="Method">GET, POST …</param>
/// <param name="Path">The template, without a query.</param>
/// <param name="Queries">The names in the query: of lists with brackets, of objects one a member, of maps with the key <c>key</c>.</param>
/// <param name="IsBeta">Its path ends with <c>?beta=true</c>.</param>
/// <param name="NeedsAdminKey">Its security is the administrator's key.</param>
/// <param name="Required">The members that a body must have, by its media type.</param>
internal sealed record SpecifiedOperation(string Method, string Path, IReadOnlySet<string> Queries, bool IsBeta, bool NeedsAdminKey, IReadOnlyDictionary<string, IReadOnlyList<string>> Required)
{
    /// <summary>Every operation by its id.</summary>
    public static IReadOnlyDictionary<string, SpecifiedOperation> Read(string file)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(file));
        var root = document.RootElement;
        return (from path in root.GetProperty("paths").EnumerateObject()
                from method in path.Value.EnumerateObject()
                where method.Value.ValueKind == JsonValueKind.Object && method.Value.TryGetProperty("operationId", out _)
                select (Id: method.Value.GetProperty("operationId").GetString()!, Operation: Of(root, path.Name, method.Name, method.Value)))
            .ToDictionary(pair => pair.Id, pair => pair.Operation, StringComparer.Ordinal);
    }

    private static SpecifiedOperation Of(JsonElement root, string path, string method, JsonElement operation)
    {
        var queries = Elements(operation, "parameters").Where(parameter => parameter.GetProperty("in").GetString() == "query").SelectMany(parameter => NamesOf(root, parameter));
        var bodies = operation.TryGetProperty("requestBody", out var body) ? Resolve(root, body).GetProperty("content").EnumerateObject().ToList() : [];
        var isAdmin = Elements(operation, "security").Any(one => one.TryGetProperty("AdminApiKeyAuth", out _));
        return new SpecifiedOperation(
            method.ToUpperInvariant(),
            path.Split('?')[0],
            queries.ToHashSet(StringComparer.Ordinal),
            path.EndsWith("?beta=true", StringComparison.Ordinal),
            isAdmin,
            bodies.ToDictionary(one => one.Name, one => (IReadOnlyList<string>)[.. Elements(Resolve(root, one.Value.GetProperty("schema")), "required").Select(name => name.GetString()!)]));
    }

    private static IEnumerable<string> NamesOf(JsonElement root, JsonElement parameter)
    {
        var name = parameter.GetProperty("name").GetString()!;
        var schema = Resolve(root, parameter.GetProperty("schema"));
        if (schema.TryGetProperty("properties", out var members))
        {
            return members.EnumerateObject().Select(member => $"{name}[{member.Name}]");
        }

        return schema.TryGetProperty("type", out var type) && type.GetString() is var kind && kind == "array" && !name.EndsWith("[]", StringComparison.Ordinal) ? [name + "[]"]
            : schema.TryGetProperty("additionalProperties", out _) ? [name + "[key]"]
            : [name];
    }

    private static JsonElement.ArrayEnumerator Elements(JsonElement owner, string name) => owner.TryGetProperty(name, out var list) ? list.EnumerateArray() : default;

    private static JsonElement Resolve(JsonElement root, JsonElement schema)
    {
        while (schema.TryGetProperty("$ref", out var reference))
        {
            schema = reference.GetString()!.TrimStart('#', '/').Split('/').Aggregate(root, (owner, part) => owner.GetProperty(part));
        }

        // Something, or null.
        return Elements(schema, "anyOf").ToList() is [var only, var other] && other.TryGetProperty("type", out var type) && type.GetString() == "null" ? Resolve(root, only) : schema;
    }
}
